import fc from 'fast-check';
import { type LlmRequest, llmScope } from '#sdk/llm/llm-request.js';
import { canonicalJson, type JsonValue, scopeDigest } from '#sdk/semantic-cache/cache-scope.js';

const text = fc.string({ unit: 'binary', maxLength: 6 });
const json: fc.Arbitrary<JsonValue> = fc.jsonValue({ maxDepth: 2 });
const members = fc.dictionary(text, json, { maxKeys: 3 });
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(value, { nil: undefined });

const scoped = {
  tenant: optional(text),
  provider: text,
  format: text,
  model: text,
  systemPrompt: optional(text),
  tools: fc.array(fc.record({ name: text, isHosted: fc.boolean(), definition: json }), { maxLength: 2 }),
  toolChoice: optional(json),
  responseFormat: optional(json),
  sampling: fc
    .tuple(members, optional(fc.double({ noNaN: true, noDefaultInfinity: true })))
    .map(([others, temperature]) => ({ ...others, temperature })),
  conversation: json,
  media: fc.array(json, { maxLength: 2 }),
  other: members,
  attributes: fc.dictionary(text, text, { maxKeys: 3 }),
} as const;

const requests: fc.Arbitrary<LlmRequest> = fc.record({
  ...scoped,
  lastUserTurn: text,
  delivery: fc.record({ isStream: fc.boolean(), endUser: optional(text) }),
});

const names = [
  ...(['tenant', 'provider', 'format', 'model', 'systemPrompt', 'tools', 'toolChoice', 'responseFormat'] as const),
  ...(['sampling', 'conversation', 'media', 'other', 'attributes'] as const),
];

const digestOf = (request: LlmRequest): string => scopeDigest(llmScope(request).scope);

describe('llmScope', () => {
  test('changes whenever any one field changes', () => {
    fc.assert(
      fc.property(requests, requests, fc.constantFrom(...names), (request, other, name) => {
        const changed: LlmRequest = { ...request, [name]: other[name] };
        expect(digestOf(changed) === digestOf(request)).toBe(plain(changed[name]) === plain(request[name]));
      }),
      { numRuns: 3000 },
    );
  });

  test('has a case here for every field of a request', () => {
    fc.assert(
      fc.property(requests, (request) => {
        expect(Object.keys(request).sort()).toEqual([...names, 'lastUserTurn', 'delivery'].sort());
      }),
      { numRuns: 1 },
    );
  });

  test('leaves out the last user turn, which may be similar, and how the answer travels', () => {
    fc.assert(
      fc.property(requests, requests, (request, { lastUserTurn, delivery }) => {
        const asked: LlmRequest = { ...request, lastUserTurn, delivery };
        expect(llmScope(asked).scope).toEqual(llmScope(request).scope);
        expect(llmScope(asked).prompt).toBe(lastUserTurn);
      }),
    );
  });

  test('moves nothing from one field to another', () => {
    const bare: LlmRequest = {
      provider: 'p',
      format: 'f',
      model: 'm',
      tools: [],
      sampling: {},
      conversation: null,
      lastUserTurn: 'hello',
      media: [],
      other: {},
      delivery: { isStream: false },
      attributes: {},
    };
    const variants: LlmRequest[] = [
      bare,
      { ...bare, tenant: 'x' },
      { ...bare, systemPrompt: 'x' },
      { ...bare, toolChoice: 'x' },
      { ...bare, responseFormat: 'x' },
      { ...bare, conversation: 'x' },
      { ...bare, media: ['x'] },
      { ...bare, other: { seed: 1 } },
      { ...bare, sampling: { seed: 1 } },
      { ...bare, attributes: { seed: '1' } },
    ];
    expect(new Set(variants.map(digestOf)).size).toBe(variants.length);
  });

  test('stays what it is: stored answers are found by it', () => {
    expect(
      digestOf({
        tenant: 'acme',
        provider: 'openai',
        format: 'openai-chat',
        model: 'gpt-5',
        tools: [],
        sampling: { temperature: 0 },
        conversation: [],
        lastUserTurn: 'hello',
        media: [],
        other: {},
        delivery: { isStream: true },
        attributes: {},
      }),
    ).toBe('a1bb45024714e9a986e181994b2c2fec');
  });
});

function plain(value: unknown): string {
  return value === undefined ? 'undefined' : canonicalJson(JSON.parse(JSON.stringify(value)));
}
