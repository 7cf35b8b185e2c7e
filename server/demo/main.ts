/**
 * `npm run demo`: a help desk in the semantic cache of a real server, asked in other words and with traps, and a table
 * of how often it answered and how often wrongly.
 */
import { parseArgs } from 'node:util';
import { PackagedEmbedder } from '@nearkey/sdk';
import { z } from 'zod';
import { createCacheClient } from './cache-client.js';
import { renderDemo, type Similarities } from './demo-report.js';
import { runDemo } from './demo-run.js';
import { startDemoServer } from './demo-server.js';
import { similarity } from './evaluation.js';
import { type HelpDesk, loadHelpDesk } from './help-desk.js';

const USAGE = `npm run demo -- [--json] [--min-similarity 0..1]

  --json             print the figures as JSON
  --min-similarity   similarity a semantic hit needs; the server's default otherwise
`;

const minSimilaritySchema = z.coerce.number().min(0).max(1).optional();

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      'min-similarity': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (options.help) {
    process.stdout.write(USAGE);
    return;
  }
  const minSimilarity = minSimilaritySchema.parse(options['min-similarity']);
  const desk = loadHelpDesk();
  const server = await startDemoServer();
  try {
    const cache = createCacheClient(server.origin, 'help-desk', minSimilarity);
    const warmUp = createCacheClient(server.origin, 'warm-up', minSimilarity);
    const result = await runDemo(desk, cache, warmUp, () => performance.now());
    const report = { ...result, company: desk.company, minSimilarity, similarities: await similaritiesOf(desk) };
    process.stdout.write(options.json ? `${JSON.stringify(report, undefined, 2)}\n` : renderDemo(report));
  } finally {
    await server.stop();
  }
}

/** The server tells the similarity of hits only; the histogram is about all prompts. */
async function similaritiesOf({ entries, traps }: HelpDesk): Promise<Similarities> {
  const embedder = new PackagedEmbedder();
  try {
    const questions = await embedder.embed(entries.map(({ question }) => question));
    const vectorOf = new Map(entries.map(({ id }, position) => [id, questions[position]]));
    const toNear = async (prompts: readonly { text: string; near: string }[]): Promise<number[]> => {
      const vectors = await embedder.embed(prompts.map(({ text }) => text));
      return prompts.flatMap(({ near }, position) => {
        const [a, b] = [vectorOf.get(near), vectors[position]];
        return a === undefined || b === undefined ? [] : [similarity(a, b)];
      });
    };
    return {
      paraphrases: await toNear(
        entries.flatMap(({ id, paraphrases }) => paraphrases.map(({ text }) => ({ text, near: id }))),
      ),
      traps: await toNear(traps.map(({ prompt, near }) => ({ text: prompt, near }))),
    };
  } finally {
    await embedder.close();
  }
}

try {
  await main();
} catch (error) {
  process.stderr.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
