import { groupFrom } from '#sdk/features/feature-group.js';
import { formOf, readStored, readStoredHead, storedFromFields, storedFromText } from '#sdk/features/stored-record.js';
import { newGroup } from '../../contract/feature-store.js';
import { ScriptedCommander } from '../scripted-commander.js';

const eventTime = '063839664000.000000000';
const record = { eventTime, expiresAtMs: undefined, packed: '1\0a;b' };
const searched = groupFrom({ ...newGroup('g', 0), generation: 1 });
const plain = groupFrom({ ...newGroup('g', 0, 'List'), generation: 1 });
const wrongType = new Error('WRONGTYPE Operation against a key holding the wrong kind of value');

test('a text has event time, expiry and state ahead of its values', () => {
  expect(storedFromText(`${eventTime};;P1\0a;b`)).toEqual(record);
  expect(storedFromText(`${eventTime};77;P1\0a;b`)).toEqual({ ...record, expiresAtMs: 77 });
  expect(storedFromText(`${eventTime};77;D`)).toEqual({ eventTime, expiresAtMs: 77, packed: undefined });
  for (const other of [null, '', ';;P', 'no record', 7]) expect(storedFromText(other)).toBeUndefined();
});

test('a hash has them in fields', () => {
  expect(storedFromFields(['1\0a;b', eventTime, null, null])).toEqual(record);
  expect(storedFromFields([null, eventTime, '77', '1'])).toEqual({ eventTime, expiresAtMs: 77, packed: undefined });
  expect(storedFromFields([null, null, null, null])).toBeUndefined();
  expect(storedFromFields('OK')).toBeUndefined();
});

test('only groups with a Vector keep hashes', () => {
  expect([formOf(searched), formOf(plain)]).toEqual(['F', 'T']);
});

test('the form of the group is asked for first, and the other where the key holds that', async () => {
  const text = new ScriptedCommander((command) =>
    command === 'GET' || command === 'GETRANGE' ? `${eventTime};;P1\0a;b` : wrongType,
  );
  const hash = new ScriptedCommander((command, args) => {
    if (command !== 'HMGET') return wrongType;
    return args.includes('_p') ? ['1\0a;b', eventTime, null, null] : [eventTime, null, null];
  });
  for (const group of [searched, plain]) {
    for (const commander of [text, hash]) {
      expect(await readStored(commander, group, 'k')).toEqual(record);
      expect(await readStoredHead(commander, group, 'k')).toEqual({ ...record, packed: '' });
    }
  }
  expect(text.calls.map(([command]) => command)).toEqual(['HMGET', 'GET', 'HMGET', 'GETRANGE', 'GET', 'GETRANGE']);
});

test('the head of a marker is a marker', async () => {
  const commander = new ScriptedCommander((command) =>
    command === 'HMGET' ? [eventTime, null, '1'] : `${eventTime};;D`,
  );
  for (const group of [searched, plain]) {
    expect(await readStoredHead(commander, group, 'k')).toMatchObject({ eventTime, packed: undefined });
  }
});

test('a key that holds neither is a failure, and is not asked for ever', async () => {
  const commander = new ScriptedCommander(() => wrongType);
  await expect(readStored(commander, plain, 'k')).rejects.toMatchObject({ code: 'InternalFailure' });
  expect(commander.calls).toHaveLength(4);
});
