/** Compat scripts of SORT and SORT_RO. */
import { unordered } from './looseness.js';
import { hears, type Line, loosely, on, repeatedly, type Script, script } from './script.js';

const setOrder = 'a hash table promises no order';

const data = [
  'RPUSH l 3 1 10 2 -5 2 0.5',
  'RPUSH w pear Apple fig "" apple banana "a b" "a\\x00z" "a\\x00b" "\\xff"',
  'SADD s 3 1 2 10',
  'SADD words pear apple fig banana',
  'ZADD z 1 3 2 1 3 10 4 2',
  'RPUSH q 3 1 10 2',
  'MSET weight_1 30 weight_2 10 weight_3 20 weight_10 5 weight_0.5 abc name_1 one name_2 two name_3 three',
  'HSET obj_1 w 4 name eins',
  'HSET obj_2 w 3 name zwei',
  'HSET obj_3 w 2',
  'HSET obj_10 w 1 name zehn "" empty',
  'SET str v',
  'HSET hash f v',
];

const orders = ['', 'ASC', 'DESC', 'ALPHA', 'ALPHA DESC', 'DESC ALPHA ASC', 'desc alpha'];
const limits = [
  ...['0 2', '1 2', '1 0', '0 0', '-1 2', '5 10', '6 1', '7 1', '100 1', '0 -1', '2 -1', '-5 -5', '0 -100'],
  ...['9223372036854775807 1', '1 9223372036854775807', '-9223372036854775808 -9223372036854775808'],
];

const numbers = script('SORT sorts numbers, and text with ALPHA', [
  ...data,
  ...['l', 's', 'z', 'w', 'words', 'none'].flatMap((key) => orders.map((order) => `SORT ${key} ${order}`)),
  ...['l', 's', 'z'].flatMap((key) => orders.map((order) => `SORT_RO ${key} ${order}`)),
  ...limits.flatMap((limit) => [`SORT l LIMIT ${limit}`, `SORT l LIMIT ${limit} DESC`, `SORT z ALPHA limit ${limit}`]),
  'SORT l LIMIT 0 1 LIMIT 1 3',
  'DEL n',
  ...[
    '" 1"',
    '"1 "',
    '1e3',
    '0x10',
    'inf',
    '-inf',
    '1e400',
    '1e-400',
    '1e-310',
    '2.2250738585072014e-308',

    'nan',
    '""',
    '" "',
  ].flatMap((number) => [
    ...['DEL n', `RPUSH n 5 ${number} -7 5`, 'SORT n'],
    // Redis looks at what strtod left behind, which may be of an earlier number: ZADD clears it.
    ...['ZADD clears 1.5 errno', 'SORT n DESC LIMIT 1 1', 'ZADD clears 1.5 errno', 'SORT n LIMIT 0 0'],
    'ZADD clears 1.5 errno',
  ]),
  ...['"1\\x00x"', '"\\x00"', '9223372036854775807', '-0', '+3', '.5', '5.', '1_0'].flatMap((number) => [
    'DEL n',
    `RPUSH n ${number} 4`,
    'SORT n',
    'SORT n ALPHA',
  ]),
  'DEL n',
  'RPUSH n 1 1.0 01 1e0 -0 0',
  'SORT n',
  'SORT n DESC',
  'SORT n ALPHA',
]);

const patterns = script('BY and GET name other keys, and fields of hashes', [
  ...data,
  ...[
    'weight_*',
    'name_*',
    'obj_*->w',
    'obj_*->name',
    'nothing_*',
    '*',
    'l*',
    'obj_*->',
    'obj_*->none',
    'str*->f',
  ].flatMap((by) => [
    `SORT s BY ${by} ALPHA LIMIT 0 0`,
    `SORT s BY ${by} LIMIT 0 0`,
    `SORT q BY ${by} ALPHA`,
    `SORT q BY ${by} ALPHA DESC`,
    `SORT z BY ${by}`,
    `SORT z BY ${by} DESC`,
  ]),
  'SORT s BY weight_*',
  'SORT s BY obj_*->w',
  'SORT s BY obj_*->w DESC LIMIT 1 2',
  'SORT s BY name_* BY weight_*',
  'SORT l BY weight_*',
  ...[
    '#',
    'name_*',
    'obj_*->name',
    'obj_*->',
    'weight_*',
    'none',
    'none_*',
    '*',
    '"#\\x00"',
    '#x',
    'hash*',
    '"obj_*\\x00->w"',
  ].flatMap((get) => [
    `SORT z GET ${get}`,
    `SORT z BY weight_* GET ${get} GET # DESC`,
    `SORT_RO l LIMIT 1 3 GET ${get}`,
  ]),
  'SORT z GET # GET name_* GET obj_*->name GET weight_* LIMIT 1 2',
  'SET "p\\x00_3_\\x00e" found',
  'SORT z GET "p\\x00_*_\\x00e"',
  'SORT z GET "*\\x00x"',
  'SET a1b1 x',
  'RPUSH one 1',
  'SORT one GET a*b1',
  'SORT one GET a*b*',
  'HSET k1->x f v',
  'SORT one GET k*->x->f',
  'HSET k1 x->f w',
  'SORT one GET k*->x->f',
  'SORT one GET k*->',
  'SET k1-> literal',
  'SORT one GET k*->',
  'HSET ->1 f v',
  'SORT one GET ->*->f',
  'HSET obj_1 w x',
  'SORT s BY obj_*->w',
  'SORT s BY obj_*->w ALPHA',
]);

const unsorted = script('BY a pattern without a star leaves the order as it is', [
  ...data,
  ...['l', 'z', 'none'].flatMap((key) => [
    `SORT ${key} BY nosort`,
    `SORT ${key} BY nosort DESC`,
    `SORT ${key} BY # ALPHA`,
    `SORT ${key} BY "x\\x00*"`,
    ...limits.flatMap((limit) => [`SORT ${key} BY nosort LIMIT ${limit}`, `SORT ${key} BY nosort DESC LIMIT ${limit}`]),
    `SORT ${key} BY nosort GET name_* GET # LIMIT 1 2`,
  ]),
  'SORT s BY nosort',
  'SORT s BY nosort DESC LIMIT 1 2',
  loosely('SORT words BY nosort', unordered(setOrder)),
  'SORT words BY nosort STORE d',
  'LRANGE d 0 -1',
  'SORT words BY nosort DESC LIMIT 1 2 STORE d',
  'LRANGE d 0 -1',
  'SORT s BY nosort STORE d',
  'LRANGE d 0 -1',
  'SORT l BY nosort STORE d DESC',
  'LRANGE d 0 -1',
  `EVAL "return redis.call('SORT', KEYS[1], 'BY', 'nosort')" 1 words`,
  `EVAL "return redis.call('SORT', KEYS[1], 'BY', 'nosort', 'DESC')" 1 words`,
  `EVAL "return redis.call('SORT', KEYS[1], 'BY', 'nosort')" 1 s`,
  `EVAL "return redis.call('SORT', KEYS[1], 'BY', 'nosort')" 1 l`,
  `EVAL_RO "return redis.call('SORT_RO', KEYS[1], 'BY', 'nosort', 'GET', 'name_*')" 1 s`,
  `EVAL_RO "return redis.call('SORT', KEYS[1])" 1 s`,
]);

const storing = script('STORE makes a key the list of what was found', [
  ...data,
  ...[
    'SORT l STORE d',
    'SORT z DESC LIMIT 1 2 STORE d',
    'SORT z GET # GET name_* STORE d',
    'SORT w ALPHA STORE d',
  ].flatMap((line): Line[] => [line, 'TYPE d', 'LRANGE d 0 -1', 'OBJECT ENCODING d']),
  'SORT z STORE first STORE second',
  'EXISTS first second',
  'SET other v EX 100',
  'SORT l STORE other',
  'TTL other',
  'SORT l DESC STORE l',
  'LRANGE l 0 -1',
  'SORT none STORE d',
  'EXISTS d',
  'SORT none STORE d',
  'SORT l LIMIT 0 0 STORE other',
  'EXISTS other',
  'SORT w STORE l',
  'LRANGE l 0 -1',
  'SORT str STORE l',
  'ZADD packed 1 a 2 b',
  'OBJECT ENCODING packed',
  'SORT packed BY nosort LIMIT 0 0',
  'OBJECT ENCODING packed',
]);

const events = script(
  'SORT tells of what it stores',
  [
    ...data,
    'CONFIG SET notify-keyspace-events KEA',
    on('b', repeatedly('PSUBSCRIBE __keyevent@0__:*', 1)),
    'SORT l STORE d',
    'SORT none STORE d',
    'SORT none STORE d',
    'SORT l STORE d',
    on('b', hears(3)),
  ],
  { restores: ['CONFIG SET notify-keyspace-events ""'] },
);

const mistakes = script('SORT refuses what it cannot read', [
  ...data,
  ...['SORT', 'SORT_RO'].flatMap((name) => [
    name,
    `${name} str`,
    `${name} hash`,
    `${name} str BOGUS`,
    ...[
      'BOGUS',
      'BY',
      'GET',
      'STORE',
      'LIMIT',
      'LIMIT 1',
      'LIMIT x 1',
      'LIMIT 1 x',
      'LIMIT 1.5 1',
      'LIMIT 1 ""',
      'ASC DESC',
      'LIMIT 0 99999999999999999999',
    ].map((options) => `${name} l ${options}`),
    `${name} none BOGUS`,
    `${name} none LIMIT x 1 BOGUS`,
    `${name} str STORE d`,
    `${name} words`,
    `${name} words LIMIT 0 0`,
    `${name} words BY weight_*`,
  ]),
  'SORT words STORE d',
  'EXISTS d',
]);

const keysOf = script('COMMAND GETKEYS finds what SORT reads and stores', [
  ...[
    ...['k', 'k BY w_* GET x_*', 'k STORE d', 'k STORE', 'k STORE STORE', 'k STORE d STORE e', 'k GET STORE d'],
    ...['k BY STORE d', 'k LIMIT STORE x d', 'k LIMIT 1 STORE d', 'k store d ALPHA', 'k GET', 'k BOGUS STORE d'],
  ].flatMap((rest) => [
    `COMMAND GETKEYS SORT ${rest}`,
    `COMMAND GETKEYSANDFLAGS SORT ${rest}`,
    `COMMAND GETKEYS SORT_RO ${rest}`,
  ]),
  'COMMAND GETKEYS SORT',
  'COMMAND GETKEYSANDFLAGS SORT_RO k BY a_*',
]);

export const sortScripts: readonly Script[] = [numbers, patterns, unsorted, storing, events, mistakes, keysOf];
