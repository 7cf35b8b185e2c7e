import { groupFrom, type TtlDuration } from '#sdk/features/feature-group.js';
import { vectorBytes } from '#sdk/features/indexed-fields.js';
import {
  checkSize,
  deleteArguments,
  putArguments,
  updateArguments,
  versionArguments,
} from '#sdk/features/record-write.js';
import { newGroup, values } from '../../contract/feature-store.js';

const definition = { ...newGroup('g', 0), generation: 1 };
const group = groupFrom(definition);
const t = '1970-01-01T00:00:10Z';
const time = '062167219210.000000000';
const put = (features: Parameters<typeof values>[0], ttl?: TtlDuration) =>
  putArguments(group, values(features), ttl, 5);
const update = (features: Parameters<typeof values>[0], ttl?: TtlDuration) =>
  updateArguments(group, '1', values(features), ttl, 5);

test('a put has its time, its expiry, the packed record and the vector', () => {
  expect(put({ id: '1', t, a: '2' })).toEqual({
    recordId: '1',
    args: ['P', time, '', 5, 'F', `1\x001\0${t}\x002`, 0, '_v5'],
    change: { op: 'put', recordId: '1', eventTime: t, features: '' },
  });
  const { args } = put({ id: '1', t, v: ['1', '2'] }, { Unit: 'Seconds', Value: 3 });
  expect(args.slice(0, 4)).toEqual(['P', time, 13_000, 5]);
  expect(args.slice(6)).toEqual([1, '_v5', vectorBytes([1, 2])]);
});

test('an expiry is not after the year 9999', () => {
  const { args } = put({ id: '1', t: '9999-12-31T00:00:00Z' }, { Unit: 'Weeks', Value: 1 });
  expect(args[2]).toBe(253_402_300_799_999);
});

test.each([
  [{ t }, "no value for 'id'"],
  [{ id: '1' }, "no value for 't'"],
  [{ id: '', t }, 'is empty'],
  [{ id: 'x'.repeat(2049), t }, 'more than 2048 bytes'],
  [{ id: '\ud800', t }, 'no well-formed Unicode'],
  [{ id: '1', t: 'yesterday' }, 'is no ISO-8601 time'],
  [{ id: '1', t, nowhere: '1' }, "has no feature 'nowhere'"],
  [{ id: '1', t, b: 'x'.repeat(358_390) }, 'may have 358400'],
])('refuses %p', (features, message) => {
  expect(() => put(features)).toThrow(message);
});

test('refuses a feature that comes twice', () => {
  const record = [...values({ id: '1', t }), ...values({ a: '1' }), ...values({ a: '1' })];
  expect(() => putArguments(group, record, undefined, 0)).toThrow("'a' is in the record twice");
});

test('an update has the cells it changes', () => {
  expect(update({ a: '2', b: 'x' }).args).toEqual(['U', '', '', 5, 'F', 1, 358_390, '', 2, 2, '2', 3, 'x', 0]);
  expect(update({ t, v: ['1', '2'] }, { Unit: 'Seconds', Value: 1 }).args).toEqual([
    ...['U', time, 11_000, 5, 'F', 1, 358_390, '', 2, 1, t, 5, '\u0002["1","2"]'],
    ...[1, '_v5', vectorBytes([1, 2])],
  ]);
});

test('an update is refused without an event time for its time to live, for another record, and on the tier Standard', () => {
  expect(() => update({ a: '1' }, { Unit: 'Days', Value: 1 })).toThrow('TtlDuration needs the event time');
  expect(() => update({ id: '2' })).toThrow('is not the one of the record to update');
  const standard = groupFrom({ ...definition, online: { storageType: 'Standard' } });
  expect(() => updateArguments(standard, '1', values({ a: '1' }), undefined, 0)).toThrow('and g has Standard');
  const many = Array.from({ length: 101 }, (_, n) => ({ FeatureName: `f${n}`, ValueAsString: '1' }));
  expect(() => updateArguments(group, '1', many, undefined, 0)).toThrow('at most 100 features');
});

test('a group without a Vector has its records as texts', () => {
  const plain = groupFrom({ ...newGroup('g', 0, 'List'), generation: 1 });
  expect(putArguments(plain, values({ id: '1', t, v: ['1'] }), undefined, 5).args.slice(4)).toEqual([
    'T',
    `1\x001\0${t}\0\x01\0\x01\0\x01\0\x02["1"]`,
    0,
  ]);
});

test('what an update makes is measured as a put is, and sent along', () => {
  const packed = (bytes: number): string => `1\x001\0${t}\0\x01\0${'x'.repeat(bytes)}`;
  const room = 350 * 1024 - 'id1tb'.length - t.length;
  checkSize(group, packed(room));
  const { args } = updateArguments(group, '1', values({ b: 'x' }), undefined, 5, packed(room));
  expect(args[7]).toBe(packed(room));
  expect(() => checkSize(group, packed(room + 1))).toThrow('The record has 358401 bytes, and may have 358400');
});

test('a deletion has its time, and the expiry of a marker by the default of the group', () => {
  expect(deleteArguments(group, '1', t, 'HardDelete', 5).args).toEqual(['H', time, '', 5, 'F']);
  const withTtl = groupFrom({ ...definition, online: { storageType: 'InMemory', ttl: { Unit: 'Seconds', Value: 2 } } });
  expect(deleteArguments(withTtl, '1', t, 'SoftDelete', 5).args).toEqual(['S', time, 12_000, 5, 'F']);
});

test('a group that keeps versions and tells of changes has its bounds ahead of the write', () => {
  const online = {
    storageType: 'InMemory',
    history: { versions: 3, window: { Unit: 'Minutes', Value: 1 } },
    changes: { maxLength: 9 },
  } as const;
  const told = groupFrom({ ...group.definition, online });
  const record = values({ id: '1', t });
  const { change } = putArguments(told, record, undefined, 5);
  expect(versionArguments(told, change)).toEqual([3, 60_000, 9, 'put', '1', t, JSON.stringify(record)]);
  expect(versionArguments(group, { ...change, features: '' })).toEqual(['', '', '', 'put', '1', t, '']);
});
