import { WordList } from '#index/text/word-list.js';

function listOf(...words: string[]): WordList {
  const list = new WordList();
  for (const word of words) list.add(word);
  return list;
}

test('a word is in the list once, as it was written', () => {
  const list = listOf('Toque', 'timmies', 'toque');
  expect(list.add('Toque')).toBe(false);
  expect(list.size).toBe(3);
  expect(list.words()).toEqual(['timmies', 'Toque', 'toque']);
  expect(list.has('toque')).toBe(true);
});

test('a word is removed as it was written', () => {
  const list = listOf('Toque', 'toque');
  expect(list.delete('TOQUE')).toBe(false);
  expect(list.delete('Toque')).toBe(true);
  expect(list.has('toque')).toBe(true);
  expect(list.delete('toque')).toBe(true);
  expect(list.delete('toque')).toBe(false);
  expect(list.has('toque')).toBe(false);
  expect([list.size, list.words()]).toEqual([0, []]);
});

test('words are found by a distance, folded', () => {
  const near: string[] = [];
  listOf('Toonie', 'toon', 'tonic', 'looney').near('tooni', 1, (word) => near.push(word));
  expect(near).toEqual(['toon', 'toonie']);
});
