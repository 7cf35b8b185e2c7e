/**
 * `nearkey cache train --namespace CACHE`: says what a cache's own feedback is worth to its verifier, by heads fitted to it and judged by
 * labels they have not seen, and stores what was learned and not written down. Speaks to the store by RESP; no embedder is needed.
 */
import { type Commander, featureNames, type HeadQuality, type Training, trainCache } from '@nearkey/sdk';
import { type Mistake, readToolArguments, type ToolForm } from './tool-arguments.js';

export interface TrainRequest {
  readonly cacheId: string;
  /** `redis://` or `rediss://`. */
  readonly store: string;
  readonly embedder: { readonly id: string; readonly dimension: number };
  readonly maxErrorRate: number;
  readonly isDry: boolean;
}

export const trainUsage = `Usage: nearkey cache train --namespace CACHE [--store URL] [--max-error-rate R] [--embedder ID:DIMENSION] [--dry-run]

Fits the verifier of a cache to its labels (answers after misses, shadow questions, votes), apart from the process that serves, and prints
how well it foretells labels it has not seen. Labels of ended processes that were never written down are stored: serving processes
take them over with what they learn next.
--store URL               where the cache lies (redis://127.0.0.1:6379)
--max-error-rate R        the error budget that the boundary is placed for, 0 to 1 (0.01)
--embedder ID:DIMENSION   whose similarities were learned from (use-lite-en-1:512)
--dry-run                 stores nothing
`;

const form: ToolForm = {
  options: new Map([
    ['--namespace', undefined],
    ['--store', 'redis://127.0.0.1:6379'],
    ['--max-error-rate', '0.01'],
    ['--embedder', 'use-lite-en-1:512'],
  ]),
  switches: new Set(['--dry-run']),
};

/** @param argv what follows `cache train` */
export function parseTrainArguments(argv: readonly string[]): TrainRequest | Mistake {
  const typed = readToolArguments(argv, form);
  if ('mistake' in typed) return typed;
  const { options, switches } = typed;
  const cacheId = options.get('--namespace');
  const store = options.get('--store') ?? '';
  const rate = options.get('--max-error-rate') ?? '';
  const named = options.get('--embedder') ?? '';
  if (cacheId === undefined) return { mistake: 'there is no cache named: --namespace CACHE' };
  if (!/^rediss?:\/\//.test(store)) return { mistake: '--store needs a redis:// or rediss:// address' };
  const maxErrorRate = rate.trim() === '' ? Number.NaN : Number(rate);
  if (!(maxErrorRate >= 0 && maxErrorRate <= 1)) return { mistake: '--max-error-rate needs a number from 0 to 1' };
  const [, id, dimension] = /^([a-z0-9.-]+):([1-9]\d{0,4})$/.exec(named) ?? [];
  if (id === undefined) return { mistake: '--embedder needs ID:DIMENSION' };
  return {
    cacheId,
    store,
    embedder: { id, dimension: Number(dimension) },
    maxErrorRate,
    isDry: switches.has('--dry-run'),
  };
}

/** @returns what is printed. @throws Error in words of the store */
export async function runTrain(request: TrainRequest, commander: Commander, nowMs: number): Promise<string> {
  const { cacheId, embedder, maxErrorRate, isDry } = request;
  return reportOf(request, await trainCache({ commander, cacheId, embedder, maxErrorRate, isDry, nowMs }));
}

function reportOf({ cacheId, isDry, maxErrorRate }: TrainRequest, { head, lost, pending }: Training): string {
  if (head === undefined) return `${cacheId} has no labels to learn from\n`;
  const { labels, wrong, requests, before, after, weights, boundary, servedShare } = head;
  const stored = isDry ? 'would be stored' : 'stored';
  const served =
    requests === 0 ? 'no requests to place it for' : `${percent(servedShare)} of ${requests} requests served`;
  return [
    `${cacheId}: ${labels} labels, ${wrong} of them wrong answers; ${lost} were never written down: ${stored}; ${pending} still to be written by who serves`,
    '',
    'judged by labels not learned from    log loss   errors     calibration',
    `before: the prior                    ${row(before)}`,
    `after: fitted, cross-validated       ${row(after)}`,
    '',
    `boundary at a maximum error rate of ${maxErrorRate}: ${boundary > 1 ? 'nothing is served' : boundary.toFixed(4)} (${served})`,
    `weights: ${featureNames.map((name, at) => `${name} ${(weights[at] ?? 0).toFixed(2)}`).join(', ')}`,
    '',
  ].join('\n');
}

function row({ logLoss, errorRate, calibrationError }: HeadQuality): string {
  return `${logLoss.toFixed(4).padEnd(11)}${percent(errorRate).padEnd(11)}${calibrationError.toFixed(4)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
