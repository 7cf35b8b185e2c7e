import { groupFrom } from '#sdk/features/feature-group.js';
import { indexedNumber, indexedValue, indexField, textDigest, vectorBytes } from '#sdk/features/indexed-fields.js';
import { newGroup } from '../../contract/feature-store.js';

const group = groupFrom({ ...newGroup('g', 0), generation: 1 });

test('fields are named by what they are and where the feature stands', () => {
  expect(group.features.map(indexField)).toEqual(['_f0', '_f1', '_f2', '_f3', '_f4', '_v5']);
});

test('texts are digests, numbers are numbers, vectors are floats', () => {
  const value = (name: string, given: string | readonly string[]) => {
    const feature = group.byName.get(name);
    return feature && indexedValue(feature, given);
  };
  expect(value('b', 'a, {b}')).toBe(textDigest('a, {b}'));
  expect(value('a', '+7')).toBe('7');
  expect(value('v', ['1', '-2.5'])).toEqual(vectorBytes([1, -2.5]));
});

test('digests are hexadecimal and tell texts apart, the empty one, too', () => {
  const texts = ['', ' ', 'a', 'A', 'a ', 'é', 'e\u0301'];
  const digests = new Set(texts.map(textDigest));
  expect(digests.size).toBe(texts.length);
  for (const digest of digests) expect(digest).toMatch(/^[0-9a-f]{24}$/);
});

test.each([
  ['1', '1'],
  ['-.5', '-0.5'],
  ['1e3', '1000'],
  ['1e30', '1e30'],
  ['1E-9', '1e-9'],
  ['9223372036854775807', '9223372036854776000'],
])('the number %s is indexed as %s', (given, indexed) => {
  expect(indexedNumber(given)).toBe(indexed);
});

test('floats come with their lowest byte first', () => {
  expect([...vectorBytes([1])]).toEqual([0, 0, 0x80, 0x3f]);
});
