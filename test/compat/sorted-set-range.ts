/** Compat scripts of the sorted set commands over ranges, and of unions, intersections and differences. */
import { type Script, script } from './script.js';

const indexes = ['0', '1', '2', '5', '9', '-1', '-2', '-6', '-9', '9223372036854775807', '-9223372036854775808'];
const ranks = indexes.flatMap((start) => indexes.map((stop) => `${start} ${stop}`));

const ranges = script('ZRANGE and ZREVRANGE by index', [
  'ZADD z 1 a 2 b 3 c 3 d 5 e 6 f',
  ...ranks.flatMap((range) => [`ZRANGE z ${range}`, `ZREVRANGE z ${range} WITHSCORES`, `ZRANGE z ${range} REV`]),
  'ZRANGE z 0 -1 WITHSCORES',
  'ZRANGE z 0 -1 REV WITHSCORES',
  'ZRANGE z 0 -1 withscores rev',
  'ZRANGE none 0 -1',
  'ZREVRANGE none 0 -1 WITHSCORES',
  ...['x 1', '1 x', '1.5 2', '"" 1', '9223372036854775808 1', '(1 2', '[a [b', '- +'].map(
    (range) => `ZRANGE z ${range}`,
  ),
  ...[
    'BOGUS',
    'WITHSCORES x',
    'LIMIT 0',
    'LIMIT 0 1',
    'LIMIT 1 -1',
    'LIMIT x 1',
    'LIMIT 1 x',
    'REV REV',
    'BYSCORE',
  ].flatMap((options) => [`ZRANGE z 0 1 ${options}`, `ZREVRANGE z 0 1 ${options}`, `ZRANGE none 0 1 ${options}`]),
  'SET s v',
  ...['ZRANGE s 0 1', 'ZRANGE s x 1', 'ZREVRANGE s 0 1', 'ZRANGEBYSCORE s 0 1', 'ZRANGEBYLEX s - +', 'ZCOUNT s 0 1'],
  ...['ZLEXCOUNT s - +', 'ZRANK s a', 'ZREVRANK s a', 'ZRANGESTORE d s 0 1', 'ZREMRANGEBYRANK s 0 1'],
  ...['ZREMRANGEBYSCORE s 0 1', 'ZREMRANGEBYLEX s - +', 'ZREVRANGEBYSCORE s 1 0', 'ZREVRANGEBYLEX s + -'],
  ...[
    'ZRANGE',
    'ZREVRANGE',
    'ZRANGEBYSCORE',
    'ZREVRANGEBYSCORE',
    'ZRANGEBYLEX',
    'ZREVRANGEBYLEX',
    'ZCOUNT',
    'ZLEXCOUNT',
  ].flatMap((name) => [name, `${name} z`, `${name} z 1`]),
  ...['ZRANK', 'ZREVRANK', 'ZRANGESTORE', 'ZREMRANGEBYRANK', 'ZREMRANGEBYSCORE', 'ZREMRANGEBYLEX'].flatMap((name) => [
    name,
    `${name} z`,
    `${name} z a b c d e f`,
  ]),
  'ZCOUNT z 0 1 2',
  'ZLEXCOUNT z - + x',
]);

const scoreEnds = ['1', '(1', '2', '(2', '3', '(3', '-inf', '+inf', '(inf', '(-inf', '0', '99', '2.5', '(0x3'];
const scoreRanges = scoreEnds.flatMap((min) => scoreEnds.map((max) => `${min} ${max}`));
const oddEnds = [
  'x',
  'nan',
  '(nan',
  '((1',
  '""',
  '(',
  '" 1"',
  '( 1',
  '"1 "',
  '[1',
  '1e400',
  '-1e400',
  '(1e',
  '0x',
  '-',
];
const limits = ['0 0', '0 1', '1 2', '2 -1', '0 -5', '9 1', '-1 2', '0 9223372036854775807', 'x 1', '1 x', '1.5 1'];

const scores = script('ranges by score', [
  'ZADD z -inf low 1 a 2 b 2 bb 2.5 c 3 d 3 dd inf top',
  ...scoreRanges.flatMap((range) => [`ZRANGEBYSCORE z ${range}`, `ZREVRANGEBYSCORE z ${range}`, `ZCOUNT z ${range}`]),
  ...oddEnds.flatMap((end) => [
    `ZRANGEBYSCORE z ${end} 3`,
    `ZRANGEBYSCORE z 0 ${end}`,
    `ZCOUNT z ${end} ${end}`,
    `ZREMRANGEBYSCORE none ${end} 3`,
    `ZRANGE z ${end} 3 BYSCORE`,
  ]),
  String.raw`ZCOUNT z "1\x00x" 3`,
  ...limits.flatMap((limit) => [
    `ZRANGEBYSCORE z -inf inf LIMIT ${limit}`,
    `ZREVRANGEBYSCORE z inf -inf WITHSCORES LIMIT ${limit}`,
    `ZRANGE z 1 3 BYSCORE LIMIT ${limit} WITHSCORES`,
    `ZRANGE z 3 (1 BYSCORE REV LIMIT ${limit}`,
  ]),
  ...['WITHSCORES', 'LIMIT 1', 'REV', 'BYLEX', 'BYSCORE', 'BOGUS', 'WITHSCORES WITHSCORES'].flatMap((options) => [
    `ZRANGEBYSCORE z 1 3 ${options}`,
    `ZREVRANGEBYSCORE z 3 1 ${options}`,
    `ZRANGE z 1 3 BYSCORE ${options}`,
  ]),
  'ZRANGEBYSCORE none 1 2 WITHSCORES',
]);

const lexEnds = ['-', '+', '[a', '(a', '[c', '(c', '[bb', '(bb', '[', '(', '[zzz', '(0'];
const lexRanges = lexEnds.flatMap((min) => lexEnds.map((max) => `${min} ${max}`));

const lex = script('ranges by member', [
  'ZADD z 0 a 0 aa 0 b 0 bb 0 c 0 d',
  ...lexRanges.flatMap((range) => [`ZRANGEBYLEX z ${range}`, `ZREVRANGEBYLEX z ${range}`, `ZLEXCOUNT z ${range}`]),
  ...['a', '""', '--', '+a', 'x', '*', '-inf'].flatMap((end) => [
    `ZRANGEBYLEX z ${end} +`,
    `ZRANGEBYLEX z - ${end}`,
    `ZLEXCOUNT z ${end} ${end}`,
    `ZREMRANGEBYLEX none ${end} +`,
  ]),
  ...limits.flatMap((limit) => [
    `ZRANGEBYLEX z - + LIMIT ${limit}`,
    `ZREVRANGEBYLEX z + [aa LIMIT ${limit}`,
    `ZRANGE z [aa + BYLEX LIMIT ${limit}`,
    `ZRANGE z + - BYLEX REV LIMIT ${limit}`,
  ]),
  ...['WITHSCORES', 'LIMIT 1', 'REV', 'BYSCORE', 'BOGUS'].flatMap((options) => [
    `ZRANGEBYLEX z - + ${options}`,
    `ZREVRANGEBYLEX z + - ${options}`,
    `ZRANGE z - + BYLEX ${options}`,
  ]),
  'ZRANGEBYLEX none - +',
  'ZADD mixed 1 c 2 a 3 d 4 b 5 e',
  ...lexRanges.flatMap((range) => [
    `ZRANGEBYLEX mixed ${range}`,
    `ZREVRANGEBYLEX mixed ${range}`,
    `ZLEXCOUNT mixed ${range}`,
  ]),
]);

const largeRanges = script('ranges of a large sorted set', [
  ...Array.from({ length: 400 }, (_, i) => `ZADD z ${(i * 31) % 97} m${i} 0 ${((i * 7919) % 4096).toString(16)}`),
  ...['10 20', '(10 20', '10 (20', '(10 (11', '5 5', '96 inf', '-inf (1', '50 40', '(5 5'].flatMap((range) => [
    `ZRANGEBYSCORE z ${range}`,
    `ZCOUNT z ${range}`,
    `ZRANGEBYSCORE z ${range} WITHSCORES LIMIT 3 4`,
  ]),
  ...['20 10', '(11 (9', 'inf 96'].map((range) => `ZREVRANGEBYSCORE z ${range} LIMIT 1 5`),
  ...['0 5', '100 110', '-3 -1', '700 900'].flatMap((range) => [
    `ZRANGE z ${range}`,
    `ZREVRANGE z ${range} WITHSCORES`,
  ]),
  ...Array.from({ length: 20 }, (_, i) => `ZRANK z m${i * 17}`),
  ...Array.from({ length: 20 }, (_, i) => `ZREVRANK z m${i * 17}`),
  'ZREMRANGEBYSCORE z 10 (30',
  'ZREMRANGEBYRANK z 100 199',
  'ZRANGE z 0 -1 WITHSCORES',
  ...Array.from({ length: 300 }, (_, i) => `ZADD lex 5 ${((i * 7919) % 4096).toString(16)}`),
  ...['[a [b', '(1 (5', '- [3', '[f +', '[c [b', '- +', '[7 [7ff'].flatMap((range) => [
    `ZRANGEBYLEX lex ${range}`,
    `ZLEXCOUNT lex ${range}`,
    `ZRANGEBYLEX lex ${range} LIMIT 5 5`,
  ]),
  'ZREVRANGEBYLEX lex [b [a',
  'ZREMRANGEBYLEX lex [2 (9',
  'ZRANGE lex 0 -1',
  'ZPOPMIN lex 20',
  'ZPOPMAX lex 20',
  'ZRANGE lex 0 -1 WITHSCORES',
  'ZREMRANGEBYRANK lex 0 -1',
  'EXISTS lex',
]);

const ranking = script('ZRANK and ZREVRANK', [
  'ZADD z 1 a 2 b 2 bb 3 c',
  ...['a', 'b', 'bb', 'c', 'none'].flatMap((member) => [`ZRANK z ${member}`, `ZREVRANK z ${member}`]),
  'ZRANK none a',
  'ZREVRANK none a',
  'ZRANK z a BOGUS',
  'ZREVRANK z a b c',
]);

const storing = script('ZRANGESTORE stores a range', [
  'ZADD z 1 a 2 b 3 c 4 d',
  'ZRANGESTORE d z 1 2',
  'ZRANGE d 0 -1 WITHSCORES',
  'ZRANGESTORE d z 0 1 REV',
  'ZRANGE d 0 -1 WITHSCORES',
  'ZRANGESTORE d z (1 3 BYSCORE LIMIT 1 1',
  'ZRANGE d 0 -1 WITHSCORES',
  'ZRANGESTORE d z 4 2 BYSCORE REV LIMIT 0 2',
  'ZRANGE d 0 -1 WITHSCORES',
  'ZRANGESTORE d z [b + BYLEX',
  'ZRANGE d 0 -1 WITHSCORES',
  'ZRANGESTORE z z 0 1',
  'ZRANGE z 0 -1 WITHSCORES',
  'SET s v',
  'ZRANGESTORE s z 0 -1',
  'TYPE s',
  'EXPIRE s 100',
  'ZRANGESTORE s z 0 0',
  'TTL s',
  'ZRANGESTORE s z 5 9',
  'EXISTS s',
  'ZRANGESTORE s none 0 -1',
  'ZRANGESTORE d none 0 -1',
  'EXISTS d',
  ...['0 1 WITHSCORES', 'x 1', '0 1 LIMIT 0 1', '0 x BYSCORE', '0 1 BYLEX', '0 1 BOGUS'].map(
    (options) => `ZRANGESTORE d z ${options}`,
  ),
]);

const removing = script('ZREMRANGEBYRANK, ZREMRANGEBYSCORE and ZREMRANGEBYLEX remove ranges', [
  ...['0 0', '1 2', '-2 -1', '0 -1', '5 9', '2 1'].flatMap((range) => [
    'ZADD z 1 a 2 b 3 c 4 d',
    `ZREMRANGEBYRANK z ${range}`,
    'ZRANGE z 0 -1',
  ]),
  ...['1 2', '(1 3', '-inf inf', '5 9', '3 1'].flatMap((range) => [
    'ZADD z 1 a 2 b 3 c 4 d',
    `ZREMRANGEBYSCORE z ${range}`,
    'ZRANGE z 0 -1',
  ]),
  ...['[a [b', '(a (d', '- +', '[x +', '+ -'].flatMap((range) => [
    'DEL z',
    'ZADD z 0 a 0 b 0 c 0 d',
    `ZREMRANGEBYLEX z ${range}`,
    'ZRANGE z 0 -1',
  ]),
  'EXISTS z',
  'ZREMRANGEBYRANK none 0 1',
  'ZREMRANGEBYRANK none x 1',
  'ZREMRANGEBYRANK none 0 x',
]);

const two = '2 a b';
const optionSets = [
  ...['', 'WEIGHTS 2 3', 'AGGREGATE MIN', 'AGGREGATE max', 'AGGREGATE SUM WEIGHTS 1.5 -1', 'WEIGHTS inf -inf'],
  ...['WEIGHTS 0 0', 'WEIGHTS 1', 'WEIGHTS 1 2 3', 'WEIGHTS x 1', 'WEIGHTS nan 1', 'AGGREGATE', 'AGGREGATE AVG'],
  ...['LIMIT 1', 'LIMIT 0', 'LIMIT -1', 'LIMIT x', 'LIMIT', 'BOGUS', 'WITHSCORES BOGUS', 'AGGREGATE MIN AGGREGATE MAX'],
];

const combining = script('ZUNION, ZINTER, ZDIFF, ZINTERCARD and what stores them', [
  'ZADD a 1 x 2 y 3 z inf i -inf j 0.1 f',
  'ZADD b 10 y 20 z 30 w inf j inf i 0.2 f',
  'ZADD c 5 z',
  'SET s v',
  ...['ZUNION', 'ZINTER', 'ZDIFF', 'ZINTERCARD'].flatMap((name) => [
    ...optionSets.flatMap((options) => [`${name} ${two} ${options}`, `${name} ${two} ${options} WITHSCORES`]),
    `${name} 3 a b c WITHSCORES`,
    `${name} 3 a b c`,
    `${name} 1 a WITHSCORES`,
    `${name} 1 a`,
    `${name} 2 a a WITHSCORES`,
    `${name} 2 a a`,
    `${name} 2 a none`,
    `${name} 2 none a`,
    `${name} 2 none nope`,
    `${name} 2 a s`,
    `${name} 2 a s BOGUS`,
    `${name} 2 none s`,
    ...['0', '-1', 'x', '1.5', '3', '""', '99999999999'].map((count) => `${name} ${count} a b`),
    name,
    `${name} 1`,
  ]),
  ...['ZUNIONSTORE', 'ZINTERSTORE', 'ZDIFFSTORE'].flatMap((name) => [
    ...optionSets.flatMap((options) => [`${name} d ${two} ${options}`, 'ZRANGE d 0 -1 WITHSCORES']),
    `${name} d 3 a b c`,
    'ZRANGE d 0 -1 WITHSCORES',
    `${name} d 2 c none`,
    'ZRANGE d 0 -1 WITHSCORES',
    `${name} d 2 none c`,
    'EXISTS d',
    `${name} d 2 none nope`,
    'EXISTS d',
    `${name} s2 2 a s`,
    `${name} d 2 a b WITHSCORES`,
    ...['0', '-1', 'x', '3', '""'].map((count) => `${name} d ${count} a b`),
    name,
    `${name} d 1`,
    'SET t v',
    `${name} t 2 a b`,
    'TYPE t',
    'EXPIRE t 100',
    `${name} t 1 a`,
    'TTL t',
    `${name} a2 1 a`,
    `${name} a2 2 a2 b`,
    'ZRANGE a2 0 -1 WITHSCORES',
  ]),
]);

const zeros = script('a large range keeps -0 when it is stored by ranks, and not by scores', [
  `ZADD z ${Array.from({ length: 140 }, (_, i) => `${i} m${i}`).join(' ')}`,
  'ZADD z -0 negative -1 first',
  'ZRANGE z 0 2 WITHSCORES',
  ...['0 -1', '0 -1 REV', '-5 200 BYSCORE', '0 20', '-inf +inf BYSCORE LIMIT 0 135'].flatMap((range) => [
    `ZRANGESTORE d z ${range}`,
    'ZSCORE d negative',
    'OBJECT ENCODING d',
  ]),
]);

const plainSets = script('sets take part in ZUNION, ZINTER, ZDIFF and ZINTERCARD with a score of 1', [
  'ZADD z 5 a 2 1 -inf b 0.5 x',
  'SADD ints 1 2 3',
  'SADD words a b c 1',
  ...['ZUNION', 'ZINTER', 'ZDIFF'].flatMap((name) => [
    ...[
      '2 z words',
      '2 words z',
      '2 ints words',
      '3 words z ints',
      '1 ints',
      '2 ints ints',
      '2 words none',
      '2 none ints',
    ].flatMap((keys) => [`${name} ${keys}`, `${name} ${keys} WITHSCORES`]),
    `${name}STORE d 2 words z`,
    'ZRANGE d 0 -1 WITHSCORES',
    `${name}STORE words2 1 words`,
    'TYPE words2',
    `${name}STORE ints2 2 ints none`,
    'SADD over 1 2',
    `${name}STORE over 2 over ints`,
    'TYPE over',
    'DEL over',
    `${name} 2 words str`,
  ]),
  ...['ZUNION', 'ZINTER'].flatMap((name) =>
    ['WEIGHTS 2 3', 'WEIGHTS -inf 0', 'AGGREGATE MIN', 'AGGREGATE MAX', 'WEIGHTS 0.1 0.7 AGGREGATE SUM'].flatMap(
      (options) => [
        `${name} 2 z words ${options} WITHSCORES`,
        `${name} 2 ints words ${options} WITHSCORES`,
        `${name}STORE d 2 words z ${options}`,
        'ZRANGE d 0 -1 WITHSCORES',
      ],
    ),
  ),
  ...['2 z words', '2 words ints', '1 words', '2 words words LIMIT 2', '3 words z ints', '2 words none LIMIT 1'].map(
    (keys) => `ZINTERCARD ${keys}`,
  ),
  'LPUSH list a',
  'ZUNION 2 words list',
  'ZUNION 2 words list BOGUS',
  'HSET hash a 1',
  'ZDIFFSTORE d 2 hash words',
]);

const rounding = script('sums are rounded in the order of the sizes of the sets', [
  'ZADD a 0.1 m 1 x 2 y 3 z',
  'ZADD b 0.2 m 1 x 2 y',
  'ZADD c 0.3 m',
  'ZADD d 1e16 m 1 n',
  'ZADD e 1 m 2 n',
  'ZUNION 3 a b c WITHSCORES',
  'ZUNION 3 c b a WITHSCORES',
  'ZINTER 3 a b c WITHSCORES',
  'ZINTER 5 a b c d e WITHSCORES',
  'ZUNION 5 e d c b a WITHSCORES WEIGHTS 0.1 0.7 3 1e-3 -0.3',
]);

const keysOf = script('COMMAND GETKEYS finds keys behind their number', [
  'COMMAND GETKEYS ZUNION 2 a b WEIGHTS 1 2',
  'COMMAND GETKEYS ZUNIONSTORE d 2 a b',
  'COMMAND GETKEYSANDFLAGS ZUNIONSTORE d 2 a b',
  'COMMAND GETKEYS ZMPOP 2 a b MIN',
  'COMMAND GETKEYS ZRANGESTORE d s 0 1',
  ...['0', '-1', 'x', '3', '1.5', '2x'].map((count) => `COMMAND GETKEYS ZINTER ${count} a b`),
  'COMMAND GETKEYS ZINTERSTORE d 9 a',
]);

export const sortedSetRangeScripts: readonly Script[] = [
  ranges,
  scores,
  lex,
  largeRanges,
  ranking,
  storing,
  removing,
  combining,
  plainSets,
  zeros,
  rounding,
  keysOf,
];
