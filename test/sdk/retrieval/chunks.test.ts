import fc from 'fast-check';
import { chunksOf } from '#sdk/retrieval/chunks.js';

const texts = (text: string, options: Parameters<typeof chunksOf>[1]) =>
  chunksOf(text, options).map((chunk) => chunk.text);

test('keeps sentences whole, and begins with the end of the chunk before', () => {
  const text = 'One two three. Four five. Six seven eight nine. Ten.';
  expect(texts(text, { sizeMax: 5 })).toEqual(['One two three. Four five.', 'Six seven eight nine. Ten.']);
  expect(texts(text, { sizeMax: 6, overlap: 2 })).toEqual([
    'One two three. Four five.',
    'Four five. Six seven eight nine.',
    'Ten.',
  ]);
});

test('ends a chunk’s sentences at paragraphs, and takes several paragraphs where they fit', () => {
  expect(texts('# Heading\n\nText here\nand there\n\n\nEnd', { sizeMax: 4 })).toEqual([
    '# Heading',
    'Text here\nand there',
    'End',
  ]);
  expect(texts('# Heading\n\nText', { sizeMax: 9 })).toEqual(['# Heading\n\nText']);
});

test('cuts what is too large between words, and words between characters', () => {
  expect(texts('a b c d e.', { sizeMax: 2 })).toEqual(['a b', 'c d', 'e.']);
  const byCharacters = { sizeMax: 3, sizeOf: (text: string) => [...text].length };
  expect(texts('abcdefg hi 😀😀😀😀', byCharacters)).toEqual(['abc', 'def', 'g', 'hi', '😀😀😀', '😀']);
});

test('refuses an overlap that leaves no room', () => {
  expect(() => chunksOf('a', { sizeMax: 2, overlap: 2 })).toThrow('chunks of 2 that overlap by 2');
  expect(() => chunksOf('a', { sizeMax: 0 })).toThrow();
  expect(chunksOf('  \n\n ', { sizeMax: 2 })).toEqual([]);
});

test('covers any text, in order and within the size', () => {
  const word = fc.constantFrom('a', 'word', 'end.', 'Why?', '\n\n', '😀', 'x'.repeat(9), '-');
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 40 }),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(8),
      (words, sizeMax, overlap) => {
        const text = words.join(' ');
        const sizeOf = (part: string) => Math.ceil([...part].length / 4);
        const chunks = chunksOf(text, { sizeMax, overlap: Math.min(overlap, sizeMax - 1), sizeOf });
        let covered = 0;
        let lastStart = -1;
        for (const chunk of chunks) {
          expect(chunk.text).toBe(text.slice(chunk.start, chunk.end));
          expect(sizeOf(chunk.text)).toBeLessThanOrEqual(sizeMax);
          expect(text.slice(covered, Math.max(covered, chunk.start)).trim()).toBe('');
          expect(chunk.start).toBeGreaterThan(lastStart);
          expect(chunk.end).toBeGreaterThan(covered);
          lastStart = chunk.start;
          covered = chunk.end;
        }
        expect(text.slice(covered).trim()).toBe('');
      },
    ),
    { seed: 7, numRuns: 300 },
  );
});
