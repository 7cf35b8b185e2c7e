import { atOnce, type Step } from '@nearkey/index';
import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import { ReplyError } from '#server/errors.js';
import { startAggregate } from '#server/search/aggregate-executor.js';
import { ServedIndex } from '#server/search/served-index.js';
import { definition, keyspace } from './definitions.js';

function start(query: string, steps: readonly Step[]) {
  const served = new ServedIndex(definition('idx'));
  served.index.put('k', { get: (identifier) => (identifier === 't' ? Buffer.from('x') : undefined) });
  const request = {
    query: ByteSlice.fromText(query),
    parameters: new Map(),
    ...{ offset: 0, count: 0, sortBy: undefined, columns: undefined },
    ...{ queryBytesMax: 100, expansionsMax: 200, tanhFactor: 4, shouldStop: () => false, budgetMs: 1 },
  };
  return startAggregate(served, keyspace().database(0), request, steps, seededRandom(1));
}

test('rows are taken until there are none', () => {
  const aggregating = start('*', [{ kind: 'apply', expression: '1', as: 'one' }]);
  expect(aggregating.isExhausted).toBe(false);
  atOnce(aggregating.fill(2));
  expect(aggregating.isExhausted).toBe(false);
  expect(aggregating.take(2)).toEqual([[['one', 1]]]);
  expect([aggregating.isExhausted, aggregating.total]).toEqual([true, 1]);
});

test('what the engine refuses is a reply, at the start and on the way', () => {
  expect(() => start('@nope:{x}', [])).toThrow(ReplyError);
  expect(() => start('*', [{ kind: 'apply', expression: '1 +', as: 'x' }])).toThrow(ReplyError);
  const aggregating = start('*', [{ kind: 'apply', expression: 'to_number("x")', as: 'x' }]);
  expect(() => atOnce(aggregating.fill(1))).toThrow(ReplyError);
});
