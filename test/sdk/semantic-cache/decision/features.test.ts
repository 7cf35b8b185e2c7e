import { featureNames, featuresOf, type Neighbour } from '#sdk/semantic-cache/decision/features.js';
import { WordStatistics, wordsOf } from '#sdk/semantic-cache/decision/word-statistics.js';

function described(
  neighbours: readonly Neighbour[],
  asked = 'where is my card',
  cached = 'where is my card',
): Record<string, number> {
  const words = new WordStatistics();
  for (const prompt of ['where is my card', 'where is my refund', 'who is there']) words.add(wordsOf(prompt));
  const features = featuresOf(neighbours, wordsOf(asked), wordsOf(cached), words);
  return Object.fromEntries(featureNames.map((name, i) => [name, features[i] ?? Number.NaN]));
}

describe('the features of a candidate', () => {
  test('say how alike it is, and that nothing else is near', () => {
    expect(described([{ similarity: 0.9, answerGroup: 'a' }])).toEqual({
      constant: 1,
      similarity: 0.9,
      groupShare: 1,
      margin: 0.5,
      sharedWords: 1,
      unsharedWord: 0,
      groupSimilarity: 0.9,
    });
  });

  test('tell a neighbourhood of one answer from one of two', () => {
    const one = described([
      { similarity: 0.9, answerGroup: 'a' },
      { similarity: 0.88, answerGroup: 'a' },
    ]);
    const two = described([
      { similarity: 0.9, answerGroup: 'a' },
      { similarity: 0.88, answerGroup: 'b' },
    ]);
    expect(one.groupShare).toBe(1);
    expect(two.groupShare).toBeCloseTo(1 / (1 + Math.exp(-0.24)));
    expect(two.margin).toBeCloseTo(0.02);
    expect(one.groupSimilarity).toBeCloseTo(0.89);
  });

  test('weigh words by rarity, and name the rarest that only one prompt has', () => {
    const features = described([{ similarity: 0.9, answerGroup: 'a' }], 'where is my card', 'where is my refund');
    expect(features.sharedWords).toBeGreaterThan(0);
    expect(features.sharedWords).toBeLessThan(0.6);
    expect(features.unsharedWord).toBeCloseTo(Math.log(1 + 3 / 2) / 10);
  });

  test('need a candidate', () => {
    expect(() => described([])).toThrow('no candidate');
  });
});
