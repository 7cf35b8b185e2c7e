import { aggregateLimits, type Step } from '#index/aggregate/aggregation.js';
import { atOnce } from '#index/sliced.js';
import { asObject, Documents, group, load, sort } from './aggregated.js';

const shop = (): Documents =>
  new Documents({
    a: { tag: 'red', n: '3', title: 'big apple', extra: 'x' },
    b: { tag: 'red', n: '5', title: 'small apple' },
    c: { tag: 'Green', n: '1' },
    d: { title: 'apple' },
  });

test('rows have no properties but those that are asked for', () => {
  expect(shop().rows('*')).toEqual([{}, {}, {}, {}]);
  expect(shop().rows('*', load('tag', '__key'))).toEqual([
    { tag: 'red', __key: 'a' },
    { tag: 'red', __key: 'b' },
    { tag: 'Green', __key: 'c' },
    { __key: 'd' },
  ]);
});

test('what is loaded can be called otherwise, and need not be declared', () => {
  const step: Step = {
    kind: 'load',
    fields: [
      { name: '@n', as: 'number' },
      { name: 'extra', as: 'extra' },
    ],
  };
  expect(shop().rows('@n:[2 4]', step)).toEqual([{ number: 3, extra: 'x' }]);
});

test('every field can be loaded, and what is reckoned stands beside them', () => {
  const rows = shop().rows(
    '@n:[2 4]',
    { kind: 'load', fields: undefined },
    { kind: 'apply', expression: 'upper(@extra)', as: 'X' },
  );
  expect(rows).toEqual([{ tag: 'red', n: '3', title: 'big apple', extra: 'x', X: 'X' }]);
});

test('steps are run in the order they are written', () => {
  const rows = shop().rows(
    '*',
    { kind: 'filter', expression: '@n > 1' },
    { kind: 'apply', expression: '@n * 2', as: 'twice' },
    group(['tag'], ['SUM', '@twice'], ['COUNT']),
    { kind: 'apply', expression: '@sum / @count', as: 'mean' },
  );
  expect(rows).toEqual([{ tag: 'red', sum: 16, count: 2, mean: 8 }]);
});

test('what a filter or an order reads is shown, and what a group reads is not', () => {
  expect(shop().rows('*', { kind: 'filter', expression: '@n > 4' })).toEqual([{ n: 5 }]);
  expect(shop().rows('*', sort('@n', 'DESC', 2))).toEqual([{ n: 5 }, { n: 3 }]);
  expect(shop().rows('*', group([], ['SUM', 'n']))).toEqual([{ sum: 9 }]);
});

test('a missing key is a group of its own, and is shown', () => {
  expect(shop().rows('*', group(['tag'], ['COUNT']))).toEqual([
    { tag: 'red', count: 2 },
    { tag: 'Green', count: 1 },
    { tag: undefined, count: 1 },
  ]);
});

test('numbers, and tags that are written as they are indexed, are read from the index', () => {
  const documents = shop();
  documents.rows('@tag:{red}', group(['tag'], ['SUM', '@n']));
  expect(documents.readFields).toEqual([]);
  documents.rows('@tag:{green}', group(['tag'], ['SUM', '@n']));
  expect(documents.readFields).toEqual(['tag']);
});

test('words that matched are known to expressions', () => {
  const rows = shop().rows('apple|big', { kind: 'apply', expression: 'matched_terms()', as: 'words' });
  expect(rows).toEqual([
    { words: ['apple', 'appl', 'big'] },
    { words: ['apple', 'appl'] },
    { words: ['apple', 'appl'] },
  ]);
});

test('scores are a property where they are wanted', () => {
  const run = shop().run('apple', [sort('@__score', 'DESC', 1)], { scores: 'wanted' });
  atOnce(run.fill(10));
  expect(run.take(10).map(asObject)).toEqual([{ __score: expect.any(Number) }]);
});

test('a property that is not there is an error', () => {
  const documents = shop();
  expect(() => documents.run('*', [{ kind: 'filter', expression: '@nope > 1' }])).toThrow(
    'Property `nope` not loaded nor in pipeline',
  );
  expect(() => documents.run('*', [group(['nope'])])).toThrow('Property `nope`');
  expect(() => documents.run('*', [group(['tag']), sort('@n')])).toThrow('Property `n`');
  expect(() => documents.run('*', [group(['tag']), load('n')])).toThrow('Property `n`');
  const steps = Array.from({ length: aggregateLimits.stepsMax + 1 }, () => load('n'));
  expect(() => documents.run('*', steps)).toThrow('More than');
});

test('rows are made as they are asked for', () => {
  const documents = new Documents();
  for (let at = 0; at < 1000; at++) documents.put(`k${at}`, { n: String(at) });
  const run = documents.run('*', [load('n')]);
  atOnce(run.fill(10));
  expect(run.take(10).map(asObject)).toEqual(Array.from({ length: 10 }, (_, n) => ({ n })));
  expect(run.isOver).toBe(false);
  documents.delete('k999');
  atOnce(run.fill(Number.POSITIVE_INFINITY));
  expect(run.take(2000).length).toBe(989);
  expect([run.isOver, run.hasWaiting, run.total]).toEqual([true, false, 999]);
});

test('a run that fails is over', () => {
  const documents = shop();
  const run = documents.run('*', [{ kind: 'apply', expression: '@title + 1', as: 'x' }]);
  expect(() => atOnce(run.fill(1))).toThrow('Could not convert value to a number');
  expect(run.isOver).toBe(true);
});

test('the total counts rows ahead of the last limit', () => {
  const run = shop().run('*', [group(['tag']), { kind: 'limit', offset: 0, count: 1 }]);
  atOnce(run.fill(10));
  expect([run.take(10).length, run.total]).toEqual([1, 3]);
});

test('fields that are loaded after an order are missing where the document has gone', () => {
  const documents = new Documents({ a: { n: '1', title: 'x' }, b: { n: '2', title: 'y' } });
  for (let at = 0; at < 1000; at++) documents.put(`k${at}`, { n: '3' });
  const run = documents.run('@n:[1 2]', [sort('@n'), load('title')]);
  const work = run.fill(10);
  work.next();
  documents.delete('a');
  documents.put('other', { n: '9', title: 'z' });
  atOnce(work);
  expect(run.take(10).map(asObject)).toEqual([{ n: 1 }, { n: 2, title: 'y' }]);
});
