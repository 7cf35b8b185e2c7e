/** Compat scripts of the HyperLogLog commands: replies, and the bytes of the values after every step. */
import { on, type Script, script } from './script.js';

const farMs = '4102444800000';
const elements = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => `element:${from + i}`).join(' ');

const growing = script('PFADD fills sparse and dense registers byte for byte as redis-server does', [
  'PFADD h',
  'GET h',
  'PFADD h',
  'PFCOUNT h',
  'GET h',
  'PFADD h a',
  'PFADD h a',
  'PFADD h a b a "" c',
  'GET h',
  'PFDEBUG DECODE h',
  'PFCOUNT h',
  'GET h',
  'PFCOUNT h',
  ...Array.from({ length: 60 }, (_, i) => [`PFADD g ${elements(i * 40, 40)}`, 'GET g', 'PFDEBUG ENCODING g']).flat(),
  'PFCOUNT g',
  'GET g',
  'PFADD g element:5',
  'PFCOUNT g',
  ...Array.from({ length: 20 }, (_, i) => [`PFADD g ${elements(5000 + i * 500, 500)}`, 'PFCOUNT g']).flat(),
  'GET g',
  'OBJECT ENCODING g',
  String.raw`PFADD bytes "\x00" "\xff\xfe" "\x00\x00" 12345678 123456789 1234567 <x*1000>`,
  'GET bytes',
  'PFCOUNT bytes',
  `SET t "" PXAT ${farMs}`,
  'DEL t',
  'PFADD t a',
  `PEXPIREAT t ${farMs}`,
  'PFADD t b',
  'PEXPIRETIME t',
]);

const merging = script('PFMERGE and PFCOUNT of several keys take the greatest registers', [
  'PFMERGE none',
  'GET none',
  'PFMERGE dest missing missing2',
  'GET dest',
  `PFADD a ${elements(0, 100)}`,
  `PFADD b ${elements(50, 100)}`,
  `PFADD c ${elements(100, 3000)}`,
  'PFCOUNT a b',
  'PFCOUNT a a',
  'PFCOUNT a b c missing',
  'PFCOUNT missing missing2',
  'PFMERGE ab a b',
  'GET ab',
  'PFCOUNT ab',
  'PFMERGE a b',
  'GET a',
  'PFDEBUG ENCODING ab',
  'PFMERGE ab c',
  'GET ab',
  'PFDEBUG ENCODING ab',
  'PFMERGE fresh a c',
  'GET fresh',
  'PFCOUNT fresh',
]);

const limits = script(
  'hll-sparse-max-bytes decides when registers become dense',
  [
    'CONFIG GET hll-sparse-max-bytes',
    ...['0', '18', '21', '100', '20000'].flatMap((limit) => [
      `CONFIG SET hll-sparse-max-bytes ${limit}`,
      'DEL h',
      ...Array.from({ length: 12 }, (_, i) => [
        `PFADD h ${elements(i * 13, 13)}`,
        'PFDEBUG ENCODING h',
        'GET h',
      ]).flat(),
      'PFMERGE m h',
      'GET m',
      'DEL m',
    ]),
  ],
  { restores: ['CONFIG SET hll-sparse-max-bytes 3000'] },
);

const errors = script('strings that are no HyperLogLogs, and other types, are refused', [
  'SET s text',
  'SET n 12',
  'HSET hash f v',
  'SET short HYLL',
  String.raw`SET magic "HYLX\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x7f\xff"`,
  String.raw`SET encoding "HYLL\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x7f\xff"`,
  String.raw`SET dense "HYLL\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x7f\xff"`,
  String.raw`SET few "HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x00"`,
  String.raw`SET many "HYLL\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x7f\xff\x7f\xff"`,
  String.raw`SET kept "HYLL\x01\x00\x00\x00\x07\x00\x00\x00\x00\x00\x00\x00\x00"`,
  'PFADD good a',
  ...['s', 'n', 'hash', 'short', 'magic', 'encoding', 'dense', 'few', 'many'].flatMap((key) => [
    `PFCOUNT ${key}`,
    `PFCOUNT good ${key}`,
    `PFMERGE dest ${key}`,
    `PFMERGE ${key} good`,
    `PFDEBUG GETREG ${key}`,
    `PFDEBUG BOGUS ${key}`,
    'EXISTS dest',
  ]),
  ...['s', 'n', 'hash', 'short', 'magic', 'encoding', 'dense', 'few'].map((key) => `PFADD ${key} a`),
  'PFCOUNT kept',
  'PFCOUNT kept good',
  'PFADD',
  'PFCOUNT',
  'PFMERGE',
  'PFDEBUG',
  'PFDEBUG GETREG',
  'PFDEBUG GETREG good x',
  'PFDEBUG GETREG none',
  'PFDEBUG BOGUS good',
  'PFDEBUG decode good',
  'PFDEBUG ENCODING good',
  'PFDEBUG TODENSE good',
  'PFDEBUG TODENSE good',
  'PFDEBUG DECODE good',
  'GET good',
  'PFADD other a b c',
  'PFDEBUG GETREG other',
  'PFDEBUG ENCODING other',
  'PFSELFTEST x',
]);

const selfTest = script('PFSELFTEST finds nothing wrong', ['PFSELFTEST'], { protocols: [2] });

const watching = script('an element that was there leaves transactions alone', [
  ...['PFADD k a', 'PFADD k new', 'PFMERGE k other', 'PFADD other x'].flatMap((line) => [
    'DEL k other',
    'PFADD k a',
    'WATCH k',
    on('b', line),
    'MULTI',
    'PING',
    'EXEC',
  ]),
]);

const watched = script('a PFCOUNT that keeps its estimate in the value fails who watches it', [
  'PFADD h a b c',
  'WATCH h',
  'PFCOUNT h',
  'MULTI',
  'EXEC',
  'WATCH h',
  'PFCOUNT h',
  'MULTI',
  'EXEC',
]);

export const hyperLogLogScripts: readonly Script[] = [growing, merging, limits, errors, selfTest, watching, watched];
