/**
 * Random rules of access, given to two servers: what ACL SETUSER answers, what each user then is (ACL GETUSER in either
 * protocol, ACL LIST, ACL USERS), and what it may do (ACL DRYRUN of random commands) must be the same.
 *
 * Rules on commands read back are left out of the comparison: Nearkey keeps them in the order they were given, Redis 7.0
 * makes them anew (docs/differences.md). What they allow is asked of both.
 */
import { createHash } from 'node:crypto';
import { encodeCommand, RawConnection } from '../support/raw-connection.js';
import { SeededRandom } from './seeded-random.js';

const users = ['u1', 'u2', 'u3'];
const passwords = ['one', 'two', 'with)paren', ''];
const patterns = ['*', 'a*', 'b*', 'ab', '?b', 'a[bc]', 'c', '', '+x', '%R~a'];
const keys = ['a', 'ab', 'ac', 'b', 'bb', 'c', 'd', ''];
const channels = ['*', 'a*', 'ab', 'b', 'c?', '[ab]'];
const heard = ['a', 'ab', 'b', 'ca', 'a*', '*', '[ab]'];
const switches = [
  ...['on', 'off', 'nopass', 'resetpass', 'reset', 'clearselectors', 'sanitize-payload', 'skip-sanitize-payload'],
  ...['allkeys', 'resetkeys', 'allchannels', 'resetchannels', 'allcommands', 'nocommands'],
];
const categories = [
  ...['all', 'keyspace', 'read', 'write', 'set', 'sortedset', 'list', 'hash', 'string', 'bitmap', 'hyperloglog', 'geo'],
  ...['stream', 'pubsub', 'admin', 'fast', 'slow', 'blocking', 'dangerous', 'connection', 'transaction', 'scripting'],
  'bogus',
];
const commandNames = [
  ...['get', 'set', 'mget', 'del', 'copy', 'sort', 'eval', 'publish', 'subscribe', 'xread', 'config', 'config|get'],
  ...['config|set', 'client', 'client|id', 'client|list', 'object', 'object|encoding', 'memory|usage', 'select'],
  ...[
    'select|0',
    'select|1',
    'SELECT|Zero',
    'get|x',
    'config|bogus',
    'config|get|x',
    'select|',
    'bogus',
    '',
    '|',
    'acl',
  ],
  ...['ping', 'auth', 'hello', 'multi', 'exec', 'keys', 'scan', 'flushall', 'xgroup|create', 'script|load', 'acl|cat'],
];
/** Commands to ask for: K stands for a key, C for a channel or a pattern of channels, N for 0, 1 or 2. Stores of no keys fail anyway. */
const requests = [
  ...['GET K', 'SET K v', 'SET K v GET', 'SET K v EX 5 GET', 'GETSET K v', 'GETDEL K', 'GETEX K', 'GETEX K PERSIST'],
  ...['APPEND K v', 'STRLEN K', 'SETRANGE K 0 v', 'GETRANGE K 0 1', 'MGET K K', 'MSET K v K v', 'INCR K', 'LCS K K'],
  ...['DEL K K', 'UNLINK K', 'EXISTS K K', 'TOUCH K', 'TYPE K', 'TTL K', 'EXPIRE K 5', 'RENAME K K', 'COPY K K'],
  ...['COPY K K REPLACE', 'MOVE K 1', 'DUMP K', 'RESTORE K 0 v', 'OBJECT ENCODING K', 'OBJECT HELP', 'MEMORY USAGE K'],
  ...[
    'SORT K',
    'SORT K BY x* GET y*',
    'SORT K STORE K',
    'SORT K GET # STORE K STORE K',
    'SORT_RO K',
    'KEYS *',
    'SCAN 0',
  ],
  ...['BITFIELD K', 'BITFIELD K GET u8 0', 'BITFIELD K GET u8 0 SET u8 0 1', 'BITFIELD_RO K GET u8 0', 'BITCOUNT K'],
  ...['BITOP AND K K K', 'SETBIT K 0 1', 'BITPOS K 1', 'PFADD K e', 'PFCOUNT K K', 'PFMERGE K K', 'PFDEBUG GETREG K'],
  ...['HSET K f v', 'HGET K f', 'HINCRBY K f 1', 'HDEL K f', 'HRANDFIELD K', 'HSTRLEN K f', 'HSCAN K 0'],
  ...['LPUSH K e', 'LPOP K', 'LLEN K', 'LMOVE K K LEFT RIGHT', 'RPOPLPUSH K K', 'LMPOP N K K LEFT', 'BLPOP K K 0'],
  ...[
    'BLMOVE K K LEFT LEFT 0',
    'BLMPOP 0 N K K LEFT',
    'BRPOPLPUSH K K 0',
    'LINSERT K BEFORE p e',
    'LSET K 0 e',
    'LPOS K e',
  ],
  ...[
    'SADD K m',
    'SPOP K',
    'SMOVE K K m',
    'SINTER K K',
    'SINTERCARD N K K',
    'SINTERSTORE K K K',
    'SUNION K',
    'SDIFF K',
  ],
  ...['ZADD K 1 m', 'ZADD K INCR 1 m', 'ZINCRBY K 1 m', 'ZRANGE K 0 1', 'ZRANGESTORE K K 0 1', 'ZUNION N K K'],
  ...[
    'ZUNIONSTORE K 2 K K',
    'ZINTERSTORE K 1 K',
    'ZDIFF N K K',
    'ZMPOP N K K MIN',
    'BZPOPMIN K 0',
    'BZMPOP 0 N K K MIN',
  ],
  ...['GEOADD K 1 1 m', 'GEOPOS K m', 'GEORADIUS K 1 1 1 m', 'GEORADIUS K 1 1 1 m STORE K', 'GEOSEARCHSTORE K K'],
  ...['GEORADIUSBYMEMBER K m 1 m STOREDIST K', 'GEORADIUS_RO K 1 1 1 m', 'XADD K * f v', 'XLEN K', 'XTRIM K MAXLEN 1'],
  ...['XREAD STREAMS K K 0 0', 'XREAD COUNT 1 STREAMS K 0', 'XREADGROUP GROUP g c STREAMS K K > >', 'XDEL K 0'],
  ...[
    'XGROUP CREATE K g 0',
    'XINFO STREAM K',
    'XACK K g 0',
    'XCLAIM K g c 0 0',
    'XAUTOCLAIM K g c 0 0',
    'XPENDING K g',
  ],
  ...[
    'EVAL s N K K',
    'EVAL_RO s N K K',
    'EVALSHA s N K K',
    'FCALL f N K K',
    'FCALL_RO f N K K',
    'EVAL s x K',
    'EVAL s -1',
  ],
  ...[
    'PUBLISH C m',
    'SUBSCRIBE C C',
    'PSUBSCRIBE C C',
    'SSUBSCRIBE C',
    'SPUBLISH C m',
    'UNSUBSCRIBE C',
    'PUBSUB NUMSUB C',
  ],
  ...['PUNSUBSCRIBE C', 'SUNSUBSCRIBE C', 'WATCH K K', 'MULTI', 'EXEC', 'PING', 'AUTH x', 'HELLO', 'QUIT', 'RESET'],
  ...[
    'SELECT N',
    'SELECT zero',
    'SELECT Zero',
    'CONFIG GET x',
    'CONFIG SET a b',
    'CONFIG BOGUS',
    'CONFIG',
    'CLIENT ID',
  ],
  ...['CLIENT LIST', 'ACL CAT', 'ACL WHOAMI', 'SCRIPT LOAD s', 'FLUSHALL', 'FLUSHDB', 'SWAPDB 0 1', 'COMMAND COUNT'],
  ...['LOLWUT', 'BOGUS', 'GET', 'GET K K', 'DBSIZE', 'RANDOMKEY', 'INFO', 'TIME', 'MEMORY DOCTOR', 'FUNCTION LIST'],
];

export interface AclFuzzOptions {
  readonly seed: number;
  /** How many users are made or changed; each is followed by questions about it. */
  readonly changes: number;
  readonly ports: { readonly ours: number; readonly theirs: number };
}

/** @returns what differs, or null */
export async function aclFuzz({ seed, changes, ports }: AclFuzzOptions): Promise<string | null> {
  const random = new SeededRandom(seed);
  const [ours, theirs] = await Promise.all([
    RawConnection.open({ port: ports.ours }),
    RawConnection.open({ port: ports.theirs }),
  ]);
  const history: string[] = [];
  try {
    await Promise.all([ours.call('ACL', 'DELUSER', ...users), theirs.call('ACL', 'DELUSER', ...users)]);
    for (let change = 0; change < changes; change++) {
      for (const args of nextRound(random)) {
        history.push(JSON.stringify(args));
        const bytes = encodeCommand(args);
        ours.send(bytes);
        theirs.send(bytes);
        const [mine, oracles] = await Promise.all([ours.reply(), theirs.reply()]);
        const [a, b] = [comparable(args, mine), comparable(args, oracles)];
        if (a !== b) return difference(seed, change, history, a, b);
      }
    }
    return null;
  } finally {
    ours.close();
    theirs.close();
  }
}

/** A change of one user, and questions about it. */
function nextRound(random: SeededRandom): string[][] {
  const user = random.pick(users);
  const change = random.chance(0.03)
    ? ['ACL', 'DELUSER', user]
    : ['ACL', 'SETUSER', user, ...random.times(random.between(0, 5), () => nextRule(random)).flat()];
  const asked = random.times(12, () => ['ACL', 'DRYRUN', user, ...nextRequest(random)]);
  const told = [
    ['HELLO', random.pick(['2', '3'])],
    ['ACL', 'GETUSER', user],
    ['ACL', 'LIST'],
    ['ACL', 'USERS'],
  ];
  return [change, ...told, ...asked];
}

/** One rule, as one word or as several. */
function nextRule(random: SeededRandom): string[] {
  if (random.chance(0.12)) return nextSelector(random);
  return [nextSimpleRule(random, random.chance(0.5))];
}

function nextSelector(random: SeededRandom): string[] {
  const rules = random.times(random.between(0, 4), () => nextSimpleRule(random, !random.chance(0.05)));
  if (random.chance(0.04)) return [`(${rules.join(' ')}`];
  if (random.chance(0.5)) return [`(${rules.join(' ')})`];
  return ['(', ...rules, ')'];
}

/** @param isOfSelector whether it is about commands, keys or channels */
function nextSimpleRule(random: SeededRandom, isOfSelector: boolean): string {
  const sign = random.pick(['+', '-']);
  const forms: readonly (() => string)[] = [
    () => `${sign}${random.pick(commandNames)}`,
    () => `${sign}@${random.pick(categories)}`,
    () => `~${random.pick(patterns)}`,
    () => `%${random.pick(['R', 'W', 'RW', 'WR', 'r', 'RR', '', 'X'])}~${random.pick(patterns)}`,
    () => `&${random.pick(channels)}`,
    () => random.pick(switches.slice(-6)),
  ];
  if (isOfSelector) return random.pick(forms)();
  const password = random.pick(passwords);
  return random.pick([
    random.pick(switches),
    random.pick(switches).toUpperCase(),
    `>${password}`,
    `<${password}`,
    `#${sha256(password)}`,
    `!${sha256(password)}`,
    random.pick(['#abc', `!${sha256(password).toUpperCase()}`, 'bogus', '', '%', '%R', '@all', '~', '&', '>', ')']),
  ]);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function nextRequest(random: SeededRandom): string[] {
  const fill: Readonly<Record<string, () => string>> = {
    K: () => random.pick(keys),
    C: () => random.pick(heard),
    N: () => String(random.below(3)),
  };
  return random
    .pick(requests)
    .split(' ')
    .map((word) => fill[word]?.() ?? word);
}

/** What of a reply must be the same: all but rules on commands as they are read back. */
function comparable(args: readonly string[], reply: Buffer): string {
  const text = reply.toString('latin1');
  const question = args[1];
  if (args[0] === 'HELLO') return '';
  if (question === 'LIST') return withoutCommandRules(text);
  if (question !== 'GETUSER') return text;
  return text.replace(/(\$8\r\ncommands\r\n)\$\d+\r\n[^\r]*/g, '$1');
}

/** Lines of users without lengths, rules on commands and the blanks between them. */
function withoutCommandRules(lines: string): string {
  const rules = /([ (])[+-][^ )\r]*/g;
  return lines
    .replace(/\$\d+\r\n/g, '')
    .replace(rules, '$1')
    .replace(rules, '$1')
    .replace(/ +(?=[ )\r])/g, '');
}

function difference(seed: number, change: number, history: readonly string[], ours: string, theirs: string): string {
  return [
    `seed ${seed}, change ${change}: after`,
    ...history.filter((line) => !line.includes('DRYRUN') && !line.includes('GETUSER')).slice(-12),
    `and ${history.at(-1)}`,
    `ours:   ${JSON.stringify(ours)}`,
    `theirs: ${JSON.stringify(theirs)}`,
  ].join('\n');
}
