import type { CommandArgument, CommandReply } from '#sdk/commander.js';
import type { DeciderMemory } from '#sdk/semantic-cache/hit-decider.js';
import { LearnedStore, type Learner } from '#sdk/semantic-cache/learned-store.js';
import { ScriptedCommander } from '../scripted-commander.js';

const features = [1, 0.912345678, 0.5, 0.25, 0, 0.1, 0.9];

class Pupil implements Learner {
  labelCount = 0;
  readonly restored: DeciderMemory[] = [];

  memory(): DeciderMemory {
    const labels = Array.from({ length: this.labelCount }, (_, i) => ({ features, isRight: i % 2 === 0 }));
    return {
      budget: { labels, requests: [features, undefined] },
      words: { prompts: 3, promptsWith: [['card', 2]] },
    };
  }

  restore(memory: DeciderMemory): void {
    this.restored.push(memory);
  }
}

/** A store that holds one hash. */
function keyspace(): { commander: ScriptedCommander; hash: Map<string, CommandReply> } {
  const hash = new Map<string, CommandReply>();
  const commander = new ScriptedCommander((command, [_key, ...args]) => {
    if (command === 'HMGET') return args.map((field) => hash.get(String(field)) ?? null);
    for (let i = 0; i < args.length; i += 2) hash.set(String(args[i]), String(args[i + 1]));
    return 1;
  });
  return { commander, hash };
}

function learn(store: LearnedStore, pupil: Pupil, labels: number): void {
  for (let i = 0; i < labels; i++) {
    pupil.labelCount++;
    store.noteLabel();
  }
}

const writes = (commander: ScriptedCommander): (readonly CommandArgument[])[] => commander.callsOf('HSET');

describe('LearnedStore', () => {
  test('hands what one learned to the next', async () => {
    const { commander } = keyspace();
    const [first, second] = [new Pupil(), new Pupil()];
    const store = new LearnedStore(commander, 'key', first);
    await store.ensure();
    expect(first.restored).toEqual([]);
    learn(store, first, 3);
    await store.save();
    await new LearnedStore(commander, 'key', second).ensure();
    const rounded = features.map((feature) => expect.closeTo(feature, 5));
    expect(second.restored).toEqual([
      {
        budget: {
          labels: [true, false, true].map((isRight) => ({ features: rounded, isRight })),
          requests: [rounded, undefined],
        },
        words: { prompts: 3, promptsWith: [['card', 2]] },
      },
    ]);
  });

  test('writes when a tenth is new, not for every label, and nothing when nothing is', async () => {
    const { commander } = keyspace();
    const pupil = new Pupil();
    const store = new LearnedStore(commander, 'key', pupil);
    await store.ensure();
    await store.save();
    learn(store, pupil, 9);
    await Promise.resolve();
    expect(writes(commander)).toHaveLength(0);
    for (let i = 0; i < 1991; i++) {
      learn(store, pupil, 1);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(writes(commander).length).toBeGreaterThan(10);
    expect(writes(commander).length).toBeLessThan(50);
  });

  test('writes nothing before it has read, and reads again after a failure', async () => {
    const commander = new ScriptedCommander(() => new Error('Connection is closed.'));
    const pupil = new Pupil();
    const store = new LearnedStore(commander, 'key', pupil);
    await store.ensure();
    learn(store, pupil, 20);
    await store.save();
    expect(writes(commander)).toHaveLength(0);
    commander.script = (command) => (command === 'HMGET' ? [null, null] : 1);
    await store.ensure();
    await store.save();
    expect(writes(commander)).toHaveLength(1);
  });

  test('what could not be written goes out with the next', async () => {
    const { commander } = keyspace();
    const pupil = new Pupil();
    const store = new LearnedStore(commander, 'key', pupil);
    await store.ensure();
    const { script } = commander;
    commander.script = () => new Error('OOM command not allowed');
    learn(store, pupil, 1);
    await store.save();
    commander.script = script;
    await store.save();
    expect(writes(commander)).toHaveLength(2);
    await store.save();
    expect(writes(commander)).toHaveLength(2);
  });

  test.each<[CommandReply]>([
    ['OK'],
    [[null, null]],
    [['{', '{']],
    [[JSON.stringify({ labels: [[1, 2]], requests: [] }), JSON.stringify({ prompts: 0, promptsWith: [] })]],
    [[JSON.stringify({ labels: [], requests: [] }), null]],
  ])('takes %j for nothing', async (reply) => {
    const pupil = new Pupil();
    await new LearnedStore(new ScriptedCommander(() => reply), 'key', pupil).ensure();
    expect(pupil.restored).toEqual([]);
  });
});
