/**
 * What a lookup decided, and by what: the one form in which `explain` answers, the trail keeps, and a replay decides again.
 *
 * It holds numbers and digests, no words of a prompt or an answer, unless whoever makes it puts the prompt in. Parts of a scope that are
 * long or private are there as digests: two records show which part kept two requests apart, and not what it said.
 */
import { z } from 'zod';
import type { Candidate } from './cache-index.js';
import { type CacheScope, canonicalJson } from './cache-scope.js';
import { featureNames } from './decision/features.js';
import { type Digest, digestOf, digestPattern } from './digest.js';
import type { Assessment } from './hit-decider.js';

const digest = z.string().regex(digestPattern);
const fraction = z.number().min(0).max(1);

const scopeParts = z.object({
  digest: digest.describe('Of all parts: only entries with the same one are compared.'),
  namespace: z.string().optional().describe('Tenant, user or application: whoever may share answers.'),
  provider: z.string().optional(),
  model: z.string().optional(),
  systemPrompt: digest.optional(),
  conversation: digest.optional(),
  parameters: z.record(z.string(), digest).optional(),
  attributes: z.record(z.string(), z.string()).optional(),
});

const candidate = z.object({
  entryId: digest,
  similarity: fraction,
  answerGroup: z.string().describe('Entries of one group are known to have the same answer.'),
  isSameQuestion: z.boolean().describe('The prompts are equal but for case and white space.'),
  guard: z.enum(['passed', 'refused']).optional().describe('Absent where the trap guard was not asked.'),
  refusedBy: z.string().optional().describe("The guard's rule."),
  probability: fraction.optional().describe('That its answer is right, as the verifier sees it.'),
});

const outcome = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('hit'),
    tier: z.enum(['exact', 'semantic']),
    entryId: digest,
    similarity: fraction,
    probability: fraction.optional(),
  }),
  z.object({ status: z.literal('miss'), reason: z.string() }),
]);

export const decisionRecord = z.object({
  scope: scopeParts,
  exact: digest.describe('Of scope and prompt: equal for questions of which one answer serves all.'),
  prompt: z.string().optional().describe('Left out unless prompts are to be kept.'),
  embedderId: z.string(),
  tiers: z.array(z.enum(['exact', 'semantic'])),
  minSimilarity: fraction.nullable().describe('Least similarity that was asked for; null: none.'),
  maxErrorRate: fraction.nullable().describe('The error budget of this lookup; null: a fixed similarity decides.'),
  boundary: z
    .number()
    .nullable()
    .describe('What the probability had to reach; null while a similarity decides. Above 1: nothing is served.'),
  candidates: z.array(candidate).describe('The nearest entries of the scope, the nearest first.'),
  decidedAbout: digest.optional().describe('The entry of them that was served, or not; absent when there was none.'),
  features: z
    .record(z.string(), z.number())
    .optional()
    .describe('What the verifier saw of the candidate that was decided about, by name.'),
  outcome,
});

export type DecisionRecord = z.infer<typeof decisionRecord>;
export type DecisionOutcome = DecisionRecord['outcome'];

/** Candidates that a brief record tells of. */
const BRIEF_CANDIDATES = 2;

/** What is known of a lookup before it asks anything. */
export interface DecisionFrame {
  readonly scope: CacheScope;
  readonly scopeDigest: Digest;
  readonly exact: Digest;
  readonly embedderId: string;
  readonly tiers: readonly ('exact' | 'semantic')[];
  readonly minSimilarity: number | undefined;
  readonly maxErrorRate: number | undefined;
}

/** What a lookup finds on its way, as it finds it. One object a lookup. */
export class DecisionNotes {
  candidates: readonly Candidate[] = [];
  readonly #assessments = new Map<Digest, Assessment>();
  #decidedAbout: Digest | undefined;

  /** @param assessment of a candidate; the last that is noted is the one that was decided by */
  assessed(entryId: Digest, assessment: Assessment): void {
    this.#assessments.set(entryId, assessment);
    this.#decidedAbout = entryId;
  }

  /** Of the candidate that was decided about. */
  get decided(): Assessment | undefined {
    return this.#decidedAbout === undefined ? undefined : this.#assessments.get(this.#decidedAbout);
  }

  /** What could be said of candidates that were not reached. */
  alsoAssessed(entryId: Digest, assessment: Assessment): void {
    if (!this.#assessments.has(entryId)) this.#assessments.set(entryId, assessment);
  }

  /** @param prompt undefined leaves it out */
  record(frame: DecisionFrame, outcome: DecisionOutcome, prompt: string | undefined): DecisionRecord {
    return this.#record(frame, outcome, prompt, partsOf(frame.scope, frame.scopeDigest), this.candidates);
  }

  /** With as much as says who was answered and why: for records that are many. */
  briefRecord(frame: DecisionFrame, outcome: DecisionOutcome, prompt: string | undefined): DecisionRecord {
    const { namespace, provider, model } = frame.scope;
    const scope = partsOf({ namespace, provider, model }, frame.scopeDigest);
    const isTold = ({ entryId }: Candidate, place: number): boolean =>
      place < BRIEF_CANDIDATES || entryId === this.#decidedAbout;
    return this.#record(frame, outcome, prompt, scope, this.candidates.filter(isTold));
  }

  #record(
    frame: DecisionFrame,
    outcome: DecisionOutcome,
    prompt: string | undefined,
    scope: DecisionRecord['scope'],
    candidates: readonly Candidate[],
  ): DecisionRecord {
    const { decided } = this;
    return {
      scope,
      exact: frame.exact,
      ...(prompt === undefined ? {} : { prompt }),
      embedderId: frame.embedderId,
      tiers: [...frame.tiers],
      minSimilarity: frame.minSimilarity ?? null,
      maxErrorRate: frame.maxErrorRate ?? null,
      boundary: decided?.decision?.boundary ?? null,
      candidates: candidates.map((each) => this.#candidate(each, frame.exact)),
      ...(this.#decidedAbout === undefined ? {} : { decidedAbout: this.#decidedAbout }),
      ...(decided?.features === undefined ? {} : { features: featuresByName(decided.features) }),
      outcome,
    };
  }

  #candidate(
    { entryId, distance, answerGroup, exact }: Candidate,
    asked: Digest,
  ): DecisionRecord['candidates'][number] {
    const assessment = this.#assessments.get(entryId);
    const guard = assessment?.guard;
    const probability = assessment?.decision?.probability;
    return {
      entryId,
      similarity: Math.min(1, Math.max(0, 1 - distance)),
      answerGroup,
      isSameQuestion: exact === asked,
      ...(guard === undefined ? {} : { guard: guard.ok ? 'passed' : 'refused' }),
      ...(guard === undefined || guard.ok ? {} : { refusedBy: guard.rule }),
      ...(probability === undefined ? {} : { probability }),
    };
  }
}

/** The features of a record, in the order in which the verifier takes them; undefined when it has none, or others. */
export function featuresOfRecord({ features }: Pick<DecisionRecord, 'features'>): readonly number[] | undefined {
  const values = featureNames.map((name) => features?.[name]);
  return values.every((value) => value !== undefined) ? values : undefined;
}

export function featuresByName(features: readonly number[]): { [name: string]: number } {
  return Object.fromEntries(featureNames.map((name, at) => [name, features[at] ?? 0]));
}

const partDomain = 'nearkey-scope-part-1';

function partsOf(scope: CacheScope, digest: Digest): DecisionRecord['scope'] {
  const { namespace, provider, model, systemPrompt, conversation, parameters, attributes } = scope;
  const part = (text: string): Digest => digestOf(partDomain, [text]);
  return {
    digest,
    ...(namespace === undefined ? {} : { namespace }),
    ...(provider === undefined ? {} : { provider }),
    ...(model === undefined ? {} : { model }),
    ...(systemPrompt === undefined ? {} : { systemPrompt: part(systemPrompt) }),
    ...(conversation === undefined ? {} : { conversation: part(conversation) }),
    ...(parameters === undefined
      ? {}
      : {
          parameters: Object.fromEntries(
            Object.entries(parameters).flatMap(([name, value]) =>
              value === undefined ? [] : [[name, part(canonicalJson(value))]],
            ),
          ),
        }),
    ...(attributes === undefined ? {} : { attributes: { ...attributes } }),
  };
}
