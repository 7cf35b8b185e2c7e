import { defineSchema, RefusedField, SearchIndex } from '#index/mod.js';

test('a document that refuses a field is not indexed, and leaves the index', () => {
  const index = new SearchIndex(defineSchema([{ type: 'TAG', identifier: 't' }]));
  index.put('k', new Map([['t', Buffer.from('a')]]));
  expect(index.put('k', { get: () => new RefusedField('no tag') })).toEqual({
    status: 'invalid',
    field: 't',
    reason: 'no tag',
  });
  expect([index.size, index.info().lastIndexingError]).toEqual([0, 'no tag']);
});
