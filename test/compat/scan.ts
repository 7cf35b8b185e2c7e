/** Compat scripts of SCAN: an iteration meets every key that is there the whole time, whatever its options. */

import { sameType, unordered } from './looseness.js';
import { loosely, type Script, scan, script } from './script.js';

const anyOrder = 'SCAN promises no order';

const small = script('SCAN over a few keys, with every option and every error', [
  'SCAN 0',
  'SCAN 0 COUNT 100 MATCH * TYPE string',
  'SCAN 17',
  'MSET a 1 b 2 ab 3',
  'HSET h f v',
  ...[
    'COUNT 100',
    'COUNT 100 MATCH a*',
    'MATCH *b COUNT 100',
    'COUNT 100 TYPE string',
    'COUNT 100 TYPE hash',
    'COUNT 100 TYPE STRING',
    'COUNT 100 TYPE list',
    'COUNT 100 TYPE bogus',
    'COUNT 100 TYPE ""',
    'TYPE hash MATCH a* COUNT 100',
    'count 100 match a* match b*',
    'COUNT 5 COUNT 100',
    'COUNT 9223372036854775807',
  ].map((options) => loosely(`SCAN 0 ${options}`, unordered(anyOrder))),
  ...[
    'MATCH',
    'COUNT',
    'TYPE',
    'COUNT 0',
    'COUNT -1',
    'COUNT x',
    'COUNT 1.5',
    'COUNT ""',
    'COUNT 9223372036854775808',
    'BOGUS',
    'BOGUS x',
    'MATCH a COUNT',
    'NOVALUES',
    '""',
  ].map((options) => `SCAN 0 ${options}`),
  ...['x', '""', '1.5', '18446744073709551616', '" 0"', '"0 "', '0x', '+0', '00'].map((cursor) =>
    loosely(`SCAN ${cursor} COUNT 100`, unordered(anyOrder)),
  ),
  ...['18446744073709551615', '-1'].map((cursor) =>
    loosely(`SCAN ${cursor} COUNT 100`, sameType('which keys lie behind a cursor is not promised')),
  ),
  'SCAN',
]);

const whole = script('a full iteration meets every key', [
  ...Array.from(
    { length: 40 },
    (_, index) => `MSET ${Array.from({ length: 20 }, (__, member) => `key:${index}:${member} v`).join(' ')}`,
  ),
  ...Array.from({ length: 30 }, (_, index) => `HSET hash:${index} f v`),
  'DBSIZE',
  scan('SCAN <cursor>'),
  scan('SCAN <cursor> COUNT 1'),
  scan('SCAN <cursor> COUNT 7'),
  scan('SCAN <cursor> COUNT 10000'),
  scan('SCAN <cursor> MATCH key:1*'),
  scan('SCAN <cursor> MATCH key:[0-3]:? COUNT 3'),
  scan('SCAN <cursor> MATCH none COUNT 50'),
  scan('SCAN <cursor> TYPE hash'),
  scan('SCAN <cursor> TYPE string MATCH *:19 COUNT 33'),
  scan('SCAN <cursor> TYPE zset'),
  'SELECT 1',
  'SET elsewhere v',
  scan('SCAN <cursor>'),
]);

export const scanScripts: readonly Script[] = [small, whole];
