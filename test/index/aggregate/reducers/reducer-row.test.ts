import { badArguments, forEachNumber, ofValues } from '#index/aggregate/reducers/reducer-row.js';
import type { Value } from '#index/expression/value.js';
import { rowOf, slot } from '../stages/collecting-stage.js';

test('numbers of a value are those it is or has', () => {
  const numbers = (value: Value): number[] => {
    const found: number[] = [];
    forEachNumber(value, (number) => void found.push(number));
    return found;
  };
  expect([numbers(1), numbers('2'), numbers('x'), numbers(['3', 4, 'y']), numbers(undefined)]).toEqual([
    [1],
    [2],
    [],
    [3, 4],
    [],
  ]);
});

test('values come one by one, missing ones not at all', () => {
  const taken: Value[] = [];
  const row = ofValues('X', '', () => ({ take: (value) => void taken.push(value), result: () => taken.length }));
  const make = row.bind({ remaining: 1, property: () => slot(0), number: () => 0, word: () => false, random: () => 0 });
  const accumulator = make();
  for (const value of [1, [2, 3], undefined]) accumulator.add(rowOf(value));
  expect(accumulator.result()).toBe(3);
  expect(badArguments('X', 'why').message).toBe('Bad arguments for X: why');
});
