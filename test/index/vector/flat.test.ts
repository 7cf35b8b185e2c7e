import { FlatIndex } from '#index/vector/flat.js';
import { describeVectorIndex } from '../../contract/vector-index.js';

describeVectorIndex({
  name: 'FlatIndex',
  create: (dim, metric, sequenceOf) => new FlatIndex(dim, metric, sequenceOf),
  recall: undefined,
});

describe('FlatIndex', () => {
  it('has no graph to walk', () => {
    const index = new FlatIndex(2, 'L2', () => 0);
    expect(index.graphNodes).toBe(0);
    expect(index.searchGraph()).toBeUndefined();
  });
});
