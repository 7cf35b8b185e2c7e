import { tellChange } from '#sdk/features/change-stream.js';
import { groupFrom } from '#sdk/features/feature-group.js';
import { newGroup } from '../../contract/feature-store.js';
import { ScriptedCommander } from '../scripted-commander.js';

const change = { op: 'delete', recordId: '1', eventTime: '', features: '' } as const;

test('a group without a stream is silent, and a stream that cannot be written to is an error', async () => {
  const quiet = groupFrom({ ...newGroup('g', 0), generation: 1 });
  const told = groupFrom({
    ...quiet.definition,
    online: { storageType: 'InMemory', changes: { maxLength: 7 } },
  });
  const commander = new ScriptedCommander(() => '1-1');
  await tellChange(commander, quiet, change, 5, false);
  await tellChange(commander, told, change, 5, true);
  expect(commander.calls).toEqual([
    ['XADD', 'fsc:g.1:changes', 'MAXLEN', '~', 7, '*', 'op', 'delete', 'id', '1', 'at', '5', 'late', '1'],
  ]);
  commander.script = () => new Error('Connection is closed.');
  await expect(tellChange(commander, told, change, 5, false)).rejects.toMatchObject({ code: 'ServiceUnavailable' });
});
