import type { CommandArgument, CommandReply } from '#sdk/commander.js';
import { StatisticsCounter } from '#sdk/semantic-cache/cache-statistics.js';
import { ScriptedCommander } from '../scripted-commander.js';

/** A hash of counters, and a switch that makes the store ill. */
function counters(): { commander: ScriptedCommander; setIll(ill: boolean): void } {
  const counts = new Map<string, number>();
  let isIll = false;
  const script = (command: string, args: readonly CommandArgument[]): CommandReply | Error => {
    if (isIll) return new Error('Connection is closed.');
    if (command === 'HGETALL') return [...counts].flatMap(([name, count]) => [name, String(count)]);
    const [, name, increment] = args;
    counts.set(String(name), (counts.get(String(name)) ?? 0) + Number(increment));
    return counts.get(String(name)) ?? null;
  };
  return {
    commander: new ScriptedCommander(script),
    setIll: (ill) => {
      isIll = ill;
    },
  };
}

const nothing = {
  exactHits: 0,
  semanticHits: 0,
  misses: 0,
  stores: 0,
  audits: 0,
  judgedRight: 0,
  judgedWrong: 0,
  invalidated: 0,
  shadowRight: 0,
  shadowWrong: 0,
  votesUp: 0,
  votesDown: 0,
  quarantined: 0,
  breaches: 0,
  evicted: 0,
  refusedByRule: {},
  errors: 0,
};

describe('StatisticsCounter', () => {
  test('counts what it is told, refusals by rule', async () => {
    const { commander } = counters();
    const counter = new StatisticsCounter(commander, 'key');
    counter.count('exactHits');
    counter.count('refused:number');
    counter.count('invalidated', 41);
    counter.count('invalidated', 0);
    expect(await counter.read()).toEqual({ ...nothing, exactHits: 1, invalidated: 41, refusedByRule: { number: 1 } });
  });

  test('writes increments that arrive together as one', async () => {
    const { commander } = counters();
    const counter = new StatisticsCounter(commander, 'key');
    for (let count = 0; count < 100; count++) counter.count('misses');
    expect((await counter.read()).misses).toBe(100);
    expect(commander.callsOf('HINCRBY')).toEqual([
      ['key', 'misses', 1],
      ['key', 'misses', 99],
    ]);
  });

  test('shares its counts with every process that uses the store', async () => {
    const { commander } = counters();
    const [here, there] = [new StatisticsCounter(commander, 'key'), new StatisticsCounter(commander, 'key')];
    here.count('stores');
    there.count('stores');
    await there.read();
    expect((await here.read()).stores).toBe(2);
  });

  test('keeps increments while the store is ill', async () => {
    const { commander, setIll } = counters();
    const counter = new StatisticsCounter(commander, 'key');
    setIll(true);
    counter.count('errors');
    await expect(counter.read()).rejects.toMatchObject({ code: 'store-unavailable' });
    setIll(false);
    expect((await counter.read()).errors).toBe(1);
    counter.count('misses');
    await counter.read();
    expect(await new StatisticsCounter(commander, 'key').read()).toEqual({ ...nothing, errors: 1, misses: 1 });
  });
});
