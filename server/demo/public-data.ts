/**
 * Reads two public collections of questions with their intents, if the caller has them: Banking77's training file and
 * CLINC150's complete file. Questions of one intent count as answerable by one answer; CLINC150's out-of-scope
 * questions share an answer with none.
 */
import { z } from 'zod';
import type { LabelledPrompt } from './evaluation.js';

/** Banking77: CSV with the columns text and category. */
export function parseBanking77(csv: string): LabelledPrompt[] {
  return parseCsv(csv)
    .slice(1)
    .flatMap(([text, label]) => (text === undefined || label === undefined ? [] : [{ text: text.trim(), label }]));
}

const pairs = z.array(z.tuple([z.string(), z.string()]));
const clincSchema = z.object({ train: pairs, oos_test: pairs });

export function parseClinc150(json: string): LabelledPrompt[] {
  const { train, oos_test: outOfScope } = clincSchema.parse(JSON.parse(json));
  return [...train.map(([text, label]) => ({ text, label })), ...outOfScope.map(([text]) => ({ text, label: null }))];
}

/** RFC 4180: fields in quotes may hold commas, line ends and doubled quotes. */
export function parseCsv(csv: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    if (quoted === undefined && plain === '' && end === '' && row.length === 0) break;
    row.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** `count` of the items in random order; `random` answers numbers from 0 up to 1. */
export function sample<T>(items: readonly T[], count: number, random: () => number): T[] {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [a, b] = [shuffled[last], shuffled[other]];
    if (a === undefined || b === undefined) continue;
    shuffled[last] = b;
    shuffled[other] = a;
  }
  return shuffled.slice(0, count);
}

/** A small reproducible source of numbers from 0 up to 1 (Lehmer's generator, MINSTD). */
export function seededRandom(seed: number): () => number {
  let state = (seed % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
