import { groupFrom } from '#sdk/features/feature-group.js';
import { listRecords } from '#sdk/features/record-listing.js';
import { newGroup } from '../../contract/feature-store.js';
import { ScriptedCommander } from '../scripted-commander.js';

const group = groupFrom({ ...newGroup('g', 0), generation: 1 });
const clock = { nowMs: () => 1_000 };
const all = { countMax: 2, token: undefined, withDeleted: false };

function node(keys: readonly string[]): ScriptedCommander {
  return new ScriptedCommander((command, [cursor]) => {
    if (command === 'HMGET') return ['t', null, null];
    return cursor === '0' && keys.length > 1 ? ['9', keys.slice(0, 1)] : ['0', keys.slice(-1)];
  });
}

test('goes from node to node, and says where it stands', async () => {
  const nodes = [node(['fs:g.1:{a}', 'fs:g.1:{b}']), node(['fs:g.1:{c}'])];
  const commander = Object.assign(node([]), { nodes: () => nodes });
  const first = await listRecords(commander, clock, group, all);
  expect(first.recordIds).toEqual(['a', 'b']);
  const second = await listRecords(commander, clock, group, { ...all, token: first.nextToken });
  expect(second).toEqual({ recordIds: ['c'], nextToken: undefined });
});

test('refuses a token of another group or of a larger cluster', async () => {
  const token = (text: string) => Buffer.from(text).toString('base64url');
  const list = (text: string) => listRecords(node([]), clock, group, { ...all, token: token(text) });
  await expect(list('0 0 fs:g.2:')).rejects.toMatchObject({ code: 'ValidationError' });
  await expect(list('5 0 fs:g.1:')).rejects.toMatchObject({ code: 'ValidationError' });
  await expect(list('rubbish')).rejects.toMatchObject({ code: 'ValidationError' });
});

test('looks at so many keys for a page and no more', async () => {
  const endless = new ScriptedCommander((command) => (command === 'SCAN' ? ['7', []] : null));
  const page = await listRecords(endless, clock, group, all);
  expect(page.recordIds).toEqual([]);
  expect(page.nextToken).toBeDefined();
  expect(endless.calls).toHaveLength(50);
});

test('skips what has expired', async () => {
  const commander = new ScriptedCommander((command, [key]) => {
    if (command === 'SCAN') return ['0', ['fs:g.1:{a}', 'fs:g.1:{b}', 'fs:g.1:{c}']];
    return key === 'fs:g.1:{a}' ? ['t', '1000', null] : key === 'fs:g.1:{b}' ? ['t', '1001', null] : [null, null, null];
  });
  expect((await listRecords(commander, clock, group, all)).recordIds).toEqual(['b']);
});
