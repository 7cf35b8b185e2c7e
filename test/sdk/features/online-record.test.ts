import { onlineRecord } from '#sdk/features/online-record.js';

const eventTime = '063839664000.000000000';
const stored = { eventTime, expiresAtMs: undefined, packed: '1\0a' };

test('a record has values and an event time', () => {
  expect(onlineRecord(stored, 5)).toEqual(stored);
  expect(onlineRecord(undefined, 5)).toBeUndefined();
});

test('one whose time is over is none, from that millisecond on', () => {
  expect(onlineRecord({ ...stored, expiresAtMs: 6 }, 5)).toMatchObject({ expiresAtMs: 6 });
  expect(onlineRecord({ ...stored, expiresAtMs: 5 }, 5)).toBeUndefined();
});

test('a marker of a deletion is none', () => {
  expect(onlineRecord({ ...stored, packed: undefined }, 5)).toBeUndefined();
});
