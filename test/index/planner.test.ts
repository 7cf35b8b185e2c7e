import { filterCallsMax, type PlanInput, planKnn } from '#index/planner.js';

const large: PlanInput = {
  k: 10,
  vectors: 100_000,
  dim: 384,
  graphNodes: 100_000,
  efRuntime: 100,
  filterMatchesMax: undefined,
  exactWanted: false,
};

const choices: readonly (readonly [what: string, input: Partial<PlanInput>, strategy: string])[] = [
  ['a large index without a filter', {}, 'graph'],
  ['a small index', { vectors: 100, graphNodes: 100 }, 'exact'],
  ['a flat index', { graphNodes: 0 }, 'exact'],
  ['a query that asks for it', { exactWanted: true }, 'exact'],
  ['k of 0', { k: 0 }, 'empty'],
  ['an empty index', { vectors: 0, graphNodes: 0 }, 'empty'],
  ['a filter that passes nothing', { filterMatchesMax: 0 }, 'empty'],
  ['a filter that passes few', { filterMatchesMax: 500 }, 'exact'],
  ['a filter that passes half', { filterMatchesMax: 50_000 }, 'filtered-graph'],
  ['a filter that passes all', { filterMatchesMax: 100_000 }, 'filtered-graph'],
  ['a graph of tombstones', { vectors: 50, graphNodes: 100_000 }, 'exact'],
  ['k of everything', { k: 100_000 }, 'exact'],
];

describe('planKnn', () => {
  it.each(choices)('plans %s', (_, input, strategy) => {
    expect(planKnn({ ...large, ...input }).strategy).toBe(strategy);
  });

  it('turns from exact to graph once, as a filter passes more', () => {
    const strategies = Array.from({ length: 100 }, (_, step) => {
      return planKnn({ ...large, filterMatchesMax: (step + 1) * 1000 }).strategy;
    });
    const turn = strategies.indexOf('filtered-graph');
    expect(turn).toBeGreaterThan(0);
    expect(strategies.slice(turn).every((strategy) => strategy === 'filtered-graph')).toBe(true);
  });

  it('bounds the matches by the vectors there are', () => {
    expect(planKnn({ ...large, filterMatchesMax: 1_000_000 }).matchesMax).toBe(100_000);
  });

  it('lets a filtered walk cost no more than the exact scan', () => {
    expect(filterCallsMax(large, 100_000)).toBeLessThan(100_000);
    expect(filterCallsMax(large, 1000)).toBeLessThan(filterCallsMax(large, 2000));
  });
});
