import fc from 'fast-check';
import { type CacheScope, canonicalJson, type JsonValue, scopeDigest } from '#sdk/semantic-cache/cache-scope.js';

const text = fc.string({ unit: 'binary', maxLength: 8 });
const json: fc.Arbitrary<JsonValue> = fc.jsonValue({ maxDepth: 2 });
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const scopes = fc.record({
  namespace: optional(text),
  provider: optional(text),
  model: optional(text),
  systemPrompt: optional(text),
  conversation: optional(text),
  parameters: optional(fc.dictionary(text, json, { maxKeys: 3 })),
  attributes: optional(fc.dictionary(text, text, { maxKeys: 3 })),
});

const names = ['namespace', 'provider', 'model', 'systemPrompt', 'conversation', 'parameters', 'attributes'] as const;

describe('scopeDigest', () => {
  test('changes whenever any one field changes', () => {
    fc.assert(
      fc.property(scopes, scopes, fc.constantFrom(...names), (scope, other, name) => {
        const changed: CacheScope = { ...scope, [name]: other[name] };
        const isSame = plain(changed[name]) === plain(scope[name]);
        expect(scopeDigest(changed) === scopeDigest(scope)).toBe(isSame);
      }),
      { numRuns: 2000 },
    );
  });

  test('moves no value from one field to another', () => {
    fc.assert(
      fc.property(
        text,
        fc.subarray(['namespace', 'provider', 'model', 'systemPrompt'] as const, { minLength: 2, maxLength: 2 }),
        (value, [a, b]) => {
          expect(scopeDigest({ [String(a)]: value })).not.toBe(scopeDigest({ [String(b)]: value }));
        },
      ),
    );
  });

  test('ignores the order of attributes and members, not the order of lists', () => {
    const one = scopeDigest({ attributes: { a: '1', b: '2' }, parameters: { tools: [{ x: 1, y: 2 }], n: null } });
    expect(scopeDigest({ attributes: { b: '2', a: '1' }, parameters: { n: null, tools: [{ y: 2, x: 1 }] } })).toBe(one);
    expect(scopeDigest({ parameters: { tools: ['a', 'b'] } })).not.toBe(
      scopeDigest({ parameters: { tools: ['b', 'a'] } }),
    );
  });

  test('takes undefined for missing, and missing for other than empty', () => {
    expect(scopeDigest({ model: undefined })).toBe(scopeDigest({}));
    expect(scopeDigest({ model: '' })).not.toBe(scopeDigest({}));
    expect(scopeDigest({ attributes: {} })).not.toBe(scopeDigest({}));
    expect(scopeDigest({ parameters: { temperature: 0 } })).not.toBe(scopeDigest({ parameters: {} }));
  });

  test('stays what it is: stored answers are found by it', () => {
    expect(scopeDigest({})).toBe('40f1bb5cbb51208fa7abe5c3c9a319a4');
    expect(scopeDigest({ namespace: 'acme', model: 'm', parameters: { temperature: 0 } })).toBe(
      'd6292b1bd282693e50ecf152ff689197',
    );
  });
});

describe('canonicalJson', () => {
  test('is JSON', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('refuses what JSON cannot hold and what is nested without end', () => {
    expect(() => canonicalJson(Number.NaN)).toThrow('finite');
    let deep: JsonValue = 1;
    for (let level = 0; level < 100; level++) deep = [deep];
    expect(() => canonicalJson(deep)).toThrow('64 levels');
  });
});

/** A comparable form that knows nothing of the code under test but the order of members. */
function plain(value: unknown): string {
  return (
    JSON.stringify(value, (_name, member: unknown) =>
      typeof member === 'object' && member !== null && !Array.isArray(member)
        ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
        : member,
    ) ?? 'missing'
  );
}
