import { defineSchema, type Misspelling, SearchIndex, type SpellingOptions, WordList } from '#index/mod.js';
import { document } from '../documents.js';

const index = new SearchIndex(
  defineSchema([
    { type: 'TEXT', identifier: 'name' },
    { type: 'TEXT', identifier: 'body' },
  ]),
);
index.put('1', document({ name: 'name1', body: 'body1' }));
index.put('2', document({ name: 'name2', body: 'body2' }));
index.put('3', document({ name: 'name2', body: 'name2' }));

function listOf(...words: string[]): WordList {
  const list = new WordList();
  for (const word of words) list.add(word);
  return list;
}

function told(query: string, options: Partial<SpellingOptions> = {}): unknown[] {
  const parsed = index.parse(query, { text: { verbatim: true } });
  return index
    .misspellings(parsed, { distanceMax: 1, include: [], exclude: [], ...options })
    .map(({ word, suggestions }: Misspelling) => [word, ...suggestions.map((found) => [found.word, found.score])]);
}

test('an unknown word may be meant to be one that documents hold, the more of them the likelier', () => {
  expect(told('name')).toEqual([['name', ['name2', 2 / 3], ['name1', 1 / 3]]]);
  expect(told('somenotexiststext')).toEqual([['somenotexiststext']]);
});

test('words that documents hold are right', () => {
  expect(told('name1')).toEqual([]);
});

test('in a field, only its words are suggested', () => {
  expect(told('@body:name')).toEqual([['name', ['name2', 2 / 3]]]);
});

test('words are told in the order they are written, within phrases and groups, too; patterns and stop words are not', () => {
  expect(told('(Bodi1 | -"nam1 x") the nam* %%nam%%').map((each) => Array.isArray(each) && each[0])).toEqual([
    'bodi1',
    'nam1',
    'x',
  ]);
});

test('a greater distance finds more', () => {
  expect(told('nbme')).toEqual([['nbme']]);
  expect(told('nbme', { distanceMax: 2 })).toEqual([['nbme', ['name2', 2 / 3], ['name1', 1 / 3]]]);
});

test('lists have further words, which no document holds, and words that are right', () => {
  const include = [listOf('name1', 'name4', 'Name5')];
  expect(told('name', { include })).toEqual([['name', ['name2', 2 / 3], ['name1', 1 / 3], ['name4', 0], ['name5', 0]]]);
  expect(told('name nome', { exclude: [listOf('NAME')] })).toEqual([['nome']]);
});
