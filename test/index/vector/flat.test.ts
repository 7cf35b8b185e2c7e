import { FlatIndex } from '#index/vector/flat.js';
import { describeVectorIndex } from '../../contract/vector-index.js';

describeVectorIndex({
  name: 'FlatIndex',
  create: (dim, metric, precedes) => new FlatIndex(dim, metric, precedes),
  recall: undefined,
});

describe('FlatIndex', () => {
  it('has no graph to walk', () => {
    const index = new FlatIndex(2, 'L2', () => false);
    expect(index.graphNodes).toBe(0);
    expect(index.searchGraph()).toBeUndefined();
  });
});
