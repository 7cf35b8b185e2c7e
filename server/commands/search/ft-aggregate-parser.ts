/** The grammar of FT.AGGREGATE: options and steps in any order behind the query, steps in the order they are run in. */
import type { ScorerName, Step } from '@nearkey/index';
import type { ByteSlice } from '../../base/byte-slice.js';
import { nameText } from '../../search/index-definition.js';
import { searchErrorFor, searchErrors } from '../../search/search-errors.js';
import type { AggregateQuestion } from '../../search/search-service.js';
import type { ArgumentParser } from '../argument-parser.js';
import { boundedSteps, type StepsDraft, stepReaders } from './aggregate-step-parser.js';
import { readParameters, readScorer, readText, readTimeout, skipValue, type WordOptions } from './ft-search-parser.js';
import { readDialect, readInteger, upperText } from './option-parser.js';

const SLOP_MAX = 2 ** 31 - 1;
/** Rows of one reading of a cursor. */
const READ_ROWS_MAX = 1_000_000;
export const readRowsDefault = 1000;

/** What WITHCURSOR asks for. */
export interface CursorOptions {
  readonly count: number;
  /** Undefined: the longest there is. */
  readonly idleMsMax: number | undefined;
}

export interface FtAggregateArguments {
  readonly index: string;
  readonly query: ByteSlice;
  readonly steps: readonly Step[];
  readonly parameters: ReadonlyMap<string, Uint8Array>;
  readonly timeoutMs: number | undefined;
  readonly words: WordOptions;
  readonly scorer: ScorerName | undefined;
  readonly addScores: boolean;
  readonly cursor: CursorOptions | undefined;
}

interface Draft extends StepsDraft {
  readonly parameters: Map<string, Uint8Array>;
  timeoutMs: number | undefined;
  readonly words: WordOptions;
  scorer: ScorerName | undefined;
  addScores: boolean;
  cursor: CursorOptions | undefined;
}

type OptionReader = (args: ArgumentParser, draft: Draft) => void;

const OPTIONS: ReadonlyMap<string, OptionReader> = new Map<string, OptionReader>([
  ...stepReaders,
  ['PARAMS', readParameters],
  ['TIMEOUT', readTimeout],
  ['DIALECT', readDialect],
  ['SCORER', readScorer],
  [
    'ADDSCORES',
    (_args, draft) => {
      draft.addScores = true;
    },
  ],
  [
    'WITHCURSOR',
    (args, draft) => {
      draft.cursor = readCursorOptions(args);
    },
  ],
  [
    'VERBATIM',
    (_args, draft) => {
      draft.words.verbatim = true;
    },
  ],
  [
    'INORDER',
    (_args, draft) => {
      draft.words.inOrder = true;
    },
  ],
  [
    'SLOP',
    (args, draft) => {
      draft.words.slop = readInteger(args, 'SLOP', 0, SLOP_MAX, searchErrors.slop);
    },
  ],
  [
    'LANGUAGE',
    (args, draft) => {
      draft.words.language = readText(args, 'LANGUAGE').toLowerCase();
    },
  ],
  ['FORMAT', skipValue('FORMAT')],
  // The first number of a reply is what it is, whether it is asked for or not.
  ...['WITHCOUNT', 'WITHOUTCOUNT'].map((name) => [name, skipNothing] as const),
  ...['LOCALONLY', 'ALLSHARDS', 'SOMESHARDS', 'CONSISTENT', 'INCONSISTENT'].map((name) => [name, skipNothing] as const),
]);

export function parseFtAggregate(args: ArgumentParser): FtAggregateArguments {
  return parseAggregateOptions(args, args.bytes(), args.bytes());
}

/** The same behind index and query. */
export function parseAggregateOptions(args: ArgumentParser, index: ByteSlice, query: ByteSlice): FtAggregateArguments {
  const draft: Draft = {
    steps: [],
    parameters: new Map(),
    timeoutMs: undefined,
    words: {},
    scorer: undefined,
    addScores: false,
    cursor: undefined,
  };
  while (args.remaining > 0) {
    const word = args.bytes();
    const read = OPTIONS.get(upperText(word));
    if (read === undefined) args.fail(searchErrorFor.unexpectedArgument(nameText(word)));
    else read(args, draft);
  }
  return { ...draft, index: index.latin1(), query, steps: boundedSteps(draft) };
}

/** What the arguments ask the search for. */
export function aggregateQuestion({ addScores, ...parsed }: FtAggregateArguments): AggregateQuestion {
  return { ...parsed, scores: addScores ? 'wanted' : undefined };
}

/** `[COUNT rows] [MAXIDLE milliseconds]`, in either order. */
export function readCursorOptions(args: ArgumentParser): CursorOptions {
  let count = readRowsDefault;
  let idleMsMax: number | undefined;
  for (;;) {
    if (args.flag('COUNT')) count = readRows(args);
    else if (args.flag('MAXIDLE')) idleMsMax = readInteger(args, 'MAXIDLE', 1, 2 ** 31 - 1, searchErrors.cursorIdle);
    else return { count, idleMsMax };
  }
}

/** The value of COUNT of a reading. */
export function readRows(args: ArgumentParser): number {
  return readInteger(args, 'COUNT', 1, READ_ROWS_MAX, searchErrors.cursorCount);
}

function skipNothing(): void {
  // The option changes nothing here.
}
