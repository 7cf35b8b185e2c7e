import { type CacheEvidence, evidenceHeaders, type ServedEvidence, servedMetadata } from '#sdk/llm/evidence.js';

const hit: CacheEvidence = {
  status: 'hit',
  tier: 'semantic',
  similarity: 0.93217,
  probability: 0.991,
  entryId: '0'.repeat(32),
  hitId: '1'.repeat(32),
  ageMs: 61_500,
};
const miss: CacheEvidence = {
  status: 'miss',
  reason: 'refused-by-guard',
  nearest: { entryId: 'e', similarity: 0.97, refusedBy: 'number', probability: 0.9 },
};

describe('evidenceHeaders', () => {
  test('say which entry answered, how similar it is and how old', () => {
    expect(evidenceHeaders(hit, {})).toEqual({
      'x-nearkey-cache': 'hit',
      'x-nearkey-cache-tier': 'semantic',
      'x-nearkey-cache-similarity': '0.9322',
      'x-nearkey-cache-probability': '0.9910',
      'x-nearkey-cache-entry': '0'.repeat(32),
      'x-nearkey-cache-hit': '1'.repeat(32),
      age: '61',
    });
    expect(evidenceHeaders({ status: 'shared', tier: 'exact', similarity: 1 }, {})).toEqual({
      'x-nearkey-cache': 'shared',
      'x-nearkey-cache-tier': 'exact',
      'x-nearkey-cache-similarity': '1.0000',
    });
  });

  test('say why there was no answer, and what was nearest', () => {
    expect(evidenceHeaders(miss, {})).toEqual({
      'x-nearkey-cache': 'miss',
      'x-nearkey-cache-reason': 'refused-by-guard',
      'x-nearkey-cache-nearest': 'e',
      'x-nearkey-cache-similarity': '0.9700',
      'x-nearkey-cache-refused-by': 'number',
      'x-nearkey-cache-probability': '0.9000',
    });
    expect(evidenceHeaders({ status: 'bypass', reason: 'media' }, {})).toEqual({
      'x-nearkey-cache': 'bypass',
      'x-nearkey-cache-reason': 'media',
    });
  });

  test.each([
    ['cf-aig-cache-ttl', 'cf-aig-cache-status', ['HIT', 'MISS', 'MISS']],
    ['helicone-cache-seed', 'helicone-cache', ['HIT', 'MISS', 'MISS']],
    ['x-vsr-cache-control', 'x-vsr-cache-hit', ['true', 'false', 'false']],
    ['x-portkey-cache-namespace', 'x-portkey-cache-status', ['SEMANTIC HIT', 'SEMANTIC MISS', 'DISABLED']],
    ['cache-control', 'x-cache-status', ['Hit', 'Miss', 'Bypass']],
    ['x-litellm-tags', 'x-litellm-semantic-similarity', ['0.9322', undefined, undefined]],
  ] as const)('answer %s by %s', (control, name, expected) => {
    const cases: CacheEvidence[] = [hit, miss, { status: 'bypass', reason: 'no-store' }];
    expect(cases.map((evidence) => evidenceHeaders(evidence, { [control]: 'x' })[name])).toEqual(expected);
  });

  test('tell a refresh from a miss', () => {
    const refresh: CacheEvidence = { status: 'miss', reason: 'refresh' };
    const headers = evidenceHeaders(refresh, { 'x-portkey-cache-force-refresh': 'true', 'cache-control': 'no-cache' });
    expect(headers).toMatchObject({ 'x-portkey-cache-status': 'REFRESH', 'x-cache-status': 'Refresh' });
  });
});

test('an answer that is no model’s says what it saved, where the price is known, in headers and in metadata', () => {
  const shared: ServedEvidence = { status: 'shared', tier: 'exact', similarity: 1 };
  const hit: ServedEvidence = {
    ...{
      status: 'hit',
      tier: 'semantic',
      similarity: 0.93,
      probability: undefined,
      entryId: 'e',
      hitId: 'h',
      ageMs: 0,
    },
    hitDollars: 0.000_055,
  };
  expect(evidenceHeaders(hit, {})['x-nearkey-cache-hit-dollars']).toBe('0.00005500');
  expect('x-nearkey-cache-hit-dollars' in evidenceHeaders(shared, {})).toBe(false);
  expect(servedMetadata(hit)).toEqual({
    ...{ status: 'hit', tier: 'semantic', similarity: 0.93, entryId: 'e' },
    hitDollars: 0.000_055,
  });
  expect(servedMetadata(shared)).toEqual({ status: 'shared', tier: 'exact', similarity: 1 });
});
