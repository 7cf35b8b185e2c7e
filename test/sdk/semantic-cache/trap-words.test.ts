import { ANTONYMS, CLOSED_CLASSES, FILLER_PHRASES, SYNONYMS } from '#sdk/semantic-cache/trap-words.js';

test('no two words are both synonyms and antonyms', () => {
  const contradictions = SYNONYMS.flatMap((group) =>
    ANTONYMS.filter(
      ([left, right]) => group.some((word) => left.includes(word)) && group.some((word) => right.includes(word)),
    ).map((pair) => ({ group, pair })),
  );
  expect(contradictions).toEqual([]);
});

test('no word is on both sides of a pair', () => {
  expect(ANTONYMS.filter(([left, right]) => left.some((word) => right.includes(word)))).toEqual([]);
});

test('a name belongs to one member of its class', () => {
  for (const { members } of CLOSED_CLASSES) {
    const names = members.flat();
    expect(names).toHaveLength(new Set(names).size);
  }
});

test('phrases are cut out wherever they stand', () => {
  expect(FILLER_PHRASES.filter((phrase) => !phrase.global)).toEqual([]);
});
