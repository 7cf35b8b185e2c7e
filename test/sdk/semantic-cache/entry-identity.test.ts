import { entryIdOf, exactDigest } from '#sdk/semantic-cache/entry-identity.js';

const [here, there] = ['a'.repeat(32), 'b'.repeat(32)];

describe('what tells entries apart', () => {
  test('is scope and prompt, the letters of the prompt aside', () => {
    expect(exactDigest(here, 'How do I pay?')).toBe(exactDigest(here, 'how do i PAY?'));
    expect(exactDigest(here, 'how do i pay?')).not.toBe(exactDigest(there, 'how do i pay?'));
    expect(exactDigest(here, 'how do i pay?')).not.toBe(exactDigest(here, 'how do i pray?'));
  });

  test('and all attributes, in any order', () => {
    expect(entryIdOf(here, { a: '1', b: '2' })).toBe(entryIdOf(here, { b: '2', a: '1' }));
    const ids = [entryIdOf(here, {}), entryIdOf(here, { a: '1' }), entryIdOf(here, { a: '2' }), entryIdOf(there, {})];
    expect(new Set(ids).size).toBe(4);
  });
});
