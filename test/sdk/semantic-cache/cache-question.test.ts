import { checkedConfig } from '#sdk/semantic-cache/cache-config.js';
import { frameOf, type LookupRequest, type PreparedQuestion, questionOf } from '#sdk/semantic-cache/cache-question.js';
import { scopeDigest } from '#sdk/semantic-cache/cache-scope.js';
import { exactDigest } from '#sdk/semantic-cache/entry-identity.js';

const lookupId = 'e'.repeat(32);
const ask = (request: LookupRequest, settings = {}, identity?: PreparedQuestion) =>
  questionOf(request, { config: checkedConfig(settings), lookupId, identity });

describe('a question', () => {
  test('is its request, checked and complete', () => {
    const scope = scopeDigest({ model: 'm' });
    expect(ask({ prompt: ' How ', scope: { model: 'm' } })).toMatchObject({
      ...{ prompt: 'How', scope, exact: exactDigest(scope, 'How'), attributes: {}, lookupId },
      ...{ minSimilarity: undefined, maxErrorRate: undefined, tiers: ['exact', 'semantic'] },
    });
    expect(ask({ prompt: 'x', minSimilarity: 0.1 }, { similarityFloor: 0.9 }).minSimilarity).toBe(0.9);
    expect(ask({ prompt: 'x' }, { minSimilarity: 0.7 }).minSimilarity).toBe(0.7);
  });

  test('is not made out again where it is known', () => {
    const identity = { prompt: 'known', scope: 'a'.repeat(32), exact: 'b'.repeat(32), vector: undefined };
    const { vector, ...known } = identity;
    expect(ask({ prompt: 'x' }, {}, identity)).toMatchObject(known);
  });

  test.each([
    ['an empty prompt', { prompt: '' }],
    ['a prompt beyond the limit', { prompt: 'x'.repeat(32_769) }],
    ['a negative similarity', { prompt: 'x', minSimilarity: -0.1 }],
    ['a share of errors above 1', { prompt: 'x', maxErrorRate: 2 }],
    ['a bad attribute name', { prompt: 'x', attributes: { 'a b': 'c' } }],
  ])('is none with %s', (_name, request) => {
    expect(() => ask(request)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });

  test('is written down with the stricter share of errors, where there is a budget', () => {
    const request = { prompt: 'x', maxErrorRate: 0.5 };
    expect(frameOf(ask(request), request, 'e-1', 0.01)).toMatchObject({
      maxErrorRate: 0.01,
      embedderId: 'e-1',
      scope: {},
    });
    expect(frameOf(ask({ prompt: 'x', maxErrorRate: 0.001 }), request, 'e-1', 0.01).maxErrorRate).toBe(0.001);
    expect(frameOf(ask(request), request, 'e-1', undefined).maxErrorRate).toBeUndefined();
  });
});
