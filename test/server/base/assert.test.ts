import { assert } from '#server/base/assert.js';

test('an assumption that holds says nothing, one that does not names itself', () => {
  expect(() => assert(true, 'one is one')).not.toThrow();
  expect(() => assert(false, 'one is two')).toThrow('assertion failed: one is two');
});
