/**
 * Compat scripts of DUMP and RESTORE: what each encoding looks like as bytes, and what comes of payloads of every version
 * of the format. Compressed strings and hash tables are restored, not compared: servers may compress differently and keep
 * another order.
 */
import { crc64 } from '#server/base/crc64.js';
import { literalLzf, payload, quoted, rdbString, resealed, ziplist, zipmap } from '../support/rdb-payload.js';
import { sameType, within } from './looseness.js';
import { loosely, on, type Script, script } from './script.js';

const farMs = '4102444800000';
const hello = quoted(payload(0, rdbString('hello')));

const strings = script(
  'DUMP shows strings and small hashes as redis-server does',
  [
    'DUMP none',
    ...[
      ...[
        '12',
        '-128',
        '127',
        '128',
        '-32768',
        '32767',
        '32768',
        '-2147483648',
        '2147483647',
        '2147483648',
        '-2147483649',
      ],
      ...['007', '-0', '""', 'hello', '<a*20>', '0123456789abcdefghijABCDEFGHIJ', String.raw`"\x00\xff\r\n"`, '3.0e3'],
    ].flatMap((value) => [`SET k ${value}`, 'DUMP k', 'APPEND k ""', 'DUMP k']),
    'SET k 12',
    'APPEND k 3',
    'DUMP k',
    'HSET h a 1 b two "" 3.5 c ""',
    'DUMP h',
    'HSET n a 127 b 128 c -1 d 4095 e 4096 f -4096 g -4097',
    'DUMP n',
    'HSET m a 32767 b 32768 c 8388607 d 8388608 e -8388609',
    'DUMP m',
    'HSET o a 2147483647 b 2147483648 c 9223372036854775807 d -9223372036854775808 e 01',
    'DUMP o',
    'HSET p <f*63> 0123456789abcdefghijABCDEFGHIJklmnopqrst!"$%&/()=',
    loosely('DUMP p', sameType('compressed')),
    'ZADD z 1 a 2.5 b inf c -inf d 1e17 e -0 f 5000000000 g',
    'DUMP z',
    'CONFIG SET zset-max-listpack-entries 2',
    'ZADD large 1 a 2.5 b inf c -0 d',
    'DUMP large',
    'DUMP',
    'DUMP k k',
  ],
  { restores: ['CONFIG SET zset-max-listpack-entries 128'] },
);

const restoring = script('RESTORE takes what DUMP gave, with every option', [
  `RESTORE k 0 ${hello}`,
  'GET k',
  'OBJECT ENCODING k',
  'DUMP k',
  `RESTORE k 0 ${hello}`,
  `RESTORE k 0 ${hello} REPLACE`,
  `RESTORE k x ${hello}`,
  `RESTORE k x ${hello} REPLACE`,
  `RESTORE k -1 ${hello} REPLACE`,
  `RESTORE k 0 garbage`,
  `RESTORE k 0 garbage REPLACE`,
  `RESTORE t 100000000 ${hello}`,
  'GET t',
  `RESTORE a ${farMs} ${hello} ABSTTL`,
  'PEXPIRETIME a',
  `RESTORE a 1 ${hello} ABSTTL REPLACE`,
  'EXISTS a',
  `RESTORE a 1 ${hello} ABSTTL`,
  'EXISTS a',
  `RESTORE a 0 ${hello} ABSTTL`,
  'TTL a',
  `RESTORE b 9223372036854775807 ${hello} ABSTTL`,
  'PEXPIRETIME b',
  `RESTORE c 9223372036854775807 ${hello}`,
  'EXISTS c',
  `RESTORE i 0 ${hello} IDLETIME 1000`,
  loosely('OBJECT IDLETIME i', within(20, 'the two servers read their clocks at different moments')),
  `RESTORE i 0 ${hello} idletime 0 replace absttl`,
  `RESTORE f 0 ${hello} FREQ 255`,
  ...[
    'IDLETIME',
    'IDLETIME x',
    'IDLETIME -1',
    'IDLETIME 1.5',
    'FREQ',
    'FREQ x',
    'FREQ -1',
    'FREQ 256',
    'FREQ 1 IDLETIME 1',
    'IDLETIME 1 FREQ 1',
    'IDLETIME 1 IDLETIME 2',
    'FREQ 1 FREQ 2',
    'BOGUS',
    'REPLACE REPLACE',
  ].flatMap((options) => [`RESTORE o 0 ${hello} ${options}`, 'DEL o']),
  `RESTORE k x ${hello} BOGUS`,
  'RESTORE',
  'RESTORE k',
  'RESTORE k 0',
  'HSET h f v',
  `RESTORE h 0 ${hello}`,
  'HGETALL h',
  `RESTORE h 0 ${hello} REPLACE`,
  'GET h',
  `RESTORE-ASKING r 0 ${hello}`,
  'GET r',
  'RESTORE-ASKING r 0',
  `RESTORE-ASKING r 4102444800000 ${hello} REPLACE ABSTTL IDLETIME 5`,
  'PEXPIRETIME r',
  `RESTORE-ASKING r 0 ${hello} REPLACE FREQ 5`,
  `RESTORE-ASKING r 0 ${hello} FREQ 256`,
  'WATCH k',
  on('b', `RESTORE k 0 ${hello} REPLACE`),
  'MULTI',
  'PING',
  'EXEC',
]);

const frequencies = script(
  'RESTORE FREQ counts under a policy that counts',
  [
    // Without decay: frequencies fall when a minute of the clock begins.
    'CONFIG SET maxmemory-policy allkeys-lfu lfu-decay-time 0',
    `RESTORE f 0 ${hello} FREQ 200`,
    'OBJECT FREQ f',
    `RESTORE f 0 ${hello} FREQ 0 REPLACE`,
    'OBJECT FREQ f',
    `RESTORE i 0 ${hello} IDLETIME 100`,
    'OBJECT FREQ i',
  ],
  { restores: ['CONFIG SET maxmemory-policy noeviction lfu-decay-time 1'] },
);

/** Payloads of every form a string or hash may have. */
const forms: readonly Buffer[] = [
  payload(0, rdbString('x'.repeat(100))),
  payload(0, Buffer.of(0x40, 5, ...Buffer.from('12345'))),
  payload(0, Buffer.of(0x81, 0, 0, 0, 0, 0, 0, 0, 2, 0x61, 0x62)),
  payload(0, Buffer.of(0xc0, 0xff)),
  payload(0, Buffer.of(0xc1, 0x00, 0x80)),
  payload(0, Buffer.of(0xc2, 0x00, 0x00, 0x00, 0x80)),
  payload(0, literalLzf('compressed')),
  payload(0, Buffer.of(0xc3, 5, 10, 0, 0x61, 0xe0, 0, 0)),
  payload(0, rdbString('')),
  payload(0, rdbString('12345'), 1),
  payload(0, rdbString('hello'), 9),
  payload(4, Buffer.concat([Buffer.of(2), rdbString('f'), rdbString('v'), rdbString('g'), Buffer.of(0xc0, 12)])),
  payload(4, Buffer.concat([Buffer.of(1), rdbString('f'), rdbString('v'.repeat(65))])),
  payload(13, rdbString(ziplist('f', 'v', 'g', 12, 'h', 13, 'i', -1, 'j', 300, 'k', 70000, 'l', 2147483648n))),
  payload(13, rdbString(ziplist('f', 8388608, 'g', -9223372036854775808n, 'long', 'x'.repeat(300), 'after', 'y'))),
  payload(9, rdbString(zipmap([['f', 'v']]))),
  payload(
    9,
    rdbString(
      zipmap(
        [
          ['f', 'v'],
          ['g', ''],
          ['h', '12'],
        ],
        3,
      ),
    ),
  ),
  payload(9, rdbString(zipmap([['f', 'v'.repeat(300)]]))),
];

const everyForm = script('RESTORE reads every form in which strings and hashes were ever written', [
  ...forms.flatMap((bytes) => [
    `RESTORE k 0 ${quoted(bytes)} REPLACE`,
    'TYPE k',
    'OBJECT ENCODING k',
    'GET k',
    'HGETALL k',
    'HLEN k',
  ]),
  ...Array.from({ length: 129 }, (_, i) => `HSET big f${i} ${i}`),
  loosely('DUMP big', sameType('another order')),
]);

/** Payloads that are refused, whatever the server: a damaged frame, or an object that is none. */
const damaged: readonly Buffer[] = [
  Buffer.alloc(0),
  Buffer.of(0),
  Buffer.alloc(9),
  payload(0, rdbString('hello')).subarray(1),
  payload(0, rdbString('hello')).subarray(0, -1),
  Buffer.concat([payload(0, rdbString('hello')), Buffer.of(0)]),
  payload(0, rdbString('hello'), 300),
  payload(0, ''),
  payload(0, Buffer.of(60, 0x61)),
  payload(0, Buffer.of(0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)),
  payload(0, Buffer.of(0xc3, 5, 10, 0, 0x61, 0xe0, 0, 9)),
  payload(0, Buffer.of(0xc3, 5, 99, 0, 0x61, 0xe0, 0, 0)),
  payload(4, Buffer.of(0)),
  payload(4, Buffer.concat([Buffer.of(2), rdbString('f'), rdbString('v')])),
  payload(13, rdbString(ziplist())),
  payload(16, rdbString(Buffer.of(7, 0, 0, 0, 0, 0, 0xff))),
  payload(16, rdbString('garbage')),
  payload(13, rdbString('garbage')),
  payload(99, rdbString('a')),
  payload(250, ''),
];

const refusing = script('RESTORE refuses what is damaged, and keeps what is there', [
  'SET k old',
  ...damaged.flatMap((bytes) => [
    `RESTORE new 0 ${quoted(bytes)}`,
    `RESTORE k 0 ${quoted(bytes)} REPLACE`,
    'GET k',
    'EXISTS new',
  ]),
  `RESTORE k 0 ${quoted(resealed(payload(0, rdbString('hello'))))} REPLACE`,
  `RESTORE z 0 ${quoted(Buffer.concat([payload(0, rdbString('hello')).subarray(0, -8), crc64(Buffer.of(1), 0, 1)]))}`,
  `RESTORE k 0 ${quoted(Buffer.concat([payload(0, rdbString('zero')).subarray(0, -8), Buffer.alloc(8)]))} REPLACE`,
]);

export const dumpScripts: readonly Script[] = [strings, restoring, frequencies, everyForm, refusing];
