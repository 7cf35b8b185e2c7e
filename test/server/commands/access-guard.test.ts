import { ByteSlice } from '#server/base/byte-slice.js';
import {
  denialError,
  denialErrorInScript,
  denialErrorInTransaction,
  denialOf,
  isUnrestricted,
  noteDenial,
} from '#server/commands/access-guard.js';
import { errors } from '#server/errors.js';
import { startInProcess } from '../../support/in-process.js';

const { server } = startInProcess();
const { access, commands } = server.facilities;
const argv = ['SET', 'k\xff', 'v'].map(ByteSlice.fromLatin1);
const set = commands.named(argv);
if (set === undefined) throw new Error('no SET');

test('the process itself and users without limits may run anything, others are held to their rules', () => {
  const { client } = startInProcess().connect();
  expect([isUnrestricted(client), denialOf(client, set, argv)]).toEqual([true, undefined]);
  client.user = access.defaultUser;
  expect([isUnrestricted(client), denialOf(client, set, argv)]).toEqual([true, undefined]);
  client.user = access.setUser('alice', ['+set', '~a']);
  expect([isUnrestricted(client), denialOf(client, set, argv)]).toEqual([false, { reason: 'key', at: 1 }]);
});

test('a denial is noted with what was asked for, by whom', () => {
  const { client } = startInProcess().connect();
  client.user = access.setUser('alice', ['+set', '~a']);
  noteDenial(server.facilities, client, set, argv, { reason: 'key', at: 1 }, 'multi');
  noteDenial(server.facilities, client, set, argv, { reason: 'command', at: 0 }, 'lua');
  const [latest, first] = access.log.newest(2);
  expect(latest).toMatchObject({ reason: 'command', object: 'set', context: 'lua' });
  expect(first).toMatchObject({ reason: 'key', object: 'k\xff', context: 'multi', user: 'alice' });
  expect(first?.clientInfo).toContain(' user=alice ');
});

test('a denial is told at once, in EXEC and in scripts in words of their own', () => {
  expect(denialError({ reason: 'command', at: 0 }, set).message).toContain("run the 'set' command");
  expect(denialError({ reason: 'key', at: 1 }, set)).toBe(errors.noPermissionForKey);
  expect(denialError({ reason: 'channel', at: 1 }, set)).toBe(errors.noPermissionForChannel);
  expect(denialErrorInTransaction({ reason: 'key', at: 1 })).toBe(errors.noPermissionInExecForKey);
  expect(denialErrorInScript({ reason: 'command', at: 0 })).toBe(errors.scriptNoPermissionToRun);
});
