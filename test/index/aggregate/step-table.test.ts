import { RowScope } from '#index/aggregate/row-scope.js';
import { bindStep } from '#index/aggregate/step-table.js';
import { Documents, group, load, sort } from './aggregated.js';

const context = { parameters: new Map(), random: () => 0, counter: { rows: undefined } };

test('a group leaves its keys and results to the next step', () => {
  const documents = { source: { documents: new Documents().index }, reader: new Documents().reader };
  expect(documents.reader.isPlain).toBe(true);
  const scope = new RowScope(undefined);
  scope.layout.add('a', false);
  const { scope: next } = bindStep(group(['a'], ['COUNT']), scope, context);
  expect(next.layout.columns.map(({ name }) => name)).toEqual(['a', 'count']);
});

test('two results of one name share a slot, and the later one is seen', () => {
  const step = {
    kind: 'group' as const,
    keys: ['@tag'],
    reducers: [
      { name: 'COUNT', arguments: [], as: 'tag' },
      { name: 'SUM', arguments: ['n'], as: 'tag' },
    ],
  };
  expect(new Documents({ a: { tag: 'x', n: '7' } }).rows('*', step)).toEqual([{ tag: 7 }]);
});

test('what is there already is not loaded again', () => {
  const rows = new Documents({ a: { n: '7' } }).rows(
    '*',
    { kind: 'apply', expression: '@n + 1', as: 'n' },
    load('n'),
    sort('n'),
  );
  expect(rows).toEqual([{ n: 8 }]);
});
