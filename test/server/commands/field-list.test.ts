import { ByteSlice } from '#server/base/byte-slice.js';
import { FieldChanges } from '#server/commands/field-list.js';
import { HashValue } from '#server/types/hash.js';
import { startInProcess } from '../../support/in-process.js';
import { valueHome } from '../../support/value-home.js';

const field = ByteSlice.fromText('f');

test('FieldChanges tells fields that expire from those that go at once and those that stay', () => {
  const hash = new HashValue(valueHome());
  hash.set(field, field);
  const changes = new FieldChanges(hash, 1000);
  expect(changes.persist(field)).toBe(false);
  expect(changes.expire(field, 1001)).toBe(false);
  expect(hash.fieldExpiryMs(field)).toBe(1001);
  expect(changes.persist(field)).toBe(true);
  expect(changes.expire(field, 1000)).toBe(true);
  expect(hash.size).toBe(0);
  expect([changes.expiring.length, changes.persisting.length, changes.deleted.length]).toEqual([1, 1, 1]);
});

test('a moment reaches as far as Redis reaches, counted from now or not', () => {
  const { connect, clock } = startInProcess();
  const client = connect();
  client.call('HSET', 'h', 'f', 'v');
  const max = 2 ** 46 - 1;
  expect(client.call('HPEXPIREAT', 'h', max, 'FIELDS', 1, 'f')).toEqual([1]);
  expect(client.call('HPEXPIRE', 'h', max - clock.nowMs(), 'FIELDS', 1, 'f')).toEqual([1]);
  expect(client.error('HPEXPIREAT', 'h', max + 1, 'FIELDS', 1, 'f')).toMatch(/invalid expire time in 'hpexpireat'/);
  expect(client.error('HPEXPIRE', 'h', max - clock.nowMs() + 1, 'FIELDS', 1, 'f')).toMatch(/in 'hpexpire'/);
});
