import { TextFieldIndex } from '#index/attribute/text-field.js';

it('knows which documents carry the field', () => {
  const index = new TextFieldIndex();
  index.put(1);
  index.put(1);
  index.put(2);
  index.delete(1);
  expect([index.size, index.has(1), index.has(2), index.validate()]).toEqual([1, false, true, []]);
  expect(index.memoryBytes).toBeGreaterThan(0);
});
