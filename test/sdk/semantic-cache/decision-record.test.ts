import type { Candidate } from '#sdk/semantic-cache/cache-index.js';
import { scopeDigest } from '#sdk/semantic-cache/cache-scope.js';
import {
  DecisionNotes,
  decisionRecord,
  featuresByName,
  featuresOfRecord,
} from '#sdk/semantic-cache/decision-record.js';
import type { Assessment } from '#sdk/semantic-cache/hit-decider.js';

const id = (digit: string): string => digit.repeat(32);
const near = (digit: string, distance: number): Candidate => ({
  entryId: id(digit),
  prompt: 'a secret',
  exact: id(digit),
  answerGroup: id(digit),
  distance,
});
const scope = {
  namespace: 'acme',
  model: 'm-1',
  systemPrompt: 'a secret',
  conversation: 'a secret',
  parameters: { tools: [], seed: undefined, sampling: { temperature: 0 } },
  attributes: { region: 'eu' },
};
const frame = {
  scope,
  scopeDigest: scopeDigest(scope),
  exact: id('e'),
  embedderId: 'words-1',
  tiers: ['exact', 'semantic'] as const,
  minSimilarity: undefined,
  maxErrorRate: 0.01,
};
const features = [1, 0.9, 1, 0.1, 0.8, 0.2, 0.9];
const refused: Assessment = {
  similarity: 0.9,
  guard: { ok: false, rule: 'number' },
  features,
  decision: { verdict: 'serve', probability: 0.97, boundary: 0.9 },
  reason: 'refused-by-guard',
};

describe('a decision record', () => {
  test('holds what was found out, in the form of its schema, and no words of prompts', () => {
    const notes = new DecisionNotes();
    notes.candidates = [near('a', 0.1), near('b', 1.2), near('e', -1e-9)];
    notes.assessed(id('a'), refused);
    const record = notes.record(frame, { status: 'miss', reason: 'refused-by-guard' }, undefined);
    expect(decisionRecord.parse(JSON.parse(JSON.stringify(record)))).toEqual(record);
    expect(record).toMatchObject({
      scope: { namespace: 'acme', model: 'm-1', attributes: { region: 'eu' } },
      minSimilarity: null,
      maxErrorRate: 0.01,
      boundary: 0.9,
      candidates: [
        { entryId: id('a'), similarity: 0.9, guard: 'refused', refusedBy: 'number', probability: 0.97 },
        { entryId: id('b'), similarity: 0, isSameQuestion: false },
        { entryId: id('e'), similarity: 1, isSameQuestion: true },
      ],
    });
    expect(Object.keys(record.scope.parameters ?? {})).toEqual(['tools', 'sampling']);
    expect(JSON.stringify(record)).not.toContain('secret');
    expect(notes.record(frame, { status: 'miss', reason: 'x' }, 'a secret').prompt).toBe('a secret');
  });

  test('tells parts of scopes apart, each by itself', () => {
    const record = (more: object) =>
      new DecisionNotes().record({ ...frame, scope: { ...scope, ...more } }, { status: 'miss', reason: 'x' }, undefined)
        .scope;
    expect(record({ systemPrompt: 'another' }).systemPrompt).not.toBe(record({}).systemPrompt);
    expect(record({ systemPrompt: 'another' }).conversation).toBe(record({}).conversation);
    expect(record({ parameters: { tools: [1] } }).parameters?.tools).not.toBe(record({}).parameters?.tools);
  });

  test('keeps what was decided about a candidate, whatever is said of it later', () => {
    const notes = new DecisionNotes();
    notes.candidates = [near('a', 0.1)];
    notes.assessed(id('a'), refused);
    notes.alsoAssessed(id('a'), { ...refused, guard: { ok: true } });
    expect(notes.decided).toBe(refused);
    expect(notes.record(frame, { status: 'miss', reason: 'x' }, undefined)).toMatchObject({
      candidates: [{ guard: 'refused' }],
      decidedAbout: id('a'),
    });
  });

  test('is brief where records are many: the nearest, the one decided about, and whose it is', () => {
    const notes = new DecisionNotes();
    notes.candidates = ['a', 'b', 'c', 'd'].map((digit) => near(digit, 0.1));
    notes.assessed(id('d'), refused);
    const record = notes.briefRecord(frame, { status: 'miss', reason: 'x' }, undefined);
    expect(record.candidates.map(({ entryId }) => entryId)).toEqual([id('a'), id('b'), id('d')]);
    expect(record.scope).toEqual({ digest: frame.scopeDigest, namespace: 'acme', model: 'm-1' });
    expect(decisionRecord.parse(record)).toEqual(record);
  });

  test('gives features back as the verifier takes them, and none of another version', () => {
    expect(featuresOfRecord({ features: featuresByName(features) })).toEqual(features);
    expect(featuresOfRecord({ features: { similarity: 1 } })).toBeUndefined();
    expect(featuresOfRecord({})).toBeUndefined();
  });
});
