import { sweepRecords } from '#sdk/features/record-sweep.js';
import { startInProcess } from '../../support/in-process.js';
import { ScriptedCommander } from '../scripted-commander.js';

test('removes what is on the list, step by step, and nothing else', async () => {
  const { server } = startInProcess();
  const { commander } = server;
  await commander.call('HSET', 'fs:sweeps', 'fs:g.1:', 'g');
  for (let id = 0; id < 1_000; id++) await commander.call('SET', `fs:g.1:{${id}}`, 'x');
  await commander.call('SET', 'fs:g.2:{1}', 'x');
  await commander.call('SET', 'fs:g.11:{1}', 'x');
  let turns = 0;
  await sweepRecords(commander, async () => {
    turns += 1;
  });
  expect(turns).toBeGreaterThan(3);
  expect(await commander.call('DBSIZE')).toBe(2);
  await server.close(0);
});

test('a sweep that fails stays on the list', async () => {
  const commander = new ScriptedCommander((command) =>
    command === 'HKEYS' ? ['fs:g.1:'] : new Error('CLUSTERDOWN the cluster is down'),
  );
  await expect(sweepRecords(commander, async () => undefined)).rejects.toMatchObject({ code: 'ServiceUnavailable' });
  expect(commander.callsOf('HDEL')).toEqual([]);
});
