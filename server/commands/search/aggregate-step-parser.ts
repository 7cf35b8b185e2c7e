/** The grammar of the steps that FT.AGGREGATE and FT.HYBRID share, each of which may come again. */
import type { ReducerCall, SortKey, Step } from '@nearkey/index';
import type { ByteSlice } from '../../base/byte-slice.js';
import { parseInteger } from '../../base/integer.js';
import { nameText } from '../../search/index-definition.js';
import { searchErrorFor } from '../../search/search-errors.js';
import type { ArgumentParser } from '../argument-parser.js';
import { readLimit, readText } from './ft-search-parser.js';
import { countedArguments, upperText } from './option-parser.js';

/** Rows that SORTBY keeps, where neither MAX nor LIMIT says how many. */
const sortedRowsDefault = 10;

/** A step as it is written: a SORTBY may leave open how many rows it keeps, and 0 is all of them. */
type WrittenStep =
  | Exclude<Step, { readonly kind: 'sort' }>
  | { readonly kind: 'sort'; readonly keys: readonly SortKey[]; readonly max: number | undefined };

/** The steps read so far. */
export interface StepsDraft {
  readonly steps: WrittenStep[];
}

type StepReader = (args: ArgumentParser, draft: StepsDraft) => void;

export const stepReaders: ReadonlyMap<string, StepReader> = new Map<string, StepReader>([
  ['LOAD', readLoad],
  ['APPLY', readApply],
  ['FILTER', (args, { steps }) => void steps.push({ kind: 'filter', expression: readText(args, 'FILTER') })],
  ['GROUPBY', readGroup],
  ['SORTBY', readSort],
  ['LIMIT', readLimitStep],
]);

/** `LOAD *` or `LOAD count {name [AS alias]}`: the count includes `AS alias`. */
function readLoad(args: ArgumentParser, { steps }: StepsDraft): void {
  if (args.flag('*')) {
    steps.push({ kind: 'load', fields: undefined });
    return;
  }
  const tokens = countedArguments(args, 'LOAD').map((token) => ({ text: nameText(token), upper: upperText(token) }));
  const fields = [];
  for (let at = 0; at < tokens.length; at++) {
    const name = tokens[at]?.text ?? '';
    const own = name.startsWith('@') ? name.slice(1) : name;
    if (tokens[at + 1]?.upper !== 'AS') {
      fields.push({ name, as: own });
      continue;
    }
    const as = tokens[at + 2]?.text;
    if (as === undefined) args.fail(searchErrorFor.missingArguments('LOAD'));
    fields.push({ name, as: as ?? own });
    at += 2;
  }
  steps.push({ kind: 'load', fields });
}

/** `APPLY expression AS name`. */
function readApply(args: ArgumentParser, { steps }: StepsDraft): void {
  const expression = readText(args, 'APPLY');
  const as = args.flag('AS') ? readText(args, 'AS') : expression;
  steps.push({ kind: 'apply', expression, as: as.startsWith('@') ? as.slice(1) : as });
}

/** `GROUPBY count {@property} {REDUCE function count {argument} [AS name]}`. */
function readGroup(args: ArgumentParser, { steps }: StepsDraft): void {
  const keys = countedArguments(args, 'GROUPBY').map(nameText);
  const unnamed = keys.find((key) => !key.startsWith('@'));
  if (unnamed !== undefined) args.fail(searchErrorFor.unknownProperty('GROUPBY', unnamed));
  const reducers: ReducerCall[] = [];
  while (args.flag('REDUCE')) {
    const name = readText(args, 'REDUCE');
    const values = countedArguments(args, name.toUpperCase()).map(nameText);
    reducers.push({ name, arguments: values, as: args.flag('AS') ? readText(args, 'AS') : undefined });
  }
  steps.push({ kind: 'group', keys, reducers });
}

/** `SORTBY count {@property [ASC | DESC]} [MAX count]`. Some clients count MAX, too, and some do not count the last direction. */
function readSort(args: ArgumentParser, { steps }: StepsDraft): void {
  const tokens = countedArguments(args, 'SORTBY');
  const keys: SortKey[] = [];
  let max: number | undefined;
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) break;
    const word = upperText(token);
    const last = keys.at(-1);
    if (word === 'MAX') {
      const counted = tokens[++at];
      max = counted === undefined ? readMax(args) : maxIn(args, counted);
    } else if ((word === 'ASC' || word === 'DESC') && last !== undefined) {
      keys[keys.length - 1] = { ...last, order: word };
    } else {
      keys.push({ name: nameText(token), order: 'ASC' });
    }
  }
  const last = keys.at(-1);
  if (last !== undefined && args.flag('DESC')) keys[keys.length - 1] = { ...last, order: 'DESC' };
  else if (last !== undefined) args.flag('ASC');
  if (args.flag('MAX')) max = readMax(args);
  steps.push({ kind: 'sort', keys, max });
}

function readLimitStep(args: ArgumentParser, { steps }: StepsDraft): void {
  const limit = { offset: 0, count: 0 };
  readLimit(args, limit);
  steps.push({ kind: 'limit', ...limit });
}

function readMax(args: ArgumentParser): number {
  if (args.remaining === 0) args.fail(searchErrorFor.missingArguments('MAX'));
  return maxIn(args, args.bytes());
}

function maxIn(args: ArgumentParser, text: ByteSlice): number {
  const max = parseInteger(text.buffer, text.start, text.end) ?? -1;
  if (max < 0) args.fail(searchErrorFor.badCount('MAX'));
  return max;
}

/**
 * The steps as they are run: a SORTBY keeps as many rows as its MAX says, or the LIMIT beside it needs, or ten. A LIMIT directly
 * ahead of it is one behind it.
 */
export function boundedSteps({ steps }: StepsDraft): Step[] {
  const ordered = [...steps];
  for (let at = 1; at < ordered.length; at++) {
    const [before, step] = ordered.slice(at - 1, at + 1);
    if (before?.kind === 'limit' && step?.kind === 'sort') ordered.splice(at - 1, 2, step, before);
  }
  return ordered.map((step, at): Step => {
    if (step.kind !== 'sort') return step;
    const next = ordered[at + 1];
    const needed = next?.kind === 'limit' ? next.offset + next.count : sortedRowsDefault;
    return { ...step, max: step.max === 0 ? Number.POSITIVE_INFINITY : (step.max ?? needed) };
  });
}
