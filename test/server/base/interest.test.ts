import { Interest } from '#server/base/interest.js';

describe('Interest', () => {
  test('is there when it has been said', () => {
    const interest = new Interest();
    expect(interest.exists).toBe(false);
    interest.exists = true;
    expect(interest.exists).toBe(true);
    expect(new Interest(true).exists).toBe(true);
  });
});
