import { Dictionaries } from '#server/search/dictionaries.js';

test('words are counted that came or went; a list without words is none', () => {
  const dictionaries = new Dictionaries();
  expect(dictionaries.add(0, 'd', ['one', 'two', 'three'])).toBe(3);
  expect(dictionaries.add(0, 'd', ['one', 'four'])).toBe(1);
  expect(dictionaries.remove(0, 'd', ['one', 'two', 'five'])).toBe(2);
  expect(dictionaries.get(0, 'd')?.words()).toEqual(['four', 'three']);
  expect(dictionaries.remove(0, 'd', ['four', 'three'])).toBe(2);
  expect(dictionaries.get(0, 'd')).toBeUndefined();
  expect(dictionaries.remove(0, 'd', ['four'])).toBe(0);
});

test('lists are of one database, and follow it', () => {
  const dictionaries = new Dictionaries();
  dictionaries.add(0, 'd', ['one']);
  dictionaries.add(1, 'd', ['two']);
  dictionaries.swap(0, 1);
  expect(dictionaries.get(0, 'd')?.words()).toEqual(['two']);
  dictionaries.dropAll(0);
  expect(dictionaries.get(0, 'd')).toBeUndefined();
  expect(dictionaries.get(1, 'd')?.words()).toEqual(['one']);
});
