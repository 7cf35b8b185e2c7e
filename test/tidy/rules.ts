/**
 * The house rules as data. `test/tidy.test.ts` holds every source file to them; `checks.ts` is what they mean.
 *
 * An exception is a file (or `file#function`) with its reason. One that nothing needs any more is a failure, too.
 */

export type Reasons = Readonly<Record<string, string>>;

/**
 * What each part may import: other parts, packages and Node's modules, as they are written. A part is a folder or a
 * file; the longest one that holds a file is the file's part. `type x` allows types of x only. Whatever is not listed is
 * forbidden, and what a part may not import is the architecture: no socket below `net`, no key above `commands`.
 */
export const arrows: Readonly<Record<string, readonly string[]>> = {
  'server/base': ['node:crypto', 'node:v8'],
  'server/errors.ts': [],
  'server/config': ['server/base', 'server/errors.ts'],
  'server/protocol': ['server/base', 'server/errors.ts'],
  'server/memory': ['server/base', 'node:module'],
  'server/json': ['server/base', 'node:buffer'],
  'server/types': ['@nearkey/index', 'server/json', 'server/memory', 'server/base'],
  'server/keyspace': ['server/types', 'server/memory', 'server/config', 'server/base', 'server/errors.ts'],
  'server/search': [
    '@nearkey/index',
    'server/keyspace',
    'server/types',
    'server/json',
    'server/config',
    'server/base',
    'server/errors.ts',
    'node:os',
  ],
  'server/rdb': ['server/keyspace', 'server/types', 'server/json', 'server/base'],
  'server/acl': ['server/config', 'server/base', 'node:crypto', 'node:fs'],
  'server/client': ['type server/acl', 'type server/protocol', 'server/base', 'server/errors.ts'],
  'server/diagnostics': ['server/base'],
  'server/messages': [
    'server/client',
    'server/keyspace',
    'server/config',
    'server/protocol',
    'server/base',
    'server/errors.ts',
  ],
  'server/scripting': [
    'server/rdb',
    'server/client',
    'server/config',
    'server/protocol',
    'server/base',
    'server/errors.ts',
    'zod',
    'node:crypto',
    'node:fs',
    'node:module',
  ],
  'server/commands': [
    'server/acl',
    'server/diagnostics',
    'server/messages',
    'server/scripting',
    'server/keyspace',
    'server/search',
    'server/rdb',
    'server/types',
    'server/json',
    'server/client',
    'server/config',
    'server/protocol',
    'server/base',
    'server/errors.ts',
    'type @nearkey/sdk',
    '@nearkey/index',
    'node:buffer',
    'node:crypto',
    'node:os',
  ],
  'server/net': [
    'server/commands',
    'server/client',
    'server/protocol',
    'server/config',
    'server/base',
    'server/errors.ts',
    'node:fs',
    'node:module',
    'node:net',
    'node:tls',
  ],
  'server/gateway': [
    'server/base',
    '@nearkey/sdk',
    '@nearkey/sdk/contract',
    '@nearkey/sdk/features',
    '@nearkey/sdk/llm',
    '@nearkey/sdk/patterns',
    'server/features',
    '@aws-sdk/client-bedrock-runtime',
    // The API alone, which does nothing until whoever runs the process registers a provider.
    '@opentelemetry/api',
    'express',
    'zod',
    'prom-client',
    'node:http',
    'node:http2',
    'type node:net',
    'node:stream',
    'node:stream/promises',
    'node:crypto',
    'type node:stream',
  ],
  'server/features': ['server/base', '@nearkey/index', '@nearkey/sdk/features', 'type node:http', 'zod'],
  'server/feature-files': [
    '@nearkey/sdk/features',
    'server/features',
    'server/remote-store.ts',
    'server/config',
    'server/base',
    'hyparquet',
    'hyparquet-compressors',
    'hyparquet-writer',
    'zod',
    'node:fs',
    'node:fs/promises',
    'node:path',
    'node:util',
    'node:zlib',
  ],
  'server/background-work.ts': ['server/keyspace', 'type server/commands', 'server/base'],
  'server/create-server.ts': [
    'server/background-work.ts',
    'server/acl',
    'server/scripting',
    'server/diagnostics',
    'server/messages',
    'server/net',
    'server/commands',
    'server/search',
    'server/keyspace',
    'server/client',
    'server/protocol',
    'server/config',
    'server/base',
    'type @nearkey/sdk',
  ],
  'server/start.ts': [
    'server/create-server.ts',
    'server/embedder.ts',
    'server/remote-store.ts',
    'server/gateway',
    'server/features',
    'server/config',
    'server/base',
    '@nearkey/sdk',
    '@nearkey/sdk/features',
    'pino',
    'prom-client',
    'zod',
    'node:crypto',
    'node:events',
    'node:fs',
    'type node:http',
  ],
  'server/embedder.ts': ['server/config', '@nearkey/sdk', 'node:os', 'node:url'],
  'server/remote-store.ts': ['server/base', '@nearkey/sdk', 'ioredis'],
  'server/main.ts': [
    'server/start.ts',
    'server/remote-store.ts',
    'server/feature-files',
    'server/cache-tools',
    'server/config',
    'server/base',
    'node:fs',
    'node:readline',
  ],
  'server/cache-tools': ['@nearkey/sdk', 'server/base', 'zod', 'node:fs', 'node:readline', 'node:stream/promises'],
  'server/mod.ts': ['server/start.ts', 'server/config'],
  'server/demo': [
    'server/main.ts',
    '@nearkey/sdk',
    'zod',
    'node:child_process',
    'node:events',
    'node:fs',
    'node:fs/promises',
    'node:os',
    'node:path',
    'node:url',
    'node:util',
  ],
  index: ['double-metaphone', 'hnswlib-node', 'rbush', 'snowball-stemmers', 'node:module'],
  'sdk/contract': ['sdk/semantic-cache', 'zod'],
  'sdk/semantic-cache': ['sdk/embedders', 'sdk', 'zod', 'node:crypto'],
  'sdk/llm': ['sdk/semantic-cache', 'sdk', 'zod', '@smithy/eventstream-codec', '@smithy/util-utf8'],
  'sdk/features': ['sdk', 'zod', 'node:crypto'],
  'sdk/adapters': [
    'sdk/llm',
    'sdk/semantic-cache',
    'sdk',
    'zod',
    '@langchain/core/caches',
    '@langchain/core/documents',
    'type @langchain/core/embeddings',
    '@langchain/core/vectorstores',
    '@langchain/core/messages',
    'type @langchain/core/outputs',
    'type @aws-sdk/client-bedrock-runtime',
    'node:stream',
  ],
  'sdk/commanders': ['sdk'],
  'sdk/embedders': [
    'sdk',
    'zod',
    '@aws-sdk/client-bedrock-runtime',
    '@huggingface/tokenizers',
    'onnxruntime-node',
    'node:crypto',
    'node:fs/promises',
    'node:module',
    'node:path',
    'node:util',
    'node:worker_threads',
  ],
  'sdk/patterns': ['sdk'],
  'sdk/retrieval': ['sdk'],
  'sdk/mod.ts': [
    ...['sdk/adapters', 'sdk/commanders', 'sdk/embedders', 'sdk/llm', 'sdk/retrieval', 'sdk/semantic-cache', 'sdk'],
  ],
  sdk: ['node:crypto'],
  test: ['*'],
};

/** Files of other packages behind the names they are imported by. */
export const packageEntries: Readonly<Record<string, string>> = {
  '@nearkey/index': 'index/mod.ts',
  '@nearkey/sdk': 'sdk/mod.ts',
  '@nearkey/sdk/contract': 'sdk/contract/mod.ts',
  '@nearkey/sdk/features': 'sdk/features/mod.ts',
  '@nearkey/sdk/llm': 'sdk/llm/mod.ts',
  '@nearkey/sdk/patterns': 'sdk/patterns/mod.ts',
};

/** A name (see `source-facts.ts`) that only its homes may use. */
export interface Restriction {
  readonly rule: string;
  readonly names: readonly string[];
  /** Folders the rule holds in. */
  readonly where: readonly string[];
  /** What to do instead. */
  readonly instead: string;
  readonly homes: Reasons;
}

const sources = ['server', 'index', 'sdk'];
const everywhere = [...sources, 'test'];

export const restrictions: readonly Restriction[] = [
  {
    rule: 'clock',
    names: ['Date.now', 'performance.now', 'process.hrtime', 'new Date()'],
    where: sources,
    instead: 'take a Clock as an argument, so that tests move time by hand',
    homes: {
      'server/base/clock.ts': "the server's clock",
      'sdk/clock.ts': "the SDK's clock",
      'server/demo/main.ts': 'the demo measures latencies of a real server',
    },
  },
  {
    rule: 'random',
    names: [
      'Math.random',
      ...['randomBytes', 'randomUUID', 'randomInt', 'randomFill', 'randomFillSync', 'getRandomValues'].flatMap(
        (name) => [`${name}()`, `{ ${name} }`],
      ),
    ],
    where: everywhere,
    instead: 'take a Random as an argument (server), or a seeded one (tests), so that a run can be repeated',
    homes: {
      'server/base/random.ts': 'seeds the generator that is passed on',
      'sdk/random.ts': "the SDK's chance",
      'server/start.ts': 'names the run; nothing depends on it',
      'server/gateway/http-app.ts': 'names requests that come without an id, unless the caller does',
      'test/fuzz/commands-fuzz.ts': 'draws the seed, and prints it',
    },
  },
  {
    rule: 'timers',
    names: ['setTimeout()', 'setInterval()', 'setImmediate()', 'queueMicrotask()'],
    where: sources,
    instead: 'let the composition root decide when work runs (server/base/scheduler.ts), or answer a promise',
    homes: {
      'server/base/scheduler.ts': 'the event loop, passed in as a Scheduler',
      'server/net/native-transport.ts': 'the deadline of a drain, and the end of the code that runs',
      'server/start.ts': 'the deadline of a drain',
      'server/net/net-transport.ts': 'the deadline of a drain, and the turns of connections that are busy',
      'server/gateway/bind-route.ts': 'the deadline of a request',
      'server/gateway/http-server.ts': 'the deadline of a request that arrives over HTTP/2, for which Node has none',
      'server/gateway/routes/operation-routes.ts': 'the deadline of a health probe',
      'sdk/pause.ts': "the SDK's waiting",
      'server/gateway/llm/request-body.ts': 'how long a refused body may pause',
      'sdk/timer.ts': "the SDK's deadlines",
      'sdk/embedders/worker-embedder.ts': 'the deadline of a batch in the worker thread',
      'server/demo/demo-server.ts': 'the deadlines of a child process',
    },
  },
  {
    rule: 'process',
    names: [
      'process.env',
      'process.exit',
      'process.exitCode',
      'process.argv',
      'process.chdir',
      'process.on',
      'process.once',
      'process.kill',
      'process.stdout',
      'process.stderr',
      'console.log',
      'console.info',
      'console.warn',
      'console.error',
    ],
    where: sources,
    instead: 'hand the value in from server/main.ts; write through the Logger',
    homes: {
      'server/main.ts': 'the process: arguments, environment, signals, exit code',
      'server/start.ts': "enters the directory of the setting 'dir'",
      'server/demo/main.ts': 'a program of its own that prints its table',
      'server/demo/threshold-curve.ts': 'a program of its own that prints its curve',
      'server/demo/demo-server.ts': 'ends the server it started when it ends itself',
    },
  },
  {
    rule: 'files',
    names: ['import node:fs', 'import node:fs/promises'],
    where: sources,
    instead: 'let the composition root read the file and hand its contents in',
    homes: {
      'server/main.ts': 'reads the configuration file, and the log of a replay',
      'server/acl/acl-file.ts': 'the file of users, which ACL SAVE writes',
      'server/net/listeners.ts': 'the file of the unix socket',
      'server/net/tls-settings.ts': 'reads certificates',
      'server/scripting/lua/lua-machine.ts': 'reads the Lua machine of the package wasmoon-lua5.1',
      'server/start.ts': 'reads the version in package.json',
      'server/cache-tools/transfer-io.ts': 'reads and writes files of entries',
      'server/feature-files/row-file.ts': 'reads the rows that are loaded',
      'server/feature-files/rejected-file.ts': 'notes the rows that were refused',
      'server/feature-files/training-file.ts': 'writes training sets',
      'server/feature-files/checkpoint-file.ts': 'keeps how far a load is',
      'sdk/embedders/sentence-encoder/model-files.ts': 'reads the weights of the packaged model',
      'sdk/embedders/onnx/model-folder.ts': 'reads the folder of a model',
      'server/demo/help-desk.ts': "reads the demo's questions",
      'server/demo/threshold-curve.ts': 'writes the curve it draws',
      'server/demo/demo-server.ts': 'gives the server it starts a directory of its own',
    },
  },
  {
    rule: 'network',
    names: [
      'import node:net',
      'import node:tls',
      'import node:http',
      'import node:http2',
      'import node:https',
      'import node:dgram',
      'fetch()',
    ],
    where: sources,
    instead:
      'reach clients through the Transport, data through a Commander, providers through what the caller hands in',
    homes: {
      'server/net/net-transport.ts': 'the transport on sockets of Node',
      'server/net/tls-settings.ts': 'the form in which Node takes TLS settings',
      'server/gateway/http-server.ts': 'the HTTP listener with its limits',
      'server/gateway/http2-preface.ts': 'the type of a socket, whose first bytes it gives back',
      'server/gateway/express-over-http2.ts': "the prototypes of Node's HTTP/2 requests and responses",
      'server/gateway/http-error.ts': 'the names of the status codes',
      'server/gateway/http-app.ts': 'the type of a listener',
      'server/gateway/doors.ts': 'the types of requests and answers as Node has them',
      'server/gateway/visits.ts': 'the types of requests and answers as Node has them',
      'server/gateway/authentication.ts': 'the type of a request as Node has it',
      'server/gateway/feature-callers.ts': 'the type of a request as Node has it',
      'server/features/feature-door.ts': 'the types of requests and answers as Node has them',
      'server/features/request-body.ts': 'the type of a request as Node has it',
      'server/gateway/llm/llm-routes.ts': 'the type of headers as Node reads them',
      'server/gateway/llm/llm-door.ts': 'the type of a request as Node has it',
      'server/gateway/llm/request-body.ts': 'the type of headers as Node reads them',
      'server/gateway/llm/http-upstream.ts': 'asks models over HTTP',
      'sdk/embedders/openai-embedder.ts': 'asks models of embeddings over HTTP',
      'server/start.ts': 'the type of the listener it starts and stops',
      'server/cache-tools/transfer-io.ts': 'reads and fills caches of a Nearkey over HTTP',
      'server/feature-files/http-target.ts': 'loads into a Nearkey over HTTP',
      'server/demo/cache-client.ts': 'the demo is an HTTP client of the server it starts',
    },
  },
  {
    rule: 'native engine',
    names: ['import hnswlib-node'],
    where: ['index'],
    instead: 'use the VectorIndex interface (index/vector/vector-index.ts)',
    homes: { 'index/vector/hnsw.ts': 'the HNSW algorithm' },
  },
  {
    rule: 'error texts',
    names: ['new ReplyError'],
    where: ['server'],
    instead: 'add it to the table in server/errors.ts, or to that of the search commands',
    homes: {
      'server/errors.ts': 'the table',
      'server/search/search-errors.ts': 'the table of the search commands',
    },
  },
  {
    rule: 'untyped',
    names: ['any', 'as', '!', 'ignore comment'],
    where: everywhere,
    instead: 'narrow an unknown by a check, or parse it with zod',
    homes: { 'test/clients/node-redis.test.ts': 'a tuple that the types of node-redis ask for' },
  },
  {
    rule: 'skipped test',
    names: ['test', 'it', 'describe']
      .flatMap((name) => [`${name}.skip`, `${name}.only`, `${name}.todo`])
      .concat('fit()', 'xit()', 'xtest()', 'fdescribe()', 'xdescribe()'),
    where: ['test'],
    instead: 'run it, or delete it; a suite that needs a program goes through test/support/requires.ts',
    homes: {
      'test/support/requires.ts': 'says loudly which program is missing; NEARKEY_REQUIRE_ALL=1 forbids it',
      'test/clients/ioredis.test.ts': 'search has no counterpart when the subject is redis-server',
      'test/clients/valkey-glide.test.ts': 'search has no counterpart when the subject is redis-server',
    },
  },
];

/** A function longer than this needs a reason. Bodies of `describe` and `test` do not count. */
export const functionLinesMax = 70;

/** By `file#function`. */
export const longFunctions: Reasons = {
  'test/contract/transport.ts#transportContract': 'a suite that several implementations run, not a function of steps',
  'test/contract/transport.ts#describeRequests': 'a part of a suite',
  'test/server/types/scored-members-suite.ts#describeScoredMembers':
    'a suite that several implementations run, not a function of steps',
  'test/contract/patterns.ts#patternsContract': 'a suite that several servers run, not a function of steps',
  'test/contract/vector-index.ts#describeVectorIndex':
    'a suite that several implementations run, not a function of steps',
  'test/contract/feature-store.ts#featureStoreContract':
    'a suite that several implementations run, not a function of steps',
  'test/contract/feature-versions.ts#describeVersions': 'a part of a suite',
};

/** Files without a test of the same path under test/. Files of types and re-exports need none. */
export const untested: Reasons = {};

/** Files that nothing imports, beside what package.json files name and the tests. */
export const entryPoints: Reasons = {
  'server/demo/threshold-curve.ts':
    'draws docs/similarity-threshold.md; run by hand with data sets that are not in the repository',
  'test/docs/check-proofs.ts': 'run by .ci/run over the reports of its tests',
};

/** Words a file or folder may not be called: they say where code was put, not what it is. */
export const emptyNames = ['util', 'utils', 'helper', 'helpers', 'manager', 'managers', 'misc'];

/** Words a comment may not hold: an open end is finished or written down where plans are. */
export const openEnds = ['TODO', 'FIXME', 'XXX', 'HACK'];
