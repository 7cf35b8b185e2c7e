import { replaceScript, StoreScript } from '#sdk/features/store-script.js';
import { startInProcess } from '../../support/in-process.js';
import { ScriptedCommander } from '../scripted-commander.js';

test('goes by its digest, and as a whole to a server that does not know it', async () => {
  const commander = new ScriptedCommander((command) =>
    command === 'EVALSHA' ? new Error('NOSCRIPT No matching script.') : 7,
  );
  expect(await new StoreScript('return 7').run(commander, ['k'], ['a'])).toBe(7);
  expect(commander.calls).toEqual([
    ['EVALSHA', expect.stringMatching(/^[0-9a-f]{40}$/), 1, 'k', 'a'],
    ['EVAL', 'return 7', 1, 'k', 'a'],
  ]);
});

test('any other failure is not tried again', async () => {
  const commander = new ScriptedCommander(() => new Error('OOM no memory'));
  await expect(new StoreScript('return 7').run(commander, ['k'], [])).rejects.toMatchObject({
    code: 'ServiceUnavailable',
  });
  expect(commander.calls).toHaveLength(1);
});

test('a failure of the whole script is one of the store', async () => {
  const { server } = startInProcess();
  await expect(new StoreScript('return redis.call("NOSUCH")').run(server.commander, ['k'], [])).rejects.toMatchObject({
    code: 'InternalFailure',
  });
  await server.close(0);
});

test('a field is replaced only while it holds what was read', async () => {
  const { server } = startInProcess();
  const replace = (from: string, to: string) => replaceScript.run(server.commander, ['h'], ['f', from, to]);
  expect(await replace('', '1')).toBe(1);
  expect(await replace('', '2')).toBe(0);
  expect(await replace('1', '2')).toBe(1);
  expect(await server.commander.call('HGET', 'h', 'f')).toBe('2');
  expect(await replace('2', '')).toBe(1);
  expect(await server.commander.call('EXISTS', 'h')).toBe(0);
  await server.close(0);
});
