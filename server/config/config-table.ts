/**
 * Every setting, once: name (Valkey's directive where Valkey has one), kind, default, bounds, whether CONFIG SET may
 * change it, and what it is for. Command-line flags, environment variables (`NEARKEY_HTTP_PORT` for `http-port`), the
 * configuration file, CONFIG GET/SET, `--help` and docs/config.md all come from this table.
 */
import { featureGrants } from './feature-grants.js';
import { modelPrices } from './model-prices.js';
import { normalNotificationText, notificationLetters } from './notification-classes.js';
import { outputLimit } from './output-limit.js';
import { percentiles } from './percentiles.js';
import { storeUrl } from './store-url.js';
import { tenantKeys } from './tenant-keys.js';
import { tenantQuotas } from './tenant-quotas.js';

interface SettingBase<T> {
  readonly default: T;
  readonly summary: string;
  /** May CONFIG SET change it while the server runs? */
  readonly mutable: boolean;
}

export interface IntegerSetting extends SettingBase<number> {
  readonly kind: 'integer';
  readonly min: number;
  readonly max: number;
  /** `bytes` accepts Valkey's suffixes: k, kb, m, mb, g, gb. */
  readonly unit: 'count' | 'bytes' | 'seconds' | 'ms' | 'port';
}

export interface BooleanSetting extends SettingBase<boolean> {
  readonly kind: 'boolean';
}

export interface TextSetting extends SettingBase<string> {
  readonly kind: 'text';
  /** When given, the only values allowed. */
  readonly oneOf?: readonly string[];
  /** Its default is not worth showing; CONFIG GET answers it, as Redis does for `requirepass`. */
  readonly secret?: boolean;
  /** The directive may stand several times: its value is all of them, a line each. */
  readonly repeats?: boolean;
  /** CONFIG GET answers the empty text: whoever may use RESP need not know it. */
  readonly hidden?: boolean;
  /** Throws ConfigError when the text does not fit. */
  readonly check?: (text: string) => void;
  /** The text as CONFIG GET answers it, of one that fits. */
  readonly normal?: (text: string) => string;
}

/** A number with a fraction, such as a similarity. */
export interface FractionSetting extends SettingBase<number> {
  readonly kind: 'fraction';
  readonly min: number;
  readonly max: number;
}

export type Setting = IntegerSetting | BooleanSetting | TextSetting | FractionSetting;

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;
const INT32_MAX = 2 ** 31 - 1;
const INT32_MIN = -(2 ** 31);
/** As near as a double comes to the largest 64-bit integer. */
const INT64_MAX = 2 ** 63;

function integer(
  unit: IntegerSetting['unit'],
  byDefault: number,
  [min, max]: readonly [number, number],
  mutable: boolean,
  summary: string,
): IntegerSetting {
  return { kind: 'integer', unit, default: byDefault, min, max, mutable, summary };
}

function text(byDefault: string, mutable: boolean, summary: string, more: Partial<TextSetting> = {}): TextSetting {
  return { kind: 'text', default: byDefault, mutable, summary, ...more };
}

/** A switch that is off. */
function no(summary: string): BooleanSetting {
  return { kind: 'boolean', default: false, mutable: true, summary };
}

/** Of the search engine. */
const SCORERS = [
  ...['BM25STD', 'BM25', 'TFIDF', 'TFIDF.DOCNORM', 'DISMAX', 'DOCSCORE', 'HAMMING'],
  ...['BM25STD.NORM', 'BM25STD.TANH'],
] as const;

export const SETTINGS = {
  bind: text(
    '127.0.0.1',
    false,
    'Addresses RESP listens on, divided by blanks; `-` before one: if there is. HTTP takes the first.',
  ),
  port: integer('port', 6379, [0, 65535], false, 'RESP port; 0 takes any free port.'),
  'tls-port': integer('port', 0, [0, 65535], false, 'RESP port that speaks TLS; 0 for none.'),
  'tls-cert-file': text('', true, 'Certificate of the TLS port, in PEM form.'),
  'tls-key-file': text('', true, 'Its private key.'),
  'tls-key-file-pass': text('', true, 'What the private key is encrypted with.', { secret: true, hidden: true }),
  'tls-ca-cert-file': text('', true, 'Certificates that those of clients must come from.'),
  'tls-auth-clients': text('yes', true, 'Whether clients must show a certificate.', {
    oneOf: ['no', 'yes', 'optional'],
  }),
  'tls-protocols': text('', true, 'TLSv1.2, TLSv1.3 or both; empty for both.'),
  'tls-ciphers': text('', true, 'Ciphers of TLS 1.2; empty for the usual ones.'),
  'tls-ciphersuites': text('', true, 'Ciphers of TLS 1.3; empty for the usual ones.'),
  'tls-prefer-server-ciphers': {
    kind: 'boolean',
    default: false,
    mutable: true,
    summary: "Choose ciphers by the server's order.",
  },
  unixsocket: text('', false, 'Path of a unix socket to listen on as well; empty for none.'),
  unixsocketperm: text('0', false, 'Permissions of the unix socket, in octal; 0 leaves those of the umask.'),
  'http-port': integer('port', 8080, [0, 65535], false, 'HTTP port; 0 takes any free port.'),
  http: { kind: 'boolean', default: true, mutable: false, summary: 'Serve the HTTP gateway beside the RESP port.' },
  'http-api-key': text('', false, 'Bearer key that callers of the HTTP API send; empty for none.', {
    secret: true,
    hidden: true,
  }),
  'feature-key': text(
    '',
    false,
    'An access key id and its secret that callers of the feature store sign with; may stand several times.',
    { secret: true, hidden: true, repeats: true, check: tenantKeys },
  ),
  'feast-registry': text(
    '',
    false,
    "A file that 'feast registry-dump' wrote: what Feast's Redis online store holds of its views is served over HTTP, too.",
  ),
  'feature-api-key': text(
    '',
    false,
    'A name and an API key that callers of the feature store send as a bearer token; may stand several times.',
    { secret: true, hidden: true, repeats: true, check: tenantKeys },
  ),
  'feature-grant': text(
    '',
    false,
    'What an access key id or a named API key of the feature store may do, and no more: read, write or admin (commas divide several), on groups (as well; a star may end a name); may stand several times.',
    { hidden: true, repeats: true, check: featureGrants },
  ),
  'http-body-bytes': integer(
    'bytes',
    4 * MIB,
    [KIB, 64 * MIB],
    false,
    'Largest HTTP request body; those of the feature store have at most 16 MiB, and those of feedback on answers 4 KiB, whatever it is.',
  ),
  'cache-max-error-rate': {
    kind: 'fraction',
    default: 0.01,
    min: 0,
    max: 1,
    mutable: false,
    summary: 'Wrong answers over all lookups that a semantic cache accepts.',
  },
  'cache-max-entries': integer(
    'count',
    0,
    [0, 1_000_000_000],
    false,
    'Entries of one semantic cache; above, the one that saves least for its size leaves. 0: no limit.',
  ),
  'cache-max-bytes': integer('bytes', 0, [0, 2 ** 50], false, 'Bytes of one semantic cache, about; 0: no limit.'),
  'cache-min-similarity': {
    kind: 'fraction',
    default: 0,
    min: 0,
    max: 1,
    mutable: false,
    summary: 'Fixed cosine similarity of a semantic hit, in place of the error budget; 0: the budget decides.',
  },
  'cache-trail-length': integer(
    'count',
    10_000,
    [0, 10_000_000],
    false,
    'Records of decisions that each semantic cache keeps, about; 0 for none.',
  ),
  'cache-judge': text(
    'words',
    false,
    'How a fresh answer is compared with a stored one: by their words, or their meaning.',
    {
      oneOf: ['words', 'meaning'],
    },
  ),
  'cache-trail-prompts': {
    kind: 'boolean',
    default: false,
    mutable: false,
    summary: 'Keep prompts in the records of decisions.',
  },
  store: text('', false, 'Where the gateway keeps its data: redis:// or rediss:// of another server; empty: here.', {
    secret: true,
    hidden: true,
    check: storeUrl,
  }),
  'store-cluster': {
    kind: 'boolean',
    default: false,
    mutable: false,
    summary: 'The store is a cluster, of which one node is named.',
  },
  embedder: text('packaged', false, 'What turns prompts into vectors.', {
    oneOf: ['packaged', 'openai', 'bedrock', 'onnx'],
  }),
  'embedder-model': text(
    '',
    false,
    'Its model; empty: text-embedding-3-small of OpenAI, amazon.titan-embed-text-v2:0 of Bedrock.',
  ),
  'model-path': text(
    '',
    false,
    'Folder of a model in ONNX form, with tokenizer.json and config.json; needs onnxruntime-node and @huggingface/tokenizers.',
  ),
  'embedder-url': text(
    '',
    false,
    "Its address, with /v1 for servers that speak like OpenAI; empty: the provider's own.",
  ),
  'embedder-key': text('', false, 'Its key; Bedrock takes credentials where the AWS SDK finds them.', {
    secret: true,
    hidden: true,
  }),
  'embedder-dimension': integer('count', 0, [0, 32_768], false, "Dimensions of its vectors; 0: the model's own."),
  'embedder-region': text('', false, 'Its region of AWS; empty: where the AWS SDK finds it.'),
  'embedder-threads': integer(
    'count',
    0,
    [0, 64],
    false,
    'Threads of the packaged embedder; 0: one less than the machine has cores, at most 4.',
  ),
  'embedder-timeout': integer('ms', 30_000, [1, 600_000], false, 'How long one of its calls may take.'),
  'llm-openai-url': text('https://api.openai.com/v1', false, 'Where /v1/chat/completions and /v1/responses are asked.'),
  'llm-openai-key': text('', false, "The server's key there; empty passes the caller's on.", {
    secret: true,
    hidden: true,
  }),
  'llm-anthropic-url': text('https://api.anthropic.com', false, 'Where /v1/messages is asked.'),
  'llm-anthropic-key': text('', false, "The server's key there; empty passes the caller's on.", {
    secret: true,
    hidden: true,
  }),
  'llm-bedrock-region': text('', false, 'Region of Bedrock; empty: where the AWS SDK finds it, as its credentials.'),
  'llm-bedrock-url': text('', false, "Where /model/... is asked; empty: the region's own endpoint."),
  'llm-bedrock-caller-key': text(
    '',
    false,
    'An access key id and its secret that callers of /model/... sign with; may stand several times.',
    { secret: true, hidden: true, repeats: true, check: tenantKeys },
  ),
  'llm-tenant-key': text('', false, 'A tenant and a key that its callers of models send; may stand several times.', {
    secret: true,
    hidden: true,
    repeats: true,
    check: tenantKeys,
  }),
  'llm-tenant-quota': text(
    '',
    false,
    'A tenant (* for each other one), its requests a minute and tokens a day, 0 for no limit; may stand several times.',
    { repeats: true, check: tenantQuotas },
  ),
  'llm-cache': text('llm', false, 'The cache of answers of models, unless a request names another.'),
  'llm-shared-caches': text(
    '',
    false,
    'Names of caches whose answers of models all tenants share, with spaces between.',
  ),
  'llm-two-writers': {
    kind: 'boolean',
    default: true,
    mutable: false,
    summary: 'In a shared cache, serve an answer to others once a second tenant was given the same.',
  },
  'llm-cache-ttl': integer(
    'seconds',
    86_400,
    [0, 31_556_952],
    false,
    'How long answers of models are kept; 0 for ever.',
  ),
  'llm-cache-grace': integer(
    'seconds',
    0,
    [0, 31_556_952],
    false,
    'How long an answer is served after its time, while it is asked anew.',
  ),
  'llm-cache-timeout': integer('ms', 5_000, [1, 600_000], false, 'How long a request for a model waits for the cache.'),
  'llm-cache-media': {
    kind: 'boolean',
    default: false,
    mutable: false,
    summary: 'Cache requests with images, audio or documents; they must be equal.',
  },
  'llm-max-temperature': {
    kind: 'fraction',
    default: 1,
    min: 0,
    max: 2,
    mutable: false,
    summary: 'Requests for models that name a higher temperature are not cached.',
  },
  'llm-shadow-rate': {
    kind: 'fraction',
    default: 0,
    min: 0,
    max: 1,
    mutable: false,
    summary: 'Share of semantic hits whose question is asked anew to judge the stored answer; who pays is who asked.',
  },
  'llm-shadow-calls': integer('count', 100, [0, 1_000_000], false, 'Most of these calls of models an hour.'),
  'llm-harmless-tools': text('', false, 'Tools whose calls may be cached whatever their names say, divided by blanks.'),
  'llm-harmful-tools': text('', false, 'Tools whose calls may not, divided by blanks.'),
  'llm-price': text('', false, 'A model and its dollars for a million tokens in and out; may stand several times.', {
    repeats: true,
    check: modelPrices,
  }),
  'llm-answer-bytes': integer('bytes', MIB, [KIB, 64 * MIB], false, 'Longest answer of a model that is kept.'),
  'llm-timeout': integer('ms', 120_000, [1, 300_000], false, 'How long a model may send nothing.'),
  'llm-retries': integer(
    'count',
    2,
    [0, 10],
    false,
    'How often a call of a model that failed in passing is tried again.',
  ),
  'llm-wait': integer('ms', 60_000, [0, 600_000], false, 'How long a request waits for the answer to one like it.'),
  'llm-collect': integer('ms', 60_000, [0, 600_000], false, 'How long an answer is read on after its caller has gone.'),
  'llm-replay-interval': integer(
    'ms',
    0,
    [0, 10_000],
    false,
    'Between the events of a stream from the cache; 0 for none.',
  ),
  databases: integer('count', 16, [1, 1024], false, 'Number of databases.'),
  dir: text('.', false, 'Working directory; must exist.'),
  maxclients: integer('count', 10000, [1, 1_000_000], true, 'Most clients connected at once.'),
  timeout: integer('seconds', 0, [0, INT32_MAX], true, 'Close a client idle for this long; 0 never.'),
  'tcp-keepalive': integer('seconds', 300, [0, INT32_MAX], true, 'TCP keep-alive period; 0 for none.'),
  'tcp-backlog': integer('count', 511, [1, 65535], false, 'Length of the listen queue.'),
  transport: text(
    'auto',
    false,
    'What serves the RESP port: auto takes the native front end when it was built, else net.',
    {
      oneOf: ['auto', 'native', 'net'],
    },
  ),
  'io-threads': integer(
    'count',
    1,
    [1, 8],
    false,
    'Threads of the native transport: 1 reads and writes beside the commands, each further one has connections of its own.',
  ),
  'vector-engine': text(
    'auto',
    false,
    'What indexes vectors: auto takes the native engine when it was built, else hnswlib.',
    { oneOf: ['auto', 'native', 'hnswlib'] },
  ),
  'vector-threads': integer('count', 0, [0, 256], false, 'Threads of the native vector engine; 0: one for each core.'),
  hz: integer('count', 10, [1, 500], true, 'How often a second background work runs.'),
  'protected-mode': {
    kind: 'boolean',
    default: true,
    mutable: true,
    summary: 'Without a password, serve RESP to this machine only.',
  },
  aclfile: text('', false, 'File of users and what they may do; empty for none.'),
  user: text('', false, 'A user and its rules, as ACL SETUSER takes them. May stand several times.', {
    hidden: true,
    repeats: true,
  }),
  'acl-pubsub-default': text('resetchannels', true, 'What new users may do with channels.', {
    oneOf: ['allchannels', 'resetchannels'],
  }),
  'acllog-max-len': integer('count', 128, [0, INT64_MAX], true, 'Most entries of ACL LOG.'),
  'rename-command': text('', false, 'A command and its new name, "" for none. May stand several times.', {
    hidden: true,
    repeats: true,
  }),
  requirepass: text('', true, 'Password clients must AUTH with; empty for none.', { secret: true }),
  'proto-max-bulk-len': integer('bytes', 512 * MIB, [MIB, INT64_MAX], true, 'Largest single argument; 1 GiB at most.'),
  'client-query-buffer-limit': integer(
    'bytes',
    GIB,
    [MIB, 2 ** 40],
    true,
    'Largest unfinished command of a client, and the most it may queue in a transaction.',
  ),
  'client-output-buffer-limit': text(
    'normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60',
    true,
    'Unsent reply bytes a client may pile up, by class: hard limit, soft limit, soft seconds.',
    { check: (limits) => outputLimit(limits, 'normal') },
  ),
  'hash-max-listpack-entries': integer('count', 512, [0, INT64_MAX], true, 'Most fields of a compact hash.'),
  'hash-max-listpack-value': integer('bytes', 64, [0, INT64_MAX], true, 'Longest field or value of a compact hash.'),
  'list-max-listpack-size': integer(
    'count',
    -2,
    [INT32_MIN, INT32_MAX],
    true,
    'Elements of a list node; -1 to -5: 4, 8, 16, 32, 64 KiB instead.',
  ),
  'list-compress-depth': integer('count', 0, [0, INT32_MAX], true, 'Accepted and kept; list nodes are not compressed.'),
  'set-max-intset-entries': integer('count', 512, [0, INT64_MAX], true, 'Most members of a compact set of integers.'),
  'zset-max-listpack-entries': integer('count', 128, [0, INT64_MAX], true, 'Most members of a compact sorted set.'),
  'zset-max-listpack-value': integer('bytes', 64, [0, INT64_MAX], true, 'Longest member of a compact sorted set.'),
  'stream-node-max-bytes': integer('bytes', 4 * KIB, [0, INT64_MAX], true, 'Most bytes of a stream node; 0 no limit.'),
  'stream-node-max-entries': integer('count', 100, [0, INT64_MAX], true, 'Most entries of a stream node; 0 no limit.'),
  'hll-sparse-max-bytes': integer('bytes', 3000, [0, INT64_MAX], true, 'Largest sparse HyperLogLog.'),
  'maxmemory-policy': text('noeviction', true, 'Which keys go when memory is full.', {
    oneOf: [
      'volatile-lru',
      'volatile-lfu',
      'volatile-random',
      'volatile-ttl',
      'allkeys-lru',
      'allkeys-lfu',
      'allkeys-random',
      'noeviction',
    ],
  }),
  'maxmemory-samples': integer('count', 5, [1, INT32_MAX], true, 'Keys of a database looked at to evict one.'),
  'maxmemory-eviction-tenacity': integer(
    'count',
    10,
    [0, 100],
    true,
    'How long eviction may hold a command: 0 to 100.',
  ),
  'lfu-log-factor': integer('count', 10, [0, INT32_MAX], true, 'How slowly the access counters of lfu policies grow.'),
  'lfu-decay-time': integer('count', 1, [0, INT32_MAX], true, 'Minutes in which these counters fall by one; 0 never.'),
  maxmemory: integer(
    'bytes',
    0,
    [0, INT64_MAX],
    true,
    'Most memory: above it keys are evicted, or commands that add data refused; 0 for no limit.',
  ),
  save: text('', true, 'Snapshot schedule; this version keeps data in memory only.', { oneOf: [''] }),
  appendonly: text('no', true, 'Append-only file; this version keeps data in memory only.', { oneOf: ['no'] }),
  'busy-reply-threshold': integer(
    'ms',
    5000,
    [0, INT64_MAX],
    true,
    'Stop a script that has run this long and written nothing; 0 never.',
  ),
  'search-max-query-bytes': integer('bytes', 10240, [1, MIB], true, 'Longest search query.'),
  'search-max-indexes': integer('count', 1000, [1, 10000], true, 'Most search indexes.'),
  'search-resp3-arrays': {
    kind: 'boolean',
    default: false,
    mutable: true,
    summary: 'Answer FT.* with arrays in RESP3 to every client, as valkey-search does, not only to Glide.',
  },
  'search-default-timeout-ms': integer('ms', 50000, [0, 60000], true, 'How long a search may take; 0 for no limit.'),
  'search-default-dialect': integer(
    'count',
    2,
    [1, 4],
    true,
    'Dialect of queries that name none, for clients that ask: all are read as the second.',
  ),
  'search-default-scorer': text('BM25STD', true, 'How words are scored where a search does not say.', {
    oneOf: SCORERS,
  }),
  'search-bm25std-tanh-factor': integer('count', 4, [1, 10000], true, 'What the scorer BM25STD.TANH divides by.'),
  'search-max-prefix-expansions': integer(
    'count',
    200,
    [1, 100_000],
    true,
    'Words that a prefix, a pattern or a fuzzy word of a search may stand for.',
  ),
  'search-on-timeout': text('fail', true, 'What a search out of time answers: an error.', { oneOf: ['fail'] }),
  'search-cursor-max-idle': integer(
    'ms',
    300_000,
    [1, 2 ** 31 - 1],
    true,
    'How long FT.AGGREGATE WITHCURSOR keeps a cursor that is not read, at most.',
  ),
  'search-index-cursor-limit': integer('count', 128, [0, 1_000_000], true, 'Most cursors of one search index.'),
  'tracking-table-max-keys': integer(
    'count',
    1_000_000,
    [0, INT64_MAX],
    true,
    'Most keys whose readers are remembered for client-side caching; 0 no limit.',
  ),
  'slowlog-log-slower-than': integer(
    'count',
    10_000,
    [-1, INT64_MAX],
    true,
    'Log commands that take this many microseconds or more; -1 none.',
  ),
  'slowlog-max-len': integer('count', 128, [0, INT64_MAX], true, 'Most entries of the slow log.'),
  'latency-monitor-threshold': integer('ms', 0, [0, INT64_MAX], true, 'Latency worth a sample of LATENCY; 0 none.'),
  'enable-debug-command': text('no', false, 'Who may use DEBUG: no one, local clients, or all (yes).', {
    oneOf: ['yes', 'no', 'local'],
  }),
  'lazyfree-lazy-user-del': no('Whether DEL frees large values in parts, as UNLINK does.'),
  'lazyfree-lazy-server-del': no('The same for values that commands replace.'),
  'lazyfree-lazy-expire': no('The same for keys whose time has come.'),
  'lazyfree-lazy-eviction': no('The same for keys that make room.'),
  'lazyfree-lazy-user-flush': no(
    'Whether FLUSHALL and FLUSHDB are ASYNC unless they say; they take no time either way.',
  ),
  'replica-lazy-flush': no('The same for a replica that is about to load; it changes nothing here.'),
  'latency-tracking': {
    kind: 'boolean',
    default: true,
    mutable: true,
    summary: 'Keep a histogram of latencies for each command.',
  },
  'latency-tracking-info-percentiles': text('50 99 99.9', true, 'Percentiles that INFO latencystats shows.', {
    check: percentiles,
    normal: (list) => percentiles(list).join(' '),
  }),
  'notify-keyspace-events': text('', true, 'Events of keys to publish: K, E and the letters of their classes.', {
    check: notificationLetters,
    normal: normalNotificationText,
  }),
  loglevel: text('notice', true, 'Least severe log line to write.', {
    oneOf: ['debug', 'verbose', 'notice', 'warning', 'nothing'],
  }),
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;

export type SettingValue<Name extends SettingName> = (typeof SETTINGS)[Name]['kind'] extends 'integer' | 'fraction'
  ? number
  : (typeof SETTINGS)[Name]['kind'] extends 'boolean'
    ? boolean
    : string;

/** Older names that Valkey still answers to. */
export const SETTING_ALIASES: ReadonlyMap<string, SettingName> = new Map([
  ['lua-time-limit', 'busy-reply-threshold'],
  ['hash-max-ziplist-entries', 'hash-max-listpack-entries'],
  ['hash-max-ziplist-value', 'hash-max-listpack-value'],
  ['list-max-ziplist-size', 'list-max-listpack-size'],
  ['zset-max-ziplist-entries', 'zset-max-listpack-entries'],
  ['zset-max-ziplist-value', 'zset-max-listpack-value'],
  // Of the search modules of Redis 8 and of Valkey.
  ['search-timeout', 'search-default-timeout-ms'],
  ['search.default-timeout-ms', 'search-default-timeout-ms'],
  ['search.query-string-bytes', 'search-max-query-bytes'],
  ['search.max-indexes', 'search-max-indexes'],
  ['search.max-term-expansions', 'search-max-prefix-expansions'],
]);

/** The table's row for a directive a user typed, in any case; undefined when there is none. */
export function settingNamed(name: string): SettingName | undefined {
  const lower = name.toLowerCase();
  return SETTING_NAMES.find((candidate) => candidate === lower) ?? SETTING_ALIASES.get(lower);
}

export const SETTING_NAMES: readonly SettingName[] = Object.keys(SETTINGS).filter(
  (name): name is SettingName => name in SETTINGS,
);
