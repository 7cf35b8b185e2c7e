import { onlineRecord } from '#sdk/features/online-record.js';

const time = '063839664000.000000000';

test('a record has values and an event time', () => {
  expect(onlineRecord(['1\0a', time, null, null], 5)).toEqual({
    packed: '1\0a',
    eventTime: time,
    expiresAtMs: undefined,
  });
  expect(onlineRecord([null, null, null, null], 5)).toBeUndefined();
  expect(onlineRecord('OK', 5)).toBeUndefined();
});

test('one whose time is over is none, from that millisecond on', () => {
  expect(onlineRecord(['1', time, '6', null], 5)).toMatchObject({ expiresAtMs: 6 });
  expect(onlineRecord(['1', time, '5', null], 5)).toBeUndefined();
});

test('a marker of a deletion is none', () => {
  expect(onlineRecord([null, time, null, '1'], 5)).toBeUndefined();
  expect(onlineRecord(['1', time, null, '1'], 5)).toBeUndefined();
});
