/**
 * Fields of hashes with a lifetime, which came with Redis 7.4 (HEXPIRE and its kin) and 8.0 (HGETEX, HSETEX, HGETDEL):
 * redis-server 7.0.15 lacks them, so Nearkey must answer exactly what is written here, which is what those versions answer.
 */
import { answering } from './looseness.js';
import { loosely, type Script, type Step, script } from './script.js';

const later = 'came with Redis 7.4 and 8.0';
const says = (line: string, reply: string): Step => loosely(line, answering(reply, later));
const refuses = (line: string, error: string): Step => says(line, `-${error}\r\n`);
const integers = (...values: readonly number[]): string =>
  `*${values.length}\r\n${values.map((value) => `:${value}\r\n`).join('')}`;
const bulks = (nil: string, ...texts: readonly (string | null)[]): string =>
  `*${texts.length}\r\n${texts.map((text) => (text === null ? nil : `$${text.length}\r\n${text}\r\n`)).join('')}`;

const far = 4_102_444_800;
const wrongType = 'WRONGTYPE Operation against a key holding the wrong kind of value';
const missing = 'ERR Mandatory argument FIELDS is missing or not at the right position';
const mismatch = 'ERR The `numfields` parameter must match the number of arguments';

const expiring = script(
  'HEXPIRE, HPEXPIRE, HEXPIREAT and HPEXPIREAT let fields expire, and HTTL and its kin tell when',
  [
    says('HSET h a 1 b 2 c 3', ':3\r\n'),
    says(`HEXPIREAT h ${far} FIELDS 2 a none`, integers(1, -2)),
    says(`HPEXPIREAT h ${far}500 FIELDS 1 b`, integers(1)),
    says('HEXPIRETIME h FIELDS 4 a b c none', integers(far, far + 1, -1, -2)),
    says('HPEXPIRETIME h FIELDS 4 a b c none', integers(far * 1000, far * 1000 + 500, -1, -2)),
    says('HEXPIRE h 100 FIELDS 1 c', integers(1)),
    says('HPEXPIRE h 1000000 FIELDS 1 c', integers(1)),
    says('HTTL h FIELDS 2 c none', integers(1000, -2)),
    says('HTTL none FIELDS 2 a b', integers(-2, -2)),
    says('HEXPIRE none 10 FIELDS 2 a b', integers(-2, -2)),
    says('HPERSIST none FIELDS 1 a', integers(-2)),
    says('HPERSIST h FIELDS 4 a b none c', integers(1, 1, -2, 1)),
    says('HPERSIST h FIELDS 1 a', integers(-1)),
    says('HPTTL h FIELDS 2 a none', integers(-1, -2)),
    ...[
      ['NX', [1, 0]],
      ['XX', [0, 1]],
      ['GT', [0, 1]],
      ['LT', [1, 0]],
      ['gt', [0, 1]],
    ].flatMap(([condition, replies]) => [
      says('HPERSIST h FIELDS 1 a', integers(-1)),
      says(`HEXPIREAT h ${far} FIELDS 1 b`, integers(1)),
      says(`HEXPIREAT h ${far + 10} ${condition} FIELDS 2 a b`, integers(...[replies].flat(2).map(Number))),
      says(`HSET h a 1 b 2`, ':0\r\n'),
    ]),
    says(`HEXPIREAT h ${far} FIELDS 1 a`, integers(1)),
    says(`HEXPIREAT h ${far} GT FIELDS 1 a`, integers(0)),
    says(`HEXPIREAT h ${far} LT FIELDS 1 a`, integers(0)),
    ...[`HEXPIRE h 100`, 'HPEXPIRE h 100000', `HPEXPIREAT h ${far}000`].flatMap((start) => [
      says('HSET h a 1', ':0\r\n'),
      says(`${start} GT FIELDS 1 a`, integers(0)),
      says(`${start} LT FIELDS 1 a`, integers(1)),
    ]),
    says(`HEXPIREAT h ${far} FIELDS 1 a`, integers(1)),
    says('HEXPIRE h 0 NX FIELDS 2 a b', integers(0, 2)),
    says('HPEXPIREAT h 1 FIELDS 2 b a', integers(-2, 2)),
    says('HLEN h', ':1\r\n'),
    says('HEXPIRE h 0 FIELDS 1 c', integers(2)),
    says('EXISTS h', ':0\r\n'),
  ],
);

const expiryErrors = script('HEXPIRE and its kin look at the key, the time, and then the fields', [
  says('HSET h a 1', ':1\r\n'),
  says('SET s v', '+OK\r\n'),
  ...['HEXPIRE', 'HPEXPIRE', 'HEXPIREAT', 'HPEXPIREAT'].flatMap((name) => [
    refuses(`${name} h 10 FIELDS 1`, `ERR wrong number of arguments for '${name.toLowerCase()}' command`),
    refuses(`${name} s x FIELDS 1 a`, wrongType),
    refuses(`${name} h x FIELD 1 a`, 'ERR value is not an integer or out of range'),
    refuses(`${name} h -1 FIELDS 1 a`, 'ERR invalid expire time, must be >= 0'),
    refuses(`${name} h 9223372036854775807 FIELDS 1 a`, `ERR invalid expire time in '${name.toLowerCase()}' command`),
    refuses(`${name} h 10 FIELD 1 a`, missing),
    refuses(`${name} h 10 BOGUS FIELDS 1 a`, missing),
    refuses(`${name} h 10 NX XX FIELDS 1 a`, missing),
    refuses(`${name} h 10 FIELDS 0 a`, 'ERR Parameter `numFields` should be greater than 0'),
    refuses(`${name} h 10 FIELDS x a`, 'ERR Parameter `numFields` should be greater than 0'),
    refuses(`${name} h 10 FIELDS 2 a`, mismatch),
    refuses(`${name} h 10 FIELDS 1 a b`, mismatch),
    refuses(`${name} none 10 FIELDS 1 a b`, mismatch),
  ]),
  refuses('HPEXPIREAT h 70368744177664 FIELDS 1 a', "ERR invalid expire time in 'hpexpireat' command"),
  ...['HTTL', 'HPTTL', 'HEXPIRETIME', 'HPEXPIRETIME', 'HPERSIST', 'HGETDEL', 'HGETEX'].flatMap((name) => [
    refuses(`${name} h FIELDS 1`, `ERR wrong number of arguments for '${name.toLowerCase()}' command`),
    refuses(`${name} s FIELD 1 a`, wrongType),
    refuses(`${name} h FIELD 1 a`, missing),
    refuses(`${name} h FIELDS 0 a`, 'ERR Number of fields must be a positive integer'),
    refuses(`${name} h FIELDS x a`, 'ERR Number of fields must be a positive integer'),
    refuses(`${name} h FIELDS 2 a`, mismatch),
    refuses(`${name} h FIELDS 1 a b`, mismatch),
  ]),
  says('HTTL h FIELDS 1 a', integers(-1)),
]);

const lifetimes = (nil: string): readonly Step[] => [
  says('HSET h a 1 b 2 c 3', ':3\r\n'),
  says('HGETEX h FIELDS 3 a none c', bulks(nil, '1', null, '3')),
  says('HGETEX none FIELDS 2 a b', bulks(nil, null, null)),
  says(`HGETEX h EXAT ${far} FIELDS 2 a none`, bulks(nil, '1', null)),
  says('HEXPIRETIME h FIELDS 2 a b', integers(far, -1)),
  says(`HGETEX h PXAT ${far}001 FIELDS 1 a`, bulks(nil, '1')),
  says('HPEXPIRETIME h FIELDS 1 a', integers(far * 1000 + 1)),
  says('HGETEX h PERSIST FIELDS 2 a b', bulks(nil, '1', '2')),
  says('HTTL h FIELDS 1 a', integers(-1)),
  says('HGETEX h EX 1000 FIELDS 1 a', bulks(nil, '1')),
  says('HTTL h FIELDS 1 a', integers(1000)),
  says('HGETEX h PX 1000000 FIELDS 1 a', bulks(nil, '1')),
  says('HTTL h FIELDS 1 a', integers(1000)),
  says('HGETEX h PXAT 1 FIELDS 1 a', bulks(nil, '1')),
  says('HEXISTS h a', ':0\r\n'),
  refuses('HGETEX h EX x FIELDS 1 b', 'ERR value is not an integer or out of range'),
  refuses('HGETEX h EX -1 FIELDS 1 b', 'ERR invalid expire time, must be >= 0'),
  refuses('HGETEX h EX 99999999999999 FIELDS 1 b', "ERR invalid expire time in 'hgetex' command"),
  refuses('HGETEX h EX 10 PERSIST FIELDS 1 b', missing),
  says('HGETDEL h FIELDS 3 b none b', bulks(nil, '2', null, null)),
  says('HGETDEL none FIELDS 1 a', bulks(nil, null)),
  says('HGETDEL h FIELDS 1 c', bulks(nil, '3')),
  says('EXISTS h', ':0\r\n'),
];

const setting = script(
  'HSETEX sets fields with a lifetime, all or none',
  [
    says('HSETEX h FIELDS 2 a 1 b 2', ':1\r\n'),
    says('HTTL h FIELDS 2 a b', integers(-1, -1)),
    says(`HSETEX h EXAT ${far} FIELDS 2 a 3 c 4`, ':1\r\n'),
    says('HEXPIRETIME h FIELDS 3 a b c', integers(far, -1, far)),
    says('HSETEX h KEEPTTL FIELDS 2 a 5 b 6', ':1\r\n'),
    says('HEXPIRETIME h FIELDS 2 a b', integers(far, -1)),
    says('HSETEX h FIELDS 1 a 7', ':1\r\n'),
    says('HTTL h FIELDS 1 a', integers(-1)),
    says('HSETEX h FNX FIELDS 2 a 0 d 0', ':0\r\n'),
    says('HSETEX h FXX FIELDS 2 a 0 d 0', ':0\r\n'),
    says('HSETEX h FXX EX 1000 FIELDS 1 a 8', ':1\r\n'),
    says('HSETEX h PX 1000000 FNX FIELDS 1 d 9', ':1\r\n'),
    says('HTTL h FIELDS 2 a d', integers(1000, 1000)),
    says('HSETEX none FXX FIELDS 1 a 1', ':0\r\n'),
    says('EXISTS none', ':0\r\n'),
    says('HSETEX h PXAT 1 FIELDS 2 a 1 b 2', ':1\r\n'),
    says('HMGET h a b', '*2\r\n$-1\r\n$-1\r\n'),
    says('HSETEX gone PXAT 1 FIELDS 1 a 1', ':1\r\n'),
    says('EXISTS gone', ':0\r\n'),
    says('SET s v', '+OK\r\n'),
    refuses('HSETEX s FIELDS 1 a 1', wrongType),
    refuses('HSETEX s FIELDS x a 1', 'ERR invalid number of fields'),
    refuses('HSETEX h FIELDS 0 a 1', 'ERR invalid number of fields'),
    refuses('HSETEX h FIELDS 2 a 1', "ERR wrong number of arguments for 'hsetex' command"),
    refuses('HSETEX h FIELDS 1 a', "ERR wrong number of arguments for 'hsetex' command"),
    refuses('HSETEX h BOGUS FIELDS 1 a 1', 'ERR unknown argument: BOGUS'),
    refuses('HSETEX h FNX FXX FIELDS 1 a 1', 'ERR Only one of FXX or FNX arguments can be specified'),
    refuses(
      'HSETEX h EX 10 KEEPTTL FIELDS 1 a 1',
      'ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified',
    ),
    refuses('HSETEX h EX x PX 10 FIELDS 1 a 1', 'ERR value is not an integer or out of range'),
    refuses('HSETEX h EX -1 FIELDS 1 a 1', 'ERR invalid expire time, must be >= 0'),
    refuses('HSETEX h FNX KEEPTTL FNX EX', 'ERR Only one of FXX or FNX arguments can be specified'),
    refuses('HSETEX h FNX EX 5 BOGUS a', 'ERR unknown argument: BOGUS'),
  ],
  { protocols: [2] },
);

const keeping = script('other commands keep, clear and carry the lifetimes of fields', [
  says('HSETEX h PXAT 4102444800000 FIELDS 3 n 1 x 1.5 v a', ':1\r\n'),
  says('HINCRBY h n 5', ':6\r\n'),
  says('HINCRBYFLOAT h x 1', '$3\r\n2.5\r\n'),
  says('HSET h v b', ':0\r\n'),
  says('HEXPIRETIME h FIELDS 3 n x v', integers(far, far, -1)),
  says('RENAME h h2', '+OK\r\n'),
  says('COPY h2 h3', ':1\r\n'),
  says('MOVE h2 1', ':1\r\n'),
  says('HEXPIRETIME h3 FIELDS 3 n x v', integers(far, far, -1)),
  says('SELECT 1', '+OK\r\n'),
  says('HEXPIRETIME h2 FIELDS 3 n x v', integers(far, far, -1)),
  says('HLEN h2', ':3\r\n'),
  says('HDEL h2 n x', ':2\r\n'),
  says('HGET h2 v', '$1\r\nb\r\n'),
  says('SELECT 0', '+OK\r\n'),
]);

export const hashExtensionScripts: readonly Script[] = [
  expiring,
  expiryErrors,
  script('HGETEX and HGETDEL read fields and change their lifetime (RESP2)', lifetimes('$-1\r\n'), { protocols: [2] }),
  script('HGETEX and HGETDEL read fields and change their lifetime (RESP3)', lifetimes('_\r\n'), { protocols: [3] }),
  setting,
  keeping,
];
