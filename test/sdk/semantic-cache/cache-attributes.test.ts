import fc from 'fast-check';
import { attributeTokens, checkedAttributes } from '#sdk/semantic-cache/cache-attributes.js';

const pairs = fc.dictionary(fc.string({ maxLength: 5 }), fc.string({ unit: 'binary', maxLength: 5 }), { maxKeys: 4 });

describe('attributeTokens', () => {
  test('holds nothing that a query could read as its own syntax', () => {
    fc.assert(
      fc.property(pairs, (attributes) => {
        for (const token of attributeTokens(attributes)) expect(token).toMatch(/^[0-9a-f]{32}$/);
      }),
    );
  });

  test('is equal exactly when the attributes are', () => {
    expect(attributeTokens({ a: '1', b: '2' })).toEqual(attributeTokens({ b: '2', a: '1' }));
    expect(attributeTokens({ a: 'x=y' })).not.toEqual(attributeTokens({ 'a=x': 'y' }));
    expect(attributeTokens({ user: 'A' })).not.toEqual(attributeTokens({ user: 'a' }));
  });
});

describe('checkedAttributes', () => {
  test('takes open names and any text as a value', () => {
    const attributes = { language: 'de', 'doc.id-1_x': 'a, b | {c} "d" \n @e' };
    expect(checkedAttributes(attributes)).toEqual(attributes);
    expect(checkedAttributes(undefined)).toEqual({});
  });

  test.each([
    ['a name with a space', { 'a b': 'x' }, 'name'],
    ['an empty name', { '': 'x' }, 'name'],
    ['the name __proto__', JSON.parse('{"__proto__": "x"}'), 'name'],
    ['an empty value', { a: '' }, 'value of attribute a'],
    ['a value beyond the limit', { a: 'x'.repeat(1025) }, 'value of attribute a'],
    ['a value that is no text', JSON.parse('{"a": 1}'), 'value of attribute a'],
    ['too many', Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`a${index}`, 'x'])), 'at most 32'],
  ])('refuses %s', (_name, attributes, message) => {
    expect(() => checkedAttributes(attributes)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
    expect(() => checkedAttributes(attributes)).toThrow(message);
  });
});
