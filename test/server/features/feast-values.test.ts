import { groupFrom } from '#sdk/features/feature-group.js';
import { feastJson, feastTime } from '#server/features/feast-values.js';
import { newGroup } from '../../contract/feature-store.js';

const group = groupFrom({ ...newGroup('g', 0), generation: 1 });
const named = (name: string) => {
  const feature = group.byName.get(name);
  if (feature === undefined) throw new Error(`no ${name}`);
  return feature;
};

test('numbers are numbers with all their digits, texts texts, collections lists', () => {
  expect(feastJson(named('a'), '+007')).toBe('7');
  expect(feastJson(named('a'), '9223372036854775807')).toBe('9223372036854775807');
  expect(feastJson(named('v'), ['1e-07', '.5'])).toBe('[1e-7,0.5]');
  expect(feastJson(named('v'), ['1', '-0', '1e30'])).toBe('[1.0,0.0,1e+30]');
  expect(feastJson(named('b'), 'a"b')).toBe('"a\\"b"');
  expect(feastJson(named('tags'), ['x', 'y'])).toBe('["x","y"]');
  expect(feastJson(named('a'), undefined)).toBe('null');
});

test('a fraction of a second has three, six or nine digits', () => {
  expect(feastTime('062167219200.000000000')).toBe('1970-01-01T00:00:00Z');
  expect(feastTime('062167219200.500000000')).toBe('1970-01-01T00:00:00.500Z');
  expect(feastTime('062167219200.000100000')).toBe('1970-01-01T00:00:00.000100Z');
  expect(feastTime('062167219200.000000001')).toBe('1970-01-01T00:00:00.000000001Z');
});
