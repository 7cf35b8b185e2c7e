import { defaultQueryLimits, schemaLimits } from '#index/limits.js';

describe('limits', () => {
  it('have defaults within their bounds', () => {
    for (const { default: value, min, max } of [
      schemaLimits.initialCap,
      schemaLimits.blockSize,
      schemaLimits.m,
      schemaLimits.efConstruction,
      schemaLimits.efRuntime,
    ]) {
      expect(value).toBeGreaterThanOrEqual(min);
      expect(value).toBeLessThanOrEqual(max);
    }
  });

  it('are positive for every query', () => {
    for (const limit of Object.values(defaultQueryLimits)) expect(limit).toBeGreaterThan(0);
  });
});
