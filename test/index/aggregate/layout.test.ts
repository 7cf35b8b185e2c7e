import { Layout } from '#index/aggregate/layout.js';

test('a property keeps its slot, and is what it was made last', () => {
  const layout = new Layout();
  expect([layout.add('a', true), layout.add('b', true), layout.add('a', false)]).toEqual([0, 1, 0]);
  expect([layout.slotOf('b'), layout.slotOf('c')]).toEqual([1, undefined]);
  expect(layout.columns).toEqual([
    { name: 'a', isField: false },
    { name: 'b', isField: true },
  ]);
});
