/** Commands on keys of any type and on whole databases. Expiry times are in expiry.ts. */
import type { ByteSlice } from '../base/byte-slice.js';
import { globMatches } from '../base/glob.js';
import { cText, errors } from '../errors.js';
import type { Database } from '../keyspace/database.js';
import type { Removal } from '../keyspace/lazy-free.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, container, type KeySpec, keysAt, noArguments } from './command.js';
import { defaultScanOptions, type ScanOptions, scanCursor, scanOption } from './scan-arguments.js';

/** How many empty buckets SCAN may meet for each element it is asked for before it answers with fewer. */
const BUCKETS_PER_SCANNED_KEY = 10;

const parseKey = (args: ArgumentParser): { key: ByteSlice } => ({ key: args.bytes() });
const parseKeys = (args: ArgumentParser): { keys: readonly ByteSlice[] } => ({ keys: args.rest() });

const manyKeys = {
  arity: -2,
  acl: ['keyspace'],
  group: 'generic',
  syntax: 'key [key ...]',
  tips: ['request_policy:multi_shard', 'response_policy:agg_sum'],
  parse: parseKeys,
} as const;

const del = command<{ keys: readonly ByteSlice[] }>({
  ...manyKeys,
  name: 'DEL',
  flags: ['write'],
  keys: keysAt(1, -1, 1, 'RM', 'delete'),
  since: '1.0.0',
  complexity:
    'O(N) where N is the number of keys that will be removed. When a key to remove holds a value other than a string, the individual complexity for this key is O(M) where M is the number of elements in the list, set, sorted set or hash. Removing a single key that holds a string value is O(1).',
  summary: 'Delete a key',
  run: (context, { keys }) => removeKeys(context, keys, 'user'),
});

const unlink = command<{ keys: readonly ByteSlice[] }>({
  ...manyKeys,
  name: 'UNLINK',
  flags: ['write', 'fast'],
  keys: keysAt(1, -1, 1, 'RM', 'delete'),
  since: '4.0.0',
  complexity:
    'O(1) for each key removed regardless of its size. Then the command does O(N) work in a different thread in order to reclaim memory, where N is the number of allocations the deleted objects where composed of.',
  summary: 'Delete a key asynchronously in another thread. Otherwise it is just as DEL, but non blocking.',
  run: (context, { keys }) => removeKeys(context, keys, 'unlink'),
});

function removeKeys(context: Context, keys: readonly ByteSlice[], removal: Removal): void {
  let removed = 0;
  for (const key of keys) {
    if (!context.db.delete(key, removal)) continue;
    context.changed('del', key);
    removed++;
  }
  context.reply.integer(removed);
}

const exists = command<{ keys: readonly ByteSlice[] }>({
  ...manyKeys,
  name: 'EXISTS',
  flags: ['readonly', 'fast'],
  keys: keysAt(1, -1, 1, 'RO'),
  since: '1.0.0',
  complexity: 'O(N) where N is the number of keys to check.',
  summary: 'Determine if a key exists',
  run: ({ db, reply }, { keys }) => reply.integer(keys.filter((key) => db.exists(key)).length),
});

const touch = command<{ keys: readonly ByteSlice[] }>({
  ...manyKeys,
  name: 'TOUCH',
  flags: ['readonly', 'fast'],
  keys: keysAt(1, -1, 1, 'RO'),
  since: '3.2.1',
  complexity: 'O(N) where N is the number of keys that will be touched.',
  summary: 'Alters the last access time of a key(s). Returns the number of existing keys specified.',
  run: ({ db, reply }, { keys }) => reply.integer(keys.filter((key) => db.touch(key)).length),
});

const type = command<{ key: ByteSlice }>({
  name: 'TYPE',
  arity: 2,
  flags: ['readonly', 'fast'],
  acl: ['keyspace'],
  keys: keysAt(1, 1, 1, 'RO'),
  group: 'generic',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Determine the type stored at key',
  syntax: 'key',
  parse: parseKey,
  run: ({ db, reply }, { key }) => {
    const typeName = db.exists(key) ? db.typeName(key) : undefined;
    reply.simple(typeName ?? 'none');
  },
});

interface RenameArguments {
  readonly key: ByteSlice;
  readonly newKey: ByteSlice;
}

const renameMetadata = {
  arity: 3,
  acl: ['keyspace'],
  group: 'generic',
  complexity: 'O(1)',
  syntax: 'key newkey',
  parse: (args: ArgumentParser): RenameArguments => ({ key: args.bytes(), newKey: args.bytes() }),
} as const;

function renameKeys(useOfNewKey: string): readonly KeySpec[] {
  return [...keysAt(1, 1, 1, 'RW', 'access', 'delete'), ...keysAt(2, 2, 1, 'OW', useOfNewKey)];
}

const rename = command<RenameArguments>({
  ...renameMetadata,
  name: 'RENAME',
  flags: ['write'],
  keys: renameKeys('update'),
  since: '1.0.0',
  summary: 'Rename a key',
  run: (context, { key, newKey }) => {
    if (!context.db.has(key)) throw errors.noSuchKey;
    if (!key.equals(newKey)) renameKey(context, key, newKey);
    context.reply.simple('OK');
  },
});

const renamenx = command<RenameArguments>({
  ...renameMetadata,
  name: 'RENAMENX',
  flags: ['write', 'fast'],
  keys: renameKeys('insert'),
  since: '1.0.0',
  summary: 'Rename a key, only if the new key does not exist',
  run: (context, { key, newKey }) => {
    if (!context.db.has(key)) throw errors.noSuchKey;
    const free = !context.db.has(newKey);
    if (free) renameKey(context, key, newKey);
    context.reply.integer(free ? 1 : 0);
  },
});

function renameKey(context: Context, key: ByteSlice, newKey: ByteSlice): void {
  context.db.rename(key, newKey);
  context.changed('rename_from', key);
  context.changed('rename_to', newKey);
}

interface CopyArguments {
  readonly source: ByteSlice;
  readonly destination: ByteSlice;
  /** Undefined: the client's own. */
  readonly databaseIndex: number | undefined;
  readonly replace: boolean;
}

const copy = command<CopyArguments>({
  name: 'COPY',
  arity: -3,
  flags: ['write', 'denyoom'],
  acl: ['keyspace'],
  keys: [...keysAt(1, 1, 1, 'RO', 'access'), ...keysAt(2, 2, 1, 'OW', 'update')],
  group: 'generic',
  since: '6.2.0',
  complexity: 'O(N) worst case for collections, where N is the number of nested items. O(1) for string values.',
  summary: 'Copy a key',
  syntax: 'source destination [DB destination-db] [REPLACE]',
  parse: (args) => {
    const source = args.bytes();
    const destination = args.bytes();
    let databaseIndex: number | undefined;
    let replace = false;
    while (args.remaining > 0) {
      if (args.flag('REPLACE')) replace = true;
      else if (args.option('DB')) databaseIndex = args.databaseIndex();
      else args.fail(errors.syntax);
    }
    return { source, destination, databaseIndex, replace };
  },
  run: (context, { source, destination, databaseIndex, replace }) => {
    const { db, reply, server } = context;
    const target = databaseIndex === undefined ? db : server.keyspace.database(databaseIndex);
    if (target === db && source.equals(destination)) throw errors.sameObject;
    const copied = (replace || !target.has(destination)) && db.copy(source, target, destination);
    if (copied) context.changed('copy_to', destination, target);
    reply.integer(copied ? 1 : 0);
  },
});

const move = command<{ key: ByteSlice; databaseIndex: number }>({
  name: 'MOVE',
  arity: 3,
  flags: ['write', 'fast'],
  acl: ['keyspace'],
  keys: keysAt(1, 1, 1, 'RW', 'access', 'update'),
  group: 'generic',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Move a key to another database',
  syntax: 'key db',
  parse: (args) => ({ key: args.bytes(), databaseIndex: args.databaseIndex() }),
  run: (context, { key, databaseIndex }) => {
    const { db, reply, server } = context;
    const target = server.keyspace.database(databaseIndex);
    if (target === db) throw errors.sameObject;
    const movable = db.has(key) && !target.has(key);
    if (movable) {
      db.move(key, target);
      context.changed('move_from', key);
      context.changed('move_to', key, target);
    }
    reply.integer(movable ? 1 : 0);
  },
});

const keys = command<{ pattern: ByteSlice | undefined }>({
  name: 'KEYS',
  arity: 2,
  flags: ['readonly'],
  acl: ['keyspace', 'dangerous'],
  group: 'generic',
  since: '1.0.0',
  complexity:
    'O(N) with N being the number of keys in the database, under the assumption that the key names in the database and the given pattern have limited length.',
  summary: 'Find all keys matching the given pattern',
  syntax: 'pattern',
  tips: ['request_policy:all_shards', 'nondeterministic_output_order'],
  parse: (args) => {
    const pattern = args.bytes();
    return { pattern: pattern.latin1() === '*' ? undefined : pattern };
  },
  run: ({ db, reply }, { pattern }) => {
    const found: ByteSlice[] = [];
    db.forEachKey((key) => {
      if (pattern === undefined || globMatches(pattern, key)) found.push(key);
    });
    writeKeys(reply, found);
  },
});

interface ScanArguments extends ScanOptions {
  readonly cursor: number;
  /** In lower case; undefined: keys of every type. */
  readonly typeName: string | undefined;
}

const scan = command<ScanArguments>({
  name: 'SCAN',
  arity: -2,
  flags: ['readonly'],
  acl: ['keyspace'],
  group: 'generic',
  since: '2.8.0',
  complexity:
    'O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection.',
  summary: 'Incrementally iterate the keys space',
  syntax: 'cursor [MATCH pattern] [COUNT count] [TYPE type]',
  tips: ['nondeterministic_output', 'request_policy:special'],
  parse: (args) => {
    const cursor = scanCursor(args);
    const options = defaultScanOptions();
    let typeName: string | undefined;
    while (args.remaining > 0) {
      if (scanOption(args, options)) continue;
      if (args.option('TYPE')) typeName = cText(args.bytes().latin1()).toLowerCase();
      else args.fail(errors.syntax);
    }
    return { ...options, cursor, typeName };
  },
  run: ({ db, reply }, parsed) => {
    const { cursor, found } = scanKeys(db, parsed);
    reply.array(2);
    reply.bulkLatin1(cursor.toString());
    writeKeys(reply, found);
  },
});

/** Visits buckets until `count` keys were seen, whether they match or not, or many buckets were empty. */
function scanKeys(db: Database, scan: ScanArguments): { cursor: number; found: readonly ByteSlice[] } {
  const found: ByteSlice[] = [];
  let { cursor } = scan;
  let seen = 0;
  let bucketsLeft = scan.count * BUCKETS_PER_SCANNED_KEY;
  do {
    cursor = db.scan(cursor, (key, typeName) => {
      seen++;
      if (scan.typeName !== undefined && scan.typeName !== typeName) return;
      if (scan.pattern === undefined || globMatches(scan.pattern, key)) found.push(key);
    });
    bucketsLeft--;
  } while (cursor !== 0 && seen < scan.count && bucketsLeft >= 0);
  return { cursor, found };
}

function writeKeys(reply: Context['reply'], found: readonly ByteSlice[]): void {
  reply.array(found.length);
  for (const key of found) reply.bulk(key);
}

const randomkey = command<undefined>({
  name: 'RANDOMKEY',
  arity: 1,
  flags: ['readonly'],
  acl: ['keyspace'],
  group: 'generic',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Return a random key from the keyspace',
  syntax: '',
  tips: ['request_policy:all_shards', 'nondeterministic_output'],
  parse: noArguments,
  run: ({ db, reply }) => {
    const key = db.randomKey();
    if (key === undefined) reply.nil();
    else reply.bulk(key);
  },
});

const objectMetadata = {
  arity: 3,
  flags: ['readonly'],
  acl: ['keyspace'],
  keys: keysAt(2, 2, 1, 'RO'),
  group: 'generic',
  complexity: 'O(1)',
  syntax: 'key',
  tips: ['nondeterministic_output'],
  parse: parseKey,
} as const;

const objectEncoding = command<{ key: ByteSlice }>({
  ...objectMetadata,
  name: 'OBJECT ENCODING',
  since: '2.2.3',
  summary: 'Inspect the internal encoding of a Redis object',
  run: ({ db, reply }, { key }) => {
    const encoding = db.inspect(key) ? db.encoding(key) : undefined;
    if (encoding === undefined) reply.nil();
    else reply.bulkText(encoding);
  },
});

const objectFreq = command<{ key: ByteSlice }>({
  ...objectMetadata,
  name: 'OBJECT FREQ',
  since: '4.0.0',
  summary: 'Get the logarithmic access frequency counter of a Redis object',
  run: ({ db, reply }, { key }) => {
    const isThere = db.inspect(key);
    if (isThere && !db.shared.access.countsFrequency) throw errors.noFrequency;
    writeFact(reply, isThere ? db.frequency(key) : undefined);
  },
});

const objectIdletime = command<{ key: ByteSlice }>({
  ...objectMetadata,
  name: 'OBJECT IDLETIME',
  since: '2.2.3',
  summary: 'Get the time since a Redis object was last accessed',
  run: ({ db, reply }, { key }) => {
    const isThere = db.inspect(key);
    if (isThere && db.shared.access.countsFrequency) throw errors.noIdleTime;
    writeFact(reply, isThere ? db.idleSeconds(key) : undefined);
  },
});

const objectRefcount = command<{ key: ByteSlice }>({
  ...objectMetadata,
  name: 'OBJECT REFCOUNT',
  since: '2.2.3',
  summary: 'Get the number of references to the value of the key',
  run: ({ db, reply }, { key }) => writeFact(reply, db.inspect(key) ? db.references(key) : undefined),
});

function writeFact(reply: Context['reply'], fact: number | undefined): void {
  if (fact === undefined) reply.nil();
  else reply.integer(fact);
}

const OBJECT_HELP = [
  'OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:',
  'ENCODING <key>',
  '    Return the kind of internal representation used in order to store the value',
  '    associated with a <key>.',
  'FREQ <key>',
  '    Return the access frequency index of the <key>. The returned integer is',
  '    proportional to the logarithm of the recent access frequency of the key.',
  'IDLETIME <key>',
  '    Return the idle time of the <key>, that is the approximated number of',
  '    seconds elapsed since the last access to the key.',
  'REFCOUNT <key>',
  '    Return the number of references of the value associated with the specified',
  '    <key>.',
  'HELP',
  '    Prints this help.',
];

const objectHelp = command<undefined>({
  name: 'OBJECT HELP',
  arity: 2,
  flags: ['loading', 'stale'],
  acl: ['keyspace'],
  group: 'generic',
  since: '6.2.0',
  complexity: 'O(1)',
  summary: 'Show helpful text about the different subcommands',
  syntax: '',
  parse: noArguments,
  run: ({ reply }) => {
    reply.array(OBJECT_HELP.length);
    for (const line of OBJECT_HELP) reply.simple(line);
  },
});

const object = container(
  {
    name: 'OBJECT',
    arity: -2,
    flags: [],
    acl: [],
    group: 'generic',
    since: '2.2.3',
    complexity: 'Depends on subcommand.',
    summary: 'A container for object introspection commands',
    syntax: '',
  },
  [objectEncoding, objectFreq, objectIdletime, objectRefcount, objectHelp],
);

const dbsize = command<undefined>({
  name: 'DBSIZE',
  arity: 1,
  flags: ['readonly', 'fast'],
  acl: ['keyspace'],
  group: 'server',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Return the number of keys in the selected database',
  syntax: '',
  tips: ['request_policy:all_shards', 'response_policy:agg_sum'],
  parse: noArguments,
  run: ({ db, reply }) => reply.integer(db.size),
});

/** SYNC and ASYNC are accepted and mean the same: a database is dropped whole. */
const flushMetadata = {
  arity: -1,
  flags: ['write'],
  acl: ['keyspace', 'dangerous'],
  group: 'server',
  syntax: '[ASYNC | SYNC]',
  tips: ['request_policy:all_shards', 'response_policy:all_succeeded'],
  parse: (args: ArgumentParser): undefined => {
    if (args.remaining > 0 && !args.flag('SYNC') && !args.flag('ASYNC')) args.fail(errors.syntax);
  },
} as const;

const flushdb = command<undefined>({
  ...flushMetadata,
  name: 'FLUSHDB',
  since: '1.0.0',
  complexity: 'O(N) where N is the number of keys in the selected database',
  summary: 'Remove all keys from the current database',
  run: (context) => {
    context.server.keyspace.flush(context.db.index);
    context.changedDatabase();
    context.reply.simple('OK');
  },
});

const flushall = command<undefined>({
  ...flushMetadata,
  name: 'FLUSHALL',
  since: '1.0.0',
  complexity: 'O(N) where N is the total number of keys in all databases',
  summary: 'Remove all keys from all databases',
  run: (context) => {
    const { keyspace } = context.server;
    for (let index = 0; index < keyspace.count; index++) keyspace.flush(index);
    context.changedDatabase();
    context.reply.simple('OK');
  },
});

const swapdb = command<{ first: number; second: number }>({
  name: 'SWAPDB',
  arity: 3,
  flags: ['write', 'fast'],
  acl: ['keyspace', 'dangerous'],
  group: 'server',
  since: '4.0.0',
  complexity: 'O(N) where N is the count of clients watching or blocking on keys from both databases.',
  summary: 'Swaps two Redis databases',
  syntax: 'index1 index2',
  parse: (args) => ({ first: args.int32(errors.invalidFirstDb), second: args.int32(errors.invalidSecondDb) }),
  run: (context, { first, second }) => {
    const { keyspace } = context.server;
    if (!keyspace.hasDatabase(first) || !keyspace.hasDatabase(second)) throw errors.dbIndexOutOfRange;
    if (first !== second) {
      keyspace.swap(first, second);
      context.changedDatabase();
    }
    context.reply.simple('OK');
  },
});

export const genericCommands: readonly CommandEntry[] = [
  del,
  unlink,
  exists,
  touch,
  type,
  rename,
  renamenx,
  copy,
  move,
  keys,
  scan,
  randomkey,
  object,
  dbsize,
  flushdb,
  flushall,
  swapdb,
];
