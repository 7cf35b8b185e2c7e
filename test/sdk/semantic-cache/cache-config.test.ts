import { checkedConfig } from '#sdk/semantic-cache/cache-config.js';

describe('the configuration of a cache', () => {
  test.each([
    { maxErrorRate: 2 },
    { auditRate: -0.1 },
    { minSimilarity: 85 },
    { similarityFloor: -1 },
    { candidatesMax: 0 },
    { candidatesMax: 101 },
    { defaultTtlMs: 0 },
    { promptCharsMax: 0 },
    { responseCharsMax: 1.5 },
    { trailLength: -1 },
  ])('refuses %j, and says what it expects', (config) => {
    const [name = ''] = Object.keys(config);
    const message = expect.stringContaining(`expected ${name} to be`);
    expect(() => checkedConfig(config)).toThrow(expect.objectContaining({ code: 'invalid-configuration', message }));
  });

  test('is complete without any setting', () => {
    expect(checkedConfig({})).toEqual({
      ...{ maxErrorRate: 0.01, auditRate: 0.05, minSimilarity: undefined, similarityFloor: 0, candidatesMax: 12 },
      ...{ defaultTtlMs: null, promptCharsMax: 32_768, responseCharsMax: 1_048_576 },
      ...{ trailLength: 0, trailPrompts: false },
    });
  });
});
