/**
 * `npm run bench -- quality`: how many questions a semantic cache with the shipped defaults answers, and how many of its answers
 * are wrong. The two public collections are not part of the product: their folder is named by --data.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Embedder, FunctionEmbedder, PackagedEmbedder } from '#sdk/mod.js';
import type { LabelledPrompt } from '#server/demo/evaluation.js';
import { parseBanking77 } from '#server/demo/public-data.js';
import { withSections } from '../page.js';
import { measureCosts } from './decision-costs.js';
import { costSection, PAGE_HEAD, SECTION_TITLES, streamSection, trapSection } from './report.js';
import { openCache, runStream, type StreamOutcome } from './streams.js';
import { drawPairs, tryPairs } from './trap-trial.js';

export const QUALITY_PARTS = ['clinc150', 'banking77', 'traps', 'costs'] as const;
export type QualityPart = (typeof QUALITY_PARTS)[number];

export interface QualityOptions {
  /** Holds clinc150/data_full.json and banking77/train.csv. */
  readonly data: string;
  readonly seed: number;
  /** Orders of each stream. */
  readonly rounds: number;
  readonly parts: readonly QualityPart[];
  readonly write: boolean;
}

const PAGE = fileURLToPath(new URL('../../../../docs/cache-quality.md', import.meta.url));
const PAIRS_PER_KIND = 220;
const EMBEDDED_AT_ONCE = 1024;
const STREAMS = {
  clinc150: { maxErrorRate: 0.01, read: readClinc150 },
  banking77: { maxErrorRate: 0.02, read: readBanking77 },
} as const;

export async function benchQuality({ data, seed, rounds, parts, write }: QualityOptions): Promise<void> {
  if (data === '') throw new Error('--data=FOLDER holds clinc150/data_full.json and banking77/train.csv');
  const sections = new Map<QualityPart, string>();
  const packaged = new PackagedEmbedder();
  try {
    for (const part of parts) {
      sections.set(part, await measure(part, { data, seed, rounds, packaged }));
      process.stdout.write(`\n${SECTION_TITLES[part]}\n\n${sections.get(part)}\n`);
    }
  } finally {
    await packaged.close();
  }
  if (!write) return;
  const page = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  writeFileSync(PAGE, withSections(page, PAGE_HEAD, SECTION_TITLES, sections));
}

interface Trial {
  readonly data: string;
  readonly seed: number;
  readonly rounds: number;
  readonly packaged: PackagedEmbedder;
}

async function measure(part: QualityPart, trial: Trial): Promise<string> {
  const { data, seed, rounds, packaged } = trial;
  switch (part) {
    case 'clinc150':
    case 'banking77': {
      const { maxErrorRate, read } = STREAMS[part];
      const prompts = read(data);
      const embedder = await embedOnce(
        packaged,
        prompts.map(({ text }) => text),
      );
      const outcomes: StreamOutcome[] = [];
      for (let round = 0; round < rounds; round++) {
        outcomes.push(await runStream(openCache(embedder, seed + round, maxErrorRate), prompts, seed + round));
      }
      return streamSection(maxErrorRate, outcomes);
    }
    case 'traps': {
      const pairs = drawPairs(seed, PAIRS_PER_KIND);
      const { maxErrorRate, read } = STREAMS.clinc150;
      const prompts = read(data);
      const asked = pairs.flatMap((kind) => kind.pairs.flatMap(({ question, other }) => [question, other]));
      const embedder = await embedOnce(packaged, [...prompts.map(({ text }) => text), ...asked]);
      const cold = await tryPairs(openCache(embedder, seed, maxErrorRate), pairs);
      const learned = openCache(embedder, seed, maxErrorRate);
      await runStream(learned, prompts, seed);
      return trapSection(seed, cold, await tryPairs(learned, pairs));
    }
    case 'costs':
      return costSection(
        measureCosts(
          readBanking77(data).map(({ text }) => text),
          seed,
        ),
      );
  }
}

/** Answers from vectors that the packaged embedder made beforehand: each text is embedded once for all orders. */
async function embedOnce(packaged: PackagedEmbedder, texts: readonly string[]): Promise<Embedder> {
  const different = [...new Set(texts.map((text) => text.trim()))];
  const vectors = new Map<string, Float32Array>();
  for (let start = 0; start < different.length; start += EMBEDDED_AT_ONCE) {
    const slice = different.slice(start, start + EMBEDDED_AT_ONCE);
    for (const [place, vector] of (await packaged.embed(slice)).entries()) vectors.set(slice[place] ?? '', vector);
  }
  return new FunctionEmbedder({
    id: packaged.id,
    dimension: packaged.dimension,
    embed: (asked) => Promise.all(asked.map(async (text) => vectors.get(text) ?? (await one(packaged, text)))),
  });
}

async function one(embedder: Embedder, text: string): Promise<Float32Array> {
  const [vector] = await embedder.embed([text]);
  if (vector === undefined) throw new Error('the embedder answered no vector');
  return vector;
}

function readBanking77(folder: string): LabelledPrompt[] {
  return parseBanking77(readFileSync(join(folder, 'banking77/train.csv'), 'utf8'));
}

const labelled = z.array(z.tuple([z.string(), z.string()]));
const clincSchema = z.record(z.string(), labelled);
const OUT_OF_SCOPE = 'oos';

/** All parts of the collection; what is out of scope shares an answer with nothing. */
function readClinc150(folder: string): LabelledPrompt[] {
  const parts = clincSchema.parse(JSON.parse(readFileSync(join(folder, 'clinc150/data_full.json'), 'utf8')));
  return Object.values(parts).flatMap((rows) =>
    rows.map(([text, intent]) => ({ text, label: intent === OUT_OF_SCOPE ? null : intent })),
  );
}
