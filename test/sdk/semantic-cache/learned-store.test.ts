import type { CommandArgument, CommandReply } from '#sdk/commander.js';
import type { DeciderMemory } from '#sdk/semantic-cache/hit-decider.js';
import { LearnedStore, type Learner } from '#sdk/semantic-cache/learned-store.js';
import { ScriptedCommander } from '../scripted-commander.js';

const features = [1, 0.912345678, 0.5, 0.25, 0, 0.1, 0.9];

class Pupil implements Learner {
  labelCount = 0;
  #untold = 0;
  readonly restored: DeciderMemory[] = [];

  learn(): void {
    this.labelCount++;
    this.#untold++;
  }

  takeLesson(): DeciderMemory | undefined {
    if (this.#untold === 0) return undefined;
    const labels = Array.from({ length: this.#untold }, (_, i) => ({ features, isRight: i % 2 === 0 }));
    this.#untold = 0;
    return { labels, requests: [features, undefined], words: { prompts: 3, promptsWith: [['card', 2]] } };
  }

  restore(memory: DeciderMemory): void {
    this.restored.push(memory);
  }

  /** Labels that others taught, in order of restoring. */
  get taught(): number[] {
    return this.restored.map(({ labels }) => labels.length);
  }
}

/** A store that holds one stream. */
function keyspace(): ScriptedCommander {
  const entries: [string, string[]][] = [];
  return new ScriptedCommander((command, [_key, ...args]) => {
    if (command === 'XADD') {
      entries.push([`${entries.length + 1}-0`, args.slice(-2).map(String)]);
      return `${entries.length}-0`;
    }
    const [from] = args;
    const after = from === '-' ? 0 : Number.parseInt(String(from).slice(1), 10);
    return entries.slice(after);
  });
}

function learn(store: LearnedStore, pupil: Pupil, labels: number): void {
  for (let i = 0; i < labels; i++) {
    pupil.learn();
    store.noteLabel();
  }
}

const writes = (commander: ScriptedCommander): (readonly CommandArgument[])[] => commander.callsOf('XADD');

describe('LearnedStore', () => {
  test('hands what one learned to the next', async () => {
    const commander = keyspace();
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
        labels: [true, false, true].map((isRight) => ({ features: rounded, isRight })),
        requests: [rounded, undefined],
        words: { prompts: 3, promptsWith: [['card', 2]] },
      },
    ]);
    expect(first.restored).toEqual([]);
  });

  test('several learn as one: each takes over what the others wrote, once, and not its own', async () => {
    const commander = keyspace();
    const pupils = [new Pupil(), new Pupil(), new Pupil()];
    const stores = pupils.map((pupil) => new LearnedStore(commander, 'key', pupil));
    await Promise.all(stores.map((store) => store.ensure()));
    for (const [place, store] of stores.entries()) {
      learn(store, pupils[place] ?? new Pupil(), place + 1);
      await store.save();
    }
    for (const store of stores) await store.save();
    expect(pupils.map(({ taught }) => taught)).toEqual([[5], [1, 3], [3]]);
    await Promise.all(stores.map((store) => store.save()));
    expect(pupils.map(({ taught }) => taught)).toEqual([[5], [1, 3], [3]]);
    expect(writes(commander)).toHaveLength(3);
  });

  test('writes when a tenth is new, not for every label, and nothing when nothing is', async () => {
    const commander = keyspace();
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
    commander.script = (command) => (command === 'XRANGE' ? [] : '1-0');
    await store.ensure();
    await store.save();
    expect(writes(commander)).toHaveLength(1);
  });

  test('what could not be written goes out before the next', async () => {
    const commander = keyspace();
    const [pupil, other] = [new Pupil(), new Pupil()];
    const store = new LearnedStore(commander, 'key', pupil);
    await store.ensure();
    const { script } = commander;
    commander.script = () => new Error('OOM command not allowed');
    learn(store, pupil, 1);
    await store.save();
    commander.script = script;
    learn(store, pupil, 2);
    await store.save();
    await new LearnedStore(commander, 'key', other).ensure();
    expect(other.taught).toEqual([3]);
    const written = writes(commander).length;
    await store.save();
    expect(writes(commander)).toHaveLength(written);
  });

  test.each<[CommandReply]>([
    ['OK'],
    [[null, null]],
    [[['1-0', ['lesson', '{']]]],
    [[['1-0', []]]],
    [[['1-0', ['lesson', JSON.stringify({ labels: [[1, 2]], requests: [], prompts: 0, promptsWith: [] })]]]],
    [[['1-0', ['lesson', JSON.stringify({ labels: [], requests: [] })]]]],
  ])('takes %j for nothing', async (reply) => {
    const pupil = new Pupil();
    await new LearnedStore(new ScriptedCommander(() => reply), 'key', pupil).ensure();
    expect(pupil.restored).toEqual([]);
  });
});
