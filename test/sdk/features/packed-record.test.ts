import fc from 'fast-check';
import { groupFrom } from '#sdk/features/feature-group.js';
import { packRecord, recordJson, unpackRecord, unpackValues, valueReader } from '#sdk/features/packed-record.js';
import { newGroup } from '../../contract/feature-store.js';

const group = groupFrom({ ...newGroup('g', 0), generation: 1 });

test('values stand in the order of the definitions, as inside JSON, without those missing at the end', () => {
  expect(packRecord(3, ['id', undefined, '1', 'a"\0\n', ['x', '\u0002'], undefined])).toBe(
    '3\0id\0\u0001\u00001\0a\\"\\u0000\\n\0\u0002["x","\\u0002"]',
  );
  expect(packRecord(1, [undefined])).toBe('1');
});

test('any values come back as they were, as values and as JSON', () => {
  const text = fc.string({ unit: 'binary' });
  const value = fc.option(text, { nil: undefined });
  const list = fc.option(fc.array(text), { nil: undefined });
  fc.assert(
    fc.property(fc.tuple(value, value, value, value, list, list), (values) => {
      const packed = packRecord(1, values);
      expect(unpackValues(packed, group)).toEqual(values);
      expect(group.features.map(valueReader(packed))).toEqual(values);
      expect(JSON.parse(recordJson(packed, group.features))).toEqual(
        JSON.parse(JSON.stringify(unpackRecord(packed, group.features))),
      );
    }),
    { seed: 1 },
  );
});

test('a projection has its features only, and an empty record is an empty list', () => {
  const packed = packRecord(1, ['id', 't', undefined, 'b']);
  const [, time, a, b] = group.features;
  if (time === undefined || a === undefined || b === undefined) throw new Error('too few features');
  expect(recordJson(packed, [time, a, b])).toBe(
    '[{"FeatureName":"t","ValueAsString":"t"},{"FeatureName":"b","ValueAsString":"b"}]',
  );
  expect(recordJson(packed, [a])).toBe('[]');
  expect(unpackRecord(packed, [a])).toEqual([]);
});
