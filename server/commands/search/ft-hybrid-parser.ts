/** The grammar of FT.HYBRID: a search by words, a vector, how both are fused, and steps as FT.AGGREGATE has them. */
import type { Fusion, ScorerName } from '@nearkey/index';
import type { ByteSlice } from '../../base/byte-slice.js';
import { parseDouble } from '../../base/double.js';
import { parseInteger } from '../../base/integer.js';
import type { HybridWish } from '../../search/aggregate-executor.js';
import { nameText } from '../../search/index-definition.js';
import { searchErrorFor, searchErrors } from '../../search/search-errors.js';
import type { AggregateQuestion } from '../../search/search-service.js';
import type { ArgumentParser } from '../argument-parser.js';
import { boundedSteps, type StepsDraft, stepReaders } from './aggregate-step-parser.js';
import { type CursorOptions, readCursorOptions } from './ft-aggregate-parser.js';
import { readParameters, readScorer, readText, readTimeout, skipValue } from './ft-search-parser.js';
import { countedArguments, readDialect, readInteger, upperText } from './option-parser.js';

const K_DEFAULT = 10;
const WINDOW_DEFAULT = 20;
const RRF_CONSTANT_DEFAULT = 60;
const LINEAR_DEFAULT = { alpha: 0.3, beta: 0.7 };
const LIMIT_DEFAULT = { kind: 'limit', offset: 0, count: 10 } as const;
const WINDOW_MAX = 10_000;
/** The parameter of BM25STD.TANH, and the bound of the setting of that name. */
const TANH_FACTOR = 'BM25STD_TANH_FACTOR';
const TANH_FACTOR_MAX = 10_000;
/** The parameter that stands for a vector that is written out. */
const OWN_PARAMETER = '__vsim';
/** What the query language is to call the distance. */
const DISTANCE = '__vsim_distance';

export interface FtHybridArguments {
  readonly index: string;
  readonly question: AggregateQuestion;
  readonly wish: HybridWish;
  readonly cursor: CursorOptions | undefined;
}

interface Draft extends StepsDraft {
  readonly parameters: Map<string, Uint8Array>;
  timeoutMs: number | undefined;
  scorer: ScorerName | undefined;
  tanhFactor: number | undefined;
  cursor: CursorOptions | undefined;
  readonly names: { words: string | undefined; near: string | undefined; fused: string | undefined };
  vector: Map<string, string>;
  vectorKind: 'KNN' | 'RANGE';
  filter: string | undefined;
  fusion: Fusion;
  window: number;
  /** The clause that is being read: FILTER means another thing behind VSIM than behind COMBINE. */
  clause: 'words' | 'near' | 'fused';
}

type OptionReader = (args: ArgumentParser, draft: Draft) => void;

const OPTIONS: ReadonlyMap<string, OptionReader> = new Map<string, OptionReader>([
  ...stepReaders,
  ['FILTER', readFilter],
  ['PARAMS', readParameters],
  ['TIMEOUT', readTimeout],
  ['DIALECT', readDialect],
  ['FORMAT', skipValue('FORMAT')],
  ['KNN', (args, draft) => readVectorOptions(args, draft, 'KNN')],
  ['RANGE', (args, draft) => readVectorOptions(args, draft, 'RANGE')],
  ['COMBINE', readCombine],
  [
    'YIELD_SCORE_AS',
    (args, draft) => {
      draft.names[draft.clause] = readText(args, 'YIELD_SCORE_AS');
    },
  ],
  ['POLICY', skipValue('POLICY')],
  ['BATCH_SIZE', skipValue('BATCH_SIZE')],
  [
    'WITHCURSOR',
    (args, draft) => {
      draft.cursor = readCursorOptions(args);
    },
  ],
  // Rows are in the order of their scores either way.
  ['NOSORT', () => undefined],
]);

export function parseFtHybrid(args: ArgumentParser): FtHybridArguments {
  return parseHybridOptions(args, args.bytes());
}

/** The same behind the index. */
export function parseHybridOptions(args: ArgumentParser, name: ByteSlice): FtHybridArguments {
  const index = name.latin1();
  if (!args.flag('SEARCH')) args.fail(searchErrors.hybridClauses);
  const query = args.bytes();
  const draft: Draft = {
    steps: [],
    parameters: new Map(),
    timeoutMs: undefined,
    scorer: undefined,
    tanhFactor: undefined,
    cursor: undefined,
    names: { words: undefined, near: undefined, fused: undefined },
    vector: new Map(),
    vectorKind: 'KNN',
    filter: undefined,
    fusion: { kind: 'RRF', constant: RRF_CONSTANT_DEFAULT },
    window: WINDOW_DEFAULT,
    clause: 'words',
  };
  for (;;) {
    if (args.flag('SCORER')) readScorer(args, draft);
    else if (draft.scorer === 'BM25STD.TANH' && args.flag(TANH_FACTOR)) draft.tanhFactor = readTanhFactor(args);
    else if (args.flag('YIELD_SCORE_AS')) draft.names.words = readText(args, 'YIELD_SCORE_AS');
    else break;
  }
  if (!args.flag('VSIM')) args.fail(searchErrors.hybridClauses);
  draft.clause = 'near';
  const field = readText(args, 'VSIM').replace(/^@/, '');
  const blob = args.bytes();
  const parameter = nameText(blob);
  while (args.remaining > 0) {
    const word = args.bytes();
    const read = OPTIONS.get(upperText(word));
    if (read === undefined) args.fail(searchErrorFor.unexpectedArgument(nameText(word)));
    else read(args, draft);
  }
  const isNamed = parameter.startsWith('$') && draft.parameters.has(parameter.slice(1));
  if (!isNamed) draft.parameters.set(OWN_PARAMETER, blob.copy());
  const { parameters, timeoutMs, scorer, tanhFactor, fusion, window, names, cursor } = draft;
  const steps = boundedSteps(draft);
  const near = nearText(draft, field, isNamed ? parameter : `$${OWN_PARAMETER}`);
  const isShaped = steps.some(({ kind }) => kind === 'load' || kind === 'group');
  const isBounded = steps.some(({ kind }) => kind === 'limit' || kind === 'group');
  const bounded = isBounded ? steps : [...steps, LIMIT_DEFAULT];
  return {
    index,
    question: { query, parameters, steps: bounded, scorer, tanhFactor, timeoutMs },
    wish: { near, field, fusion, window, names, showsKeys: !isShaped },
    cursor,
  };
}

function readTanhFactor(args: ArgumentParser): number {
  return readInteger(args, TANH_FACTOR, 1, TANH_FACTOR_MAX, searchErrorFor.badCount(TANH_FACTOR));
}

/** What is near, as FT.SEARCH would be asked for it. */
function nearText({ vector, vectorKind, filter }: Draft, field: string, parameter: string): string {
  if (vectorKind === 'KNN') {
    const ef = vector.get('EF_RUNTIME');
    const options = ef === undefined ? '' : ` EF_RUNTIME ${ef}`;
    return `(${filter ?? '*'})=>[KNN ${vector.get('K') ?? K_DEFAULT} @${field} ${parameter}${options} AS ${DISTANCE}]`;
  }
  const epsilon = vector.get('EPSILON');
  const attributes = `$YIELD_DISTANCE_AS: ${DISTANCE}${epsilon === undefined ? '' : `; $EPSILON: ${epsilon}`}`;
  const range = `@${field}:[VECTOR_RANGE ${vector.get('RADIUS') ?? '0'} ${parameter}]=>{${attributes}}`;
  return filter === undefined ? range : `${range} (${filter})`;
}

/** `count {name value}`, of which YIELD_SCORE_AS may be one. */
function readPairs(args: ArgumentParser, option: string): Map<string, string> {
  const tokens = countedArguments(args, option);
  if (tokens.length % 2 !== 0) args.fail(searchErrorFor.badCount(option));
  const pairs = new Map<string, string>();
  for (let at = 0; at + 1 < tokens.length; at += 2) {
    const [name, value] = tokens.slice(at, at + 2);
    if (name !== undefined && value !== undefined) pairs.set(upperText(name), nameText(value));
  }
  return pairs;
}

function readVectorOptions(args: ArgumentParser, draft: Draft, kind: 'KNN' | 'RANGE'): void {
  draft.vector = readPairs(args, kind);
  draft.vectorKind = kind;
  draft.names.near = draft.vector.get('YIELD_SCORE_AS') ?? draft.names.near;
}

function readCombine(args: ArgumentParser, draft: Draft): void {
  draft.clause = 'fused';
  const isLinear = args.flag('LINEAR');
  if (!isLinear && !args.flag('RRF')) args.fail(searchErrorFor.unexpectedArgument(readText(args, 'COMBINE')));
  const pairs = readPairs(args, 'COMBINE');
  const number = (name: string, otherwise: number): number => {
    const text = pairs.get(name);
    const value = text === undefined ? otherwise : parseDouble(text);
    if (value === undefined || !(value >= 0)) args.fail(searchErrorFor.badCount(name));
    return value ?? otherwise;
  };
  draft.window = Math.min(WINDOW_MAX, Math.max(1, Math.trunc(number('WINDOW', WINDOW_DEFAULT))));
  draft.names.fused = pairs.get('YIELD_SCORE_AS') ?? draft.names.fused;
  draft.fusion = isLinear
    ? { kind: 'LINEAR', alpha: number('ALPHA', LINEAR_DEFAULT.alpha), beta: number('BETA', LINEAR_DEFAULT.beta) }
    : { kind: 'RRF', constant: number('CONSTANT', RRF_CONSTANT_DEFAULT) };
}

/** Behind VSIM `FILTER query` or `FILTER count query ...`, behind COMBINE an expression. */
function readFilter(args: ArgumentParser, draft: Draft): void {
  if (draft.clause === 'fused' || draft.steps.length > 0) {
    draft.steps.push({ kind: 'filter', expression: readText(args, 'FILTER') });
    return;
  }
  const next = args.peek();
  const isCounted = next !== undefined && parseInteger(next.buffer, next.start, next.end) !== undefined;
  if (isCounted) args.bytes();
  draft.filter = readText(args, 'FILTER');
}
