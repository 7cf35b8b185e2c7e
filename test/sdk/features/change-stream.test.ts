import type { CommandReply } from '#sdk/commander.js';
import { ChangeRelay } from '#sdk/features/change-stream.js';
import { newGroup } from '../../contract/feature-store.js';
import { ScriptedCommander } from '../scripted-commander.js';

const online = { storageType: 'InMemory' as const, changes: { maxLength: 7 } };
const told = { ...newGroup('g', 0), generation: 1, online };
const outbox = 'fsc:g.1:{1}';

/** An outbox with entries, which are gone when they are taken. */
function outboxWith(ids: string[]) {
  const commander: ScriptedCommander = new ScriptedCommander((command, args): CommandReply | Error => {
    if (command === 'SCAN') return ['0', [outbox]];
    if (command === 'XRANGE') return ids.slice(0, Number(args.at(-1))).map((id) => [id, ['op', 'put', 'id', '1']]);
    if (command === 'EVALSHA') ids.splice(0, args.length - 3);
    return 1;
  });
  return commander;
}

const sentBy = (commander: ScriptedCommander) =>
  commander.calls.flatMap(([command, ...args]) => (command === 'XADD' ? [args.join(' ')] : []));

test('what lies in an outbox is sent on in its order and taken out', async () => {
  const ids = ['1-0', '2-0'];
  const commander = outboxWith(ids);
  await new ChangeRelay(commander).send(told, outbox);
  expect(sentBy(commander)).toEqual(['1-0', '2-0'].map((seq) => `fsc:g.1:changes MAXLEN ~ 7 * op put id 1 seq ${seq}`));
  expect(ids).toEqual([]);
});

test('many at once are sent in steps, and each once however many ask', async () => {
  const ids = Array.from({ length: 250 }, (_, n) => `${n}-0`);
  const commander = outboxWith([...ids]);
  const relay = new ChangeRelay(commander);
  await Promise.all([relay.send(told, outbox), relay.send(told, outbox), relay.send(told, outbox)]);
  expect(sentBy(commander).map((sent) => sent.split(' ').at(-1))).toEqual(ids);
});

test('what could not be sent stays, and is sent the next time', async () => {
  const ids = ['1-0'];
  const commander = outboxWith(ids);
  const { script } = commander;
  commander.script = (command, args) =>
    command === 'XADD' ? new Error('Connection is closed.') : script(command, args);
  const relay = new ChangeRelay(commander);
  await expect(relay.send(told, outbox)).rejects.toMatchObject({ code: 'ServiceUnavailable' });
  expect(ids).toEqual(['1-0']);
  commander.script = script;
  const cluster = Object.assign(commander, { nodes: () => [commander] });
  await new ChangeRelay(cluster).sendAll(told, async () => undefined);
  expect(ids).toEqual([]);
});

test('of a group without a stream nothing is sent', async () => {
  const commander = outboxWith(['1-0']);
  await new ChangeRelay(commander).send({ ...told, online: { storageType: 'InMemory' } }, outbox);
  expect(commander.calls).toEqual([]);
});
