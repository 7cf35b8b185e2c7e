import { Config, parseSetting } from '#server/config/config.js';
import { ConfigError } from '#server/config/config-error.js';
import type { Setting } from '#server/config/config-table.js';

const about = { mutable: true, summary: 'A setting.' };
const bytes: Setting = { kind: 'integer', unit: 'bytes', default: 0, min: 0, max: 2 ** 63, ...about };
const seconds: Setting = { kind: 'integer', unit: 'seconds', default: 0, min: -5, max: 100, ...about };
const fraction: Setting = { kind: 'fraction', default: 0.5, min: 0, max: 1, ...about };
const flag: Setting = { kind: 'boolean', default: false, ...about };
const choice: Setting = { kind: 'text', default: 'a', oneOf: ['a', 'b'], ...about };

test.each<[string, Setting, string, number | boolean | string]>([
  ['a number of bytes', bytes, '4096', 4096],
  ['k as thousands', bytes, '3k', 3000],
  ['kb as 1024', bytes, '3KB', 3072],
  ['mb', bytes, '2mb', 2 * 1024 ** 2],
  ['gb', bytes, '1gb', 1024 ** 3],
  ['a lone unit, which is zero of it, as in Redis', bytes, 'mb', 0],
  ['a negative number', seconds, '-5', -5],
  ['a fraction', fraction, '0.25', 0.25],
  ['yes in any case', flag, 'YES', true],
  ['no', flag, 'no', false],
  ['a choice in any case', choice, 'B', 'b'],
])('reads %s', (_what, setting, text, value) => {
  expect(parseSetting(setting, text)).toBe(value);
});

test.each<[string, Setting, string, string]>([
  ['a size without a number', bytes, 'much', 'argument must be a memory value'],
  ['an unknown unit', bytes, '3tb', 'argument must be a memory value'],
  ['a negative size', bytes, '-1', 'argument must be a memory value'],
  ['a number that is none', seconds, '1.5', "argument couldn't be parsed into an integer"],
  ['a number with a unit where there is none', seconds, '1k', "argument couldn't be parsed into an integer"],
  ['a number out of bounds', seconds, '101', 'argument must be between -5 and 100 inclusive'],
  ['a fraction that is none', fraction, '', "argument couldn't be parsed into a number"],
  ['a fraction out of bounds', fraction, '1.01', 'argument must be between 0 and 1 inclusive'],
  ['a flag that is none', flag, 'true', "argument must be 'yes' or 'no'"],
  ['a choice that is none', choice, 'c', 'argument(s) must be one of the following: a, b'],
])('refuses %s', (_what, setting, text, message) => {
  expect(() => parseSetting(setting, text)).toThrow(new ConfigError(message));
});

test('values are set by text, read by type and written as CONFIG GET does', () => {
  const config = new Config();
  config.setText('MAXMEMORY', '100mb');
  config.setText('http', 'no');
  expect([config.get('maxmemory'), config.text('maxmemory')]).toEqual([104_857_600, '104857600']);
  expect([config.get('http'), config.text('http')]).toEqual([false, 'no']);
});

test('a listener hears of a change, by the name of the table, and of no attempt', () => {
  const config = new Config();
  const heard: string[] = [];
  config.onChange((name) => heard.push(`${name} ${config.text(name)}`));
  config.setText('hash-max-ziplist-entries', '5');
  expect(() => config.setText('hz', '0')).toThrow(ConfigError);
  expect(heard).toEqual(['hash-max-listpack-entries 5']);
});

test('mistakes name the directive', () => {
  const config = new Config();
  expect(() => config.setText('ports', '1')).toThrow("unknown directive 'ports'");
  expect(() => config.setText('port', 'x')).toThrow("bad value 'x' for 'port': argument couldn't be parsed");
});

test('a hidden setting is in force and not told', () => {
  const config = new Config();
  config.setText('http-api-key', 'secret');
  expect([config.get('http-api-key'), config.text('http-api-key')]).toEqual(['secret', '']);
});

test('a directive that may stand several times keeps a line for each', () => {
  const config = new Config();
  config.setText('user', 'alice on');
  config.setText('user', 'bob off');
  expect(config.get('user')).toBe('alice on\nbob off');
  expect(config.text('user')).toBe('');
});
