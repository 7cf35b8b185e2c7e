/**
 * The grammar of FT.SEARCH: options in any order behind the query, each as Valkey's or Redis's search has it. Options
 * that only order, weigh or cut text are read and change nothing; options that would change which documents are found,
 * and are not implemented, are refused by name.
 */
import type { ByteSlice } from '../../base/byte-slice.js';
import { parseInteger } from '../../base/integer.js';
import type { ReplyError } from '../../errors.js';
import { nameText } from '../../search/index-definition.js';
import { searchErrorFor, searchErrors } from '../../search/search-errors.js';
import type { ArgumentParser } from '../argument-parser.js';
import { countedArguments, upperText } from './option-parser.js';

const TIMEOUT_MS_MAX = 60_000;
const LIMIT_MAX = 1_000_000;
const DIALECT_MAX = 4;

/** A column of the reply: what to read, and what to call it. */
export interface ReturnedField {
  readonly name: ByteSlice;
  readonly as: ByteSlice;
}

export interface FtSearchArguments {
  readonly index: string;
  readonly query: ByteSlice;
  withContent: boolean;
  withScores: boolean;
  withPayloads: boolean;
  withSortKeys: boolean;
  /** Undefined: every field. */
  returned: readonly ReturnedField[] | undefined;
  sortBy: { readonly name: string; readonly order: 'ASC' | 'DESC' } | undefined;
  offset: number;
  count: number;
  readonly parameters: Map<string, Uint8Array>;
  /** Undefined: the server's default. */
  timeoutMs: number | undefined;
}

type OptionReader = (args: ArgumentParser, draft: FtSearchArguments) => void;

const OPTIONS: ReadonlyMap<string, OptionReader> = new Map<string, OptionReader>([
  [
    'NOCONTENT',
    (_args, draft) => {
      draft.withContent = false;
    },
  ],
  [
    'WITHSCORES',
    (_args, draft) => {
      draft.withScores = true;
    },
  ],
  [
    'WITHPAYLOADS',
    (_args, draft) => {
      draft.withPayloads = true;
    },
  ],
  [
    'WITHSORTKEYS',
    (_args, draft) => {
      draft.withSortKeys = true;
    },
  ],
  ['RETURN', readReturn],
  ['SORTBY', readSortBy],
  ['LIMIT', readLimit],
  ['PARAMS', readParameters],
  ['TIMEOUT', readTimeout],
  ['DIALECT', (args) => void readInteger(args, 'DIALECT', 1, DIALECT_MAX, searchErrors.dialect)],
  ['INFIELDS', (args) => void countedArguments(args, 'INFIELDS')],
  ...['SLOP', 'LANGUAGE', 'EXPANDER', 'SCORER', 'PAYLOAD'].map((name) => [name, skipValue(name)] as const),
  ...['VERBATIM', 'NOSTOPWORDS', 'INORDER'].map((name) => [name, skipNothing] as const),
  ...['LOCALONLY', 'ALLSHARDS', 'SOMESHARDS', 'CONSISTENT', 'INCONSISTENT'].map((name) => [name, skipNothing] as const),
  ['FILTER', refuse('FILTER', 'write @field:[min max] in the query')],
  ['GEOFILTER', refuse('GEOFILTER', 'there are no GEO fields')],
  ['INKEYS', refuse('INKEYS', 'read those keys instead')],
  ['SUMMARIZE', refuse('SUMMARIZE', 'there is no text search')],
  ['HIGHLIGHT', refuse('HIGHLIGHT', 'there is no text search')],
  ['EXPLAINSCORE', refuse('EXPLAINSCORE', 'every document has the same score')],
]);

/** Reads the arguments of FT.SEARCH. Every mistake is latched in `args`. */
export function parseFtSearch(args: ArgumentParser): FtSearchArguments {
  const draft: FtSearchArguments = {
    index: args.bytes().latin1(),
    query: args.bytes(),
    withContent: true,
    withScores: false,
    withPayloads: false,
    withSortKeys: false,
    returned: undefined,
    sortBy: undefined,
    offset: 0,
    count: 10,
    parameters: new Map(),
    timeoutMs: undefined,
  };
  while (args.remaining > 0) {
    const word = args.bytes();
    const read = OPTIONS.get(upperText(word));
    if (read === undefined) args.fail(searchErrorFor.unexpectedArgument(nameText(word)));
    else read(args, draft);
  }
  return draft;
}

/** `RETURN count {name [AS alias]}`: the count includes `AS alias`; none at all is NOCONTENT. */
function readReturn(args: ArgumentParser, draft: FtSearchArguments): void {
  const tokens = countedArguments(args, 'RETURN');
  const returned: ReturnedField[] = [];
  for (let at = 0; at < tokens.length; at++) {
    const name = tokens[at];
    if (name === undefined) break;
    const next = tokens[at + 1];
    if (next === undefined || upperText(next) !== 'AS') {
      returned.push({ name, as: name });
      continue;
    }
    const as = tokens[at + 2];
    if (as === undefined) {
      args.fail(searchErrorFor.missingArguments('RETURN'));
      break;
    }
    returned.push({ name, as });
    at += 2;
  }
  draft.returned = returned;
  if (tokens.length === 0) draft.withContent = false;
}

function readSortBy(args: ArgumentParser, draft: FtSearchArguments): void {
  if (args.remaining === 0) args.fail(searchErrorFor.missingArguments('SORTBY'));
  const name = nameText(args.bytes()).replace(/^@/, '');
  const order = args.flag('DESC') ? 'DESC' : 'ASC';
  if (order === 'ASC') args.flag('ASC');
  draft.sortBy = { name, order };
}

function readLimit(args: ArgumentParser, draft: FtSearchArguments): void {
  draft.offset = readInteger(args, 'LIMIT', 0, Number.MAX_SAFE_INTEGER, searchErrors.limit);
  draft.count = readInteger(args, 'LIMIT', 0, Number.MAX_SAFE_INTEGER, searchErrors.limit);
  if (draft.offset > LIMIT_MAX || draft.count > LIMIT_MAX) args.fail(searchErrorFor.limitTooLarge(LIMIT_MAX));
}

function readParameters(args: ArgumentParser, draft: FtSearchArguments): void {
  const tokens = countedArguments(args, 'PARAMS');
  if (tokens.length % 2 !== 0) args.fail(searchErrors.parametersInPairs);
  for (let at = 0; at + 1 < tokens.length; at += 2) {
    const [name, value] = tokens.slice(at, at + 2);
    if (name === undefined || value === undefined) break;
    const text = nameText(name);
    if (draft.parameters.has(text)) args.fail(searchErrorFor.duplicateParameter(text));
    draft.parameters.set(text, value.view());
  }
}

/** 0 is no limit to Redis; here it is the longest there is. */
function readTimeout(args: ArgumentParser, draft: FtSearchArguments): void {
  const timeoutMs = readInteger(args, 'TIMEOUT', 0, TIMEOUT_MS_MAX, searchErrors.timeout);
  draft.timeoutMs = timeoutMs === 0 ? TIMEOUT_MS_MAX : timeoutMs;
}

function readInteger(args: ArgumentParser, option: string, min: number, max: number, error: ReplyError): number {
  if (args.remaining === 0) args.fail(searchErrorFor.missingArguments(option));
  const text = args.bytes();
  const value = parseInteger(text.buffer, text.start, text.end) ?? -1;
  if (value < min || value > max) args.fail(error);
  return value;
}

function skipValue(option: string): OptionReader {
  return (args) => {
    if (args.remaining === 0) args.fail(searchErrorFor.missingArguments(option));
    args.bytes();
  };
}

function skipNothing(): void {
  // The option changes nothing here.
}

function refuse(option: string, instead: string): OptionReader {
  return (args) => args.fail(searchErrorFor.unsupportedArgument(option, instead));
}
