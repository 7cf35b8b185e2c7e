/**
 * Stores the help desk in a cache, asks everything, and counts. A hit is right when it is the entry that answers the
 * question, wrong when it is any other; latencies are of whole requests, one at a time, warm-up left out.
 */
import type { CacheClient, FoundAnswer } from './cache-client.js';
import type { HelpDesk } from './help-desk.js';

export interface Tally {
  readonly name: string;
  readonly asked: number;
  readonly rightHits: number;
  readonly wrongHits: number;
}

export interface Latency {
  readonly name: string;
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export interface WrongHit {
  readonly asked: string;
  readonly answeredAs: string;
  readonly similarity: number;
}

export interface DemoResult {
  readonly entries: number;
  /** Every question as it was stored. */
  readonly questions: Tally;
  /** All paraphrases, then those of each style. */
  readonly paraphrases: readonly Tally[];
  /** All traps, then those of each kind. */
  readonly traps: readonly Tally[];
  readonly wrongHits: readonly WrongHit[];
  readonly latencies: readonly Latency[];
}

/** Exact hits are cheap: asking more often makes their p99 mean something. */
const EXACT_ROUNDS = 3;

interface Asked {
  readonly text: string;
  readonly group: string;
  /** The entry that answers it, null when none does. */
  readonly expected: string | null;
}

interface Answer extends Asked {
  readonly found: FoundAnswer | undefined;
  readonly latencyMs: number;
}

/** `nowMs`: a monotonic clock. */
export async function runDemo(
  desk: HelpDesk,
  cache: CacheClient,
  warmUp: CacheClient,
  nowMs: () => number,
): Promise<DemoResult> {
  await warmUp.store('Is this the first question?', 'It loads the model.');
  await warmUp.search('Would this be the second question?');

  const deskIds = new Map<string, string>();
  const storeMs: number[] = [];
  for (const { id, question, answer } of desk.entries) {
    const startMs = nowMs();
    deskIds.set(await cache.store(question, answer), id);
    storeMs.push(nowMs() - startMs);
  }
  const ask = async (all: readonly Asked[]): Promise<Answer[]> => {
    const answers: Answer[] = [];
    for (const asked of all) {
      const startMs = nowMs();
      const found = await cache.search(asked.text);
      answers.push({ ...asked, found, latencyMs: nowMs() - startMs });
    }
    return answers;
  };
  const questions: Answer[] = [];
  for (let round = 0; round < EXACT_ROUNDS; round++) questions.push(...(await ask(questionsOf(desk))));
  const paraphrases = await ask(paraphrasesOf(desk));
  const traps = await ask(trapsOf(desk));

  const isRight = ({ found, expected }: Answer): boolean =>
    found !== undefined && deskIds.get(found.entryId) === expected;
  const answers = [...questions, ...paraphrases, ...traps];
  return {
    entries: deskIds.size,
    questions: tally('questions as stored', questions, isRight),
    paraphrases: tallies('paraphrases', paraphrases, isRight),
    traps: tallies('traps', traps, isRight),
    wrongHits: answers.flatMap((answer) => {
      if (answer.found === undefined || isRight(answer)) return [];
      const answeredAs = deskIds.get(answer.found.entryId) ?? answer.found.entryId;
      return [{ asked: answer.text, answeredAs, similarity: answer.found.similarity }];
    }),
    latencies: [
      latency('store', storeMs),
      latency('exact hit', latenciesOf(answers, 'exact')),
      latency('semantic hit', latenciesOf(answers, 'semantic')),
      latency('miss', latenciesOf(answers, undefined)),
    ],
  };
}

function questionsOf({ entries }: HelpDesk): Asked[] {
  return entries.map(({ id, question }) => ({ text: question, group: 'as stored', expected: id }));
}

function paraphrasesOf({ entries }: HelpDesk): Asked[] {
  return entries.flatMap(({ id, paraphrases }) =>
    paraphrases.map(({ style, text }) => ({ text, group: style, expected: id })),
  );
}

function trapsOf({ traps }: HelpDesk): Asked[] {
  return traps.map(({ prompt, kind, expected }) => ({ text: prompt, group: kind, expected }));
}

function tallies(name: string, answers: readonly Answer[], isRight: (answer: Answer) => boolean): Tally[] {
  const groups = [...new Set(answers.map(({ group }) => group))];
  return [
    tally(name, answers, isRight),
    ...groups.map((group) =>
      tally(
        group,
        answers.filter((answer) => answer.group === group),
        isRight,
      ),
    ),
  ];
}

function tally(name: string, answers: readonly Answer[], isRight: (answer: Answer) => boolean): Tally {
  const hits = answers.filter(({ found }) => found !== undefined);
  const rightHits = hits.filter(isRight).length;
  return { name, asked: answers.length, rightHits, wrongHits: hits.length - rightHits };
}

function latenciesOf(answers: readonly Answer[], tier: FoundAnswer['tier'] | undefined): number[] {
  return answers.filter(({ found }) => found?.tier === tier).map(({ latencyMs }) => latencyMs);
}

function latency(name: string, valuesMs: readonly number[]): Latency {
  const sorted = valuesMs.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { name, count: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99) };
}
