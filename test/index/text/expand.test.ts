import { Deadline } from '#index/deadline.js';
import type { TextPredicate } from '#index/query/predicate.js';
import { expandWords } from '#index/text/expand.js';
import { stemMark } from '#index/text/marks.js';
import { TextIndex } from '#index/text/text-index.js';

const index = new TextIndex({ weights: [1], hasOffsets: true, hasSuffixes: false });
index.put(0, [
  {
    field: 0,
    words: ['cart', 'car', 'scar', 'card', 'dog'],
    stems: [undefined, undefined, undefined, undefined, 'car'],
  },
]);

function expanded(change: Partial<TextPredicate>, max = 200): string[] {
  const predicate: TextPredicate = {
    ...{ kind: 'text', scope: undefined, match: 'word', text: 'car', alternatives: [], distance: 1 },
    ...change,
  };
  return expandWords(predicate, index, max, new Deadline(undefined)).map(({ text }) => text);
}

it.each<[change: Partial<TextPredicate>, words: string[]]>([
  [{}, ['car']],
  [{ alternatives: [`${stemMark}car`, 'dog', 'none'] }, ['car', `${stemMark}car`, 'dog']],
  [{ text: 'none' }, []],
  [{ match: 'prefix' }, ['car', 'card', 'cart']],
  [{ match: 'suffix' }, ['car', 'scar']],
  [{ match: 'infix' }, ['car', 'card', 'cart', 'scar']],
  [{ match: 'wildcard', text: 'ca?t' }, ['cart']],
  [{ match: 'fuzzy' }, ['car', 'card', 'cart', 'scar']],
])('%j stands for %j', (change, words) => {
  expect(expanded(change)).toEqual(words);
});

it('stands for no more words than allowed', () => {
  for (const match of ['prefix', 'suffix', 'infix', 'fuzzy'] as const) expect(expanded({ match }, 2)).toHaveLength(2);
  expect(expanded({ match: 'wildcard', text: '*' }, 3)).toHaveLength(3);
});
