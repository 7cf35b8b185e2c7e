import { replaceScript } from '#sdk/features/store-script.js';
import { startInProcess } from '../../support/in-process.js';

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
