/**
 * Measures hits and wrong hits over the similarity threshold, on the demo's help desk and, when their files are given,
 * on Banking77 and CLINC150, and writes docs/similarity-threshold.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Embedder, guard, PackagedEmbedder } from '@nearkey/sdk';
import { askAll, type LabelledPrompt, lowerTriangle, type Policy, similarity, stream } from './evaluation.js';
import { type HelpDesk, loadHelpDesk, paraphraseStyles, trapKinds } from './help-desk.js';
import { parseBanking77, parseClinc150, sample, seededRandom } from './public-data.js';
import { type Curve, chooseThreshold, renderReport, type SimilarityGroup } from './threshold-report.js';

const REPORT_FILE = new URL('../../../docs/similarity-threshold.md', import.meta.url);
const THRESHOLDS = [70, 75, 80, 82, 84, 85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 97].map(
  (hundredths) => hundredths / 100,
);
/** What the semantic cache does with a candidate that its guard refuses. */
const PRODUCT_POLICY: Policy = 'stop';
const STREAM_PROMPTS = 2_000;
const SEED = 1;

interface EmbeddedPrompt {
  readonly prompt: LabelledPrompt;
  readonly vector: Float32Array;
}

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: { banking77: { type: 'string' }, clinc150: { type: 'string' }, output: { type: 'string' } },
  });
  const embedder = new PackagedEmbedder();
  try {
    const desk = loadHelpDesk();
    const embedded = await embedDesk(embedder, desk);
    const curves = [deskCurve(embedded)];
    if (options.banking77 !== undefined) {
      curves.push(await streamCurve(embedder, 'Banking77', parseBanking77(readFileSync(options.banking77, 'utf8'))));
    }
    if (options.clinc150 !== undefined) {
      curves.push(await streamCurve(embedder, 'CLINC150', parseClinc150(readFileSync(options.clinc150, 'utf8'))));
    }
    const report = {
      embedderId: embedder.id,
      policy: PRODUCT_POLICY,
      curves,
      traps: trapCurve(embedded),
      groups: similarityGroups(desk, embedded),
    };
    const file = options.output ?? fileURLToPath(REPORT_FILE);
    writeFileSync(file, renderReport(report));
    process.stdout.write(`${file}: the default threshold is ${chooseThreshold(report) ?? 'none'}\n`);
  } finally {
    await embedder.close();
  }
}

interface EmbeddedDesk {
  readonly entries: readonly EmbeddedPrompt[];
  readonly paraphrases: readonly EmbeddedPrompt[];
  readonly traps: readonly EmbeddedPrompt[];
}

async function embedDesk(embedder: Embedder, { entries, traps }: HelpDesk): Promise<EmbeddedDesk> {
  return {
    entries: await embedAll(
      embedder,
      entries.map(({ question, id }) => ({ text: question, label: id })),
    ),
    paraphrases: await embedAll(
      embedder,
      entries.flatMap(({ id, paraphrases }) => paraphrases.map(({ text }) => ({ text, label: id }))),
    ),
    traps: await embedAll(
      embedder,
      traps.map(({ prompt, expected }) => ({ text: prompt, label: expected })),
    ),
  };
}

async function embedAll(embedder: Embedder, prompts: readonly LabelledPrompt[]): Promise<EmbeddedPrompt[]> {
  const vectors = await embedder.embed(prompts.map(({ text }) => text));
  return prompts.flatMap((prompt, position) => {
    const vector = vectors[position];
    return vector === undefined ? [] : [{ prompt, vector }];
  });
}

function perPolicy<T>(outcomes: (policy: Policy) => T): Record<Policy, T> {
  return { none: outcomes('none'), next: outcomes('next'), stop: outcomes('stop') };
}

function deskCurve({ entries, paraphrases }: EmbeddedDesk): Curve {
  return {
    title: 'Help desk',
    what: `The ${entries.length} questions of server/demo/help-desk.json are in the cache; ${paraphrases.length} paraphrases are asked.`,
    outcomes: perPolicy((policy) => askAll(entries, paraphrases, THRESHOLDS, policy, guard)),
  };
}

function trapCurve({ entries, traps }: EmbeddedDesk): Curve {
  return {
    title: 'Traps',
    what: `The same cache is asked ${traps.length} questions that look like one of its own and are not. A hit is wrong unless another entry happens to answer the trap.`,
    outcomes: perPolicy((policy) => askAll(entries, traps, THRESHOLDS, policy, guard)),
  };
}

async function streamCurve(embedder: Embedder, title: string, all: readonly LabelledPrompt[]): Promise<Curve> {
  const embedded = await embedAll(embedder, sample(all, STREAM_PROMPTS, seededRandom(SEED)));
  const prompts = embedded.map(({ prompt }) => prompt);
  const similarities = lowerTriangle(embedded.map(({ vector }) => vector));
  return {
    title,
    what: `A cache that starts empty and stores what it misses is asked ${prompts.length} questions in random order.`,
    outcomes: perPolicy((policy) =>
      THRESHOLDS.map((minSimilarity) => stream(prompts, similarities, minSimilarity, policy, guard)),
    ),
  };
}

function similarityGroups({ entries, traps }: HelpDesk, embedded: EmbeddedDesk): SimilarityGroup[] {
  const vectors = new Map(embedded.entries.map(({ prompt, vector }) => [prompt.label, vector]));
  const to = (id: string, vector: Float32Array | undefined): number[] => {
    const own = vectors.get(id);
    return own === undefined || vector === undefined ? [] : [similarity(own, vector)];
  };
  const paraphrases = entries.flatMap(({ id, paraphrases }) => paraphrases.map(({ style }) => ({ id, style })));
  return [
    ...paraphraseStyles.map((wanted) => ({
      name: `paraphrases: ${wanted}`,
      similarities: paraphrases.flatMap(({ id, style }, at) =>
        style === wanted ? to(id, embedded.paraphrases[at]?.vector) : [],
      ),
    })),
    ...trapKinds.map((wanted) => ({
      name: `traps: ${wanted}`,
      similarities: traps.flatMap(({ near, kind }, at) =>
        kind === wanted ? to(near, embedded.traps[at]?.vector) : [],
      ),
    })),
  ];
}

await main();
