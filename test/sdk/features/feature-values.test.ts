import { groupFrom } from '#sdk/features/feature-group.js';
import { checkedValue, utf8Bytes, valueBytes } from '#sdk/features/feature-values.js';
import { newGroup } from '../../contract/feature-store.js';

const base = newGroup('g', 0);
const group = groupFrom({
  ...base,
  generation: 1,
  features: [
    ...base.features,
    { FeatureName: 'f', FeatureType: 'Fractional', CollectionType: undefined, CollectionConfig: undefined },
    { FeatureName: 'list', FeatureType: 'Integral', CollectionType: 'List', CollectionConfig: undefined },
  ],
});

function check(name: string, value: string | string[] | undefined) {
  const feature = group.byName.get(name);
  if (feature === undefined) throw new Error(`no ${name}`);
  return checkedValue(feature, {
    FeatureName: name,
    ...(typeof value === 'string' ? { ValueAsString: value } : { ValueAsStringList: value }),
  });
}

test.each(['0', '-1', '+5', '007', '9223372036854775807', '-9223372036854775808'])('%s is Integral', (text) => {
  expect(check('a', text)).toBe(text);
});

test.each(['', '1.0', '1e3', 'x', '9223372036854775808', '-9223372036854775809', ' 1', 'True', '1'.repeat(2000)])(
  '%j is not Integral',
  (text) => {
    expect(() => check('a', text)).toThrow("of feature 'a' is not of its type Integral");
  },
);

test.each(['0', '-1', '1.0', '.5', '5.', '1e-07', '-1.5E+300', '1700000000.0'])('%s is Fractional', (text) => {
  expect(check('f', text)).toBe(text);
});

test.each(['', '.', 'NaN', 'Infinity', '1e400', '0x1', '1,5', '--1'])('%j is not Fractional', (text) => {
  expect(() => check('f', text)).toThrow('is not of its type Fractional');
});

test('a String is any text, also an empty one', () => {
  expect(check('b', '')).toBe('');
  expect(check('b', 'True\u0000')).toBe('True\u0000');
  expect(() => check('b', 'x'.repeat(358_401))).toThrow('longer than 350 KB');
});

test('a List keeps order and duplicates, a Set drops duplicates, a Vector has its dimension', () => {
  expect(check('list', ['2', '1', '2'])).toEqual(['2', '1', '2']);
  expect(check('tags', ['b', 'a', 'b'])).toEqual(['b', 'a']);
  expect(check('tags', [])).toEqual([]);
  expect(check('v', ['1', '0.5'])).toEqual(['1', '0.5']);
  expect(() => check('v', ['1'])).toThrow('is a Vector of 2 elements, and got 1');
  expect(() => check('v', ['1', 'x'])).toThrow('is not of its type Fractional');
  expect(() => check('list', ['1', 'x'])).toThrow('is not of its type Integral');
});

test('scalars take a text and collections a list, not both; neither is no value', () => {
  expect(() => check('a', ['1'])).toThrow('is no collection, and takes ValueAsString');
  expect(() => check('tags', 'x')).toThrow('is a Set, and takes ValueAsStringList');
  expect(check('a', undefined)).toBeUndefined();
  const feature = group.features[2];
  if (feature === undefined) throw new Error('no feature');
  const both = { FeatureName: 'a', ValueAsString: '1', ValueAsStringList: ['1'] };
  expect(() => checkedValue(feature, both)).toThrow('has both');
});

test('bytes are those of UTF-8', () => {
  for (const text of ['', 'abc', 'é', '🗝', 'a'.repeat(5000), 'é'.repeat(500)]) {
    expect(utf8Bytes(text)).toBe(Buffer.byteLength(text));
  }
  expect(valueBytes(['é', 'a'])).toBe(3);
  expect(valueBytes(undefined)).toBe(0);
});
