/**
 * The grammar of FT.SEARCH: options in any order behind the query, each as Valkey's or Redis's search has it.
 */
import {
  type Restriction,
  type ScorerName,
  type Summary,
  scorerNames,
  type Tags,
  type TextOptions,
  unitMetres,
} from '@nearkey/index';
import type { ByteSlice } from '../../base/byte-slice.js';
import { parseDouble } from '../../base/double.js';
import { nameText } from '../../search/index-definition.js';
import { searchErrorFor, searchErrors } from '../../search/search-errors.js';
import type { SearchQuestion } from '../../search/search-service.js';
import type { ArgumentParser } from '../argument-parser.js';
import { countedArguments, readDialect, readInteger, upperText } from './option-parser.js';

const TIMEOUT_MS_MAX = 60_000;
const LIMIT_MAX = 1_000_000;
const SLOP_MAX = 2 ** 31 - 1;
/** Parts of a text, and words of a part. */
const EXCERPT_MAX = 10_000;
/** From this dialect on a path has many values. */
const ALL_VALUES_DIALECT = 3;

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
  /** Of a path, all values it matches are shown, as a list; else the first. */
  withAllValues: boolean;
  /** Undefined: every field. */
  returned: readonly ReturnedField[] | undefined;
  sortBy: { readonly name: string; readonly order: 'ASC' | 'DESC' } | undefined;
  offset: number;
  count: number;
  readonly parameters: Map<string, Uint8Array>;
  /** Undefined: the server's default. */
  timeoutMs: number | undefined;
  /** How the words of the query are read. */
  readonly words: WordOptions;
  readonly restrictions: Restriction[];
  scorer: ScorerName | undefined;
  explainScore: boolean;
  /** Of the query, for the scorer HAMMING. */
  payload: Uint8Array | undefined;
  highlight: Excerpt<Tags> | undefined;
  summarize: Excerpt<Summary> | undefined;
}

export type WordOptions = { -readonly [Name in keyof TextOptions]?: TextOptions[Name] };

/** What HIGHLIGHT or SUMMARIZE is to do, and to which fields; undefined for all. */
export interface Excerpt<What> {
  readonly fields: ReadonlySet<string> | undefined;
  readonly what: What;
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
  [
    'DIALECT',
    (args, draft) => {
      draft.withAllValues = readDialect(args) >= ALL_VALUES_DIALECT;
    },
  ],
  [
    'INFIELDS',
    (args, draft) => {
      draft.words.inFields = countedArguments(args, 'INFIELDS').map(nameText);
    },
  ],
  [
    'SLOP',
    (args, draft) => {
      draft.words.slop = readInteger(args, 'SLOP', 0, SLOP_MAX, searchErrors.slop);
    },
  ],
  [
    'INORDER',
    (_args, draft) => {
      draft.words.inOrder = true;
    },
  ],
  [
    'VERBATIM',
    (_args, draft) => {
      draft.words.verbatim = true;
    },
  ],
  [
    'NOSTOPWORDS',
    (_args, draft) => {
      draft.words.noStopWords = true;
    },
  ],
  [
    'LANGUAGE',
    (args, draft) => {
      draft.words.language = readText(args, 'LANGUAGE').toLowerCase();
    },
  ],
  ['SCORER', readScorer],
  [
    'EXPLAINSCORE',
    (_args, draft) => {
      draft.explainScore = true;
    },
  ],
  [
    'PAYLOAD',
    (args, draft) => {
      draft.payload = args.bytes().copy();
    },
  ],
  ['FILTER', readFilter],
  ['GEOFILTER', readGeoFilter],
  [
    'INKEYS',
    (args, draft) => {
      const keys = countedArguments(args, 'INKEYS').map((key) => key.latin1());
      draft.restrictions.push({ kind: 'keys', keys });
    },
  ],
  ['HIGHLIGHT', readHighlight],
  ['SUMMARIZE', readSummarize],
  // There is one way to expand words, and one form of values.
  ...['EXPANDER', 'FORMAT'].map((name) => [name, skipValue(name)] as const),
  ...['LOCALONLY', 'ALLSHARDS', 'SOMESHARDS', 'CONSISTENT', 'INCONSISTENT'].map((name) => [name, skipNothing] as const),
]);

/** Reads the arguments of FT.SEARCH. Every mistake is latched in `args`. */
export function parseFtSearch(args: ArgumentParser): FtSearchArguments {
  return parseSearchOptions(args, args.bytes(), args.bytes());
}

/** The same behind index and query. */
export function parseSearchOptions(args: ArgumentParser, index: ByteSlice, query: ByteSlice): FtSearchArguments {
  const draft: FtSearchArguments = {
    index: index.latin1(),
    query,
    withContent: true,
    withScores: false,
    withPayloads: false,
    withSortKeys: false,
    withAllValues: false,
    returned: undefined,
    sortBy: undefined,
    offset: 0,
    count: 10,
    parameters: new Map(),
    timeoutMs: undefined,
    words: {},
    restrictions: [],
    scorer: undefined,
    explainScore: false,
    payload: undefined,
    highlight: undefined,
    summarize: undefined,
  };
  while (args.remaining > 0) {
    const word = args.bytes();
    const text = word.latin1();
    const read = OPTIONS.get(text) ?? OPTIONS.get(text.toUpperCase());
    if (read === undefined) args.fail(searchErrorFor.unexpectedArgument(nameText(word)));
    else read(args, draft);
  }
  return draft;
}

/** What the arguments ask the search for. */
export function questionOf(parsed: FtSearchArguments): SearchQuestion {
  const { query, parameters, offset, count, sortBy, words, restrictions, scorer, payload, timeoutMs } = parsed;
  const columns = columnNames(parsed);
  const scores = scoresOf(parsed);
  return { query, parameters, offset, count, sortBy, columns, words, restrictions, scorer, scores, payload, timeoutMs };
}

function scoresOf({ withScores, explainScore }: FtSearchArguments): 'wanted' | 'explained' | undefined {
  if (!withScores) return undefined;
  return explainScore ? 'explained' : 'wanted';
}

function columnNames({ withContent, withPayloads, returned }: FtSearchArguments): string[] | undefined {
  if (withPayloads) return undefined;
  return withContent ? returned?.map(({ name }) => nameText(name)) : [];
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

export function readLimit(args: ArgumentParser, draft: Pick<FtSearchArguments, 'offset' | 'count'>): void {
  draft.offset = readInteger(args, 'LIMIT', 0, Number.MAX_SAFE_INTEGER, searchErrors.limit);
  draft.count = readInteger(args, 'LIMIT', 0, Number.MAX_SAFE_INTEGER, searchErrors.limit);
  if (draft.offset > LIMIT_MAX || draft.count > LIMIT_MAX) args.fail(searchErrorFor.limitTooLarge(LIMIT_MAX));
}

export function readParameters(args: ArgumentParser, draft: Pick<FtSearchArguments, 'parameters'>): void {
  const tokens = countedArguments(args, 'PARAMS');
  if (tokens.length % 2 !== 0) args.fail(searchErrors.parametersInPairs);
  for (let at = 0; at + 1 < tokens.length; at += 2) {
    const name = tokens[at];
    const value = tokens[at + 1];
    if (name === undefined || value === undefined) break;
    const text = nameText(name);
    if (draft.parameters.has(text)) args.fail(searchErrorFor.duplicateParameter(text));
    draft.parameters.set(text, value.view());
  }
}

/** 0 is no limit to Redis; here it is the longest there is. */
export function readTimeout(args: ArgumentParser, draft: Pick<FtSearchArguments, 'timeoutMs'>): void {
  const timeoutMs = readInteger(args, 'TIMEOUT', 0, TIMEOUT_MS_MAX, searchErrors.timeout);
  draft.timeoutMs = timeoutMs === 0 ? TIMEOUT_MS_MAX : timeoutMs;
}

export function readText(args: ArgumentParser, option: string): string {
  if (args.remaining === 0) args.fail(searchErrorFor.missingArguments(option));
  return nameText(args.bytes());
}

export function readScorer(args: ArgumentParser, draft: Pick<FtSearchArguments, 'scorer'>): void {
  const text = readText(args, 'SCORER');
  draft.scorer = scorerNames.find((name) => name === text.toUpperCase());
  if (draft.scorer === undefined) args.fail(searchErrorFor.noSuchScorer(text));
}

/** `FILTER field min max`, where a bound may be exclusive or infinite. */
function readFilter(args: ArgumentParser, draft: FtSearchArguments): void {
  const alias = readText(args, 'FILTER');
  const [min, minExclusive] = readBound(args);
  const [max, maxExclusive] = readBound(args);
  draft.restrictions.push({ kind: 'numeric', alias, range: { min, minExclusive, max, maxExclusive } });
}

function readBound(args: ArgumentParser): [value: number, exclusive: boolean] {
  const text = readText(args, 'FILTER');
  const exclusive = text.startsWith('(');
  const value = parseDouble(exclusive ? text.slice(1) : text);
  if (value === undefined) args.fail(searchErrorFor.badBound(text));
  return [value ?? 0, exclusive];
}

/** `GEOFILTER field longitude latitude radius unit`. */
function readGeoFilter(args: ArgumentParser, draft: FtSearchArguments): void {
  const alias = readText(args, 'GEOFILTER');
  const [lon = 0, lat = 0, radius = 0] = ['lon', 'lat', 'radius'].map(() => {
    const text = readText(args, 'GEOFILTER');
    const value = parseDouble(text);
    if (value === undefined) args.fail(searchErrorFor.badGeoFilter(text));
    return value ?? 0;
  });
  const unit = readText(args, 'GEOFILTER');
  const metres = unitMetres(unit);
  if (metres === undefined) args.fail(searchErrorFor.badGeoFilter(unit));
  if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90 && radius > 0)) {
    args.fail(searchErrorFor.badGeoFilter(`${lon} ${lat} ${radius}`));
  }
  draft.restrictions.push({ kind: 'geo', alias, lon, lat, radiusM: radius * (metres ?? 1) });
}

/** `HIGHLIGHT [FIELDS count field ...] [TAGS open close]`. */
function readHighlight(args: ArgumentParser, draft: FtSearchArguments): void {
  const fields = readExcerptFields(args);
  const hasTags = args.flag('TAGS');
  const what = hasTags
    ? { open: readText(args, 'HIGHLIGHT'), close: readText(args, 'HIGHLIGHT') }
    : { open: '<b>', close: '</b>' };
  draft.highlight = { fields, what };
}

/** `SUMMARIZE [FIELDS count field ...] [FRAGS count] [LEN words] [SEPARATOR text]`. */
function readSummarize(args: ArgumentParser, draft: FtSearchArguments): void {
  const fields = readExcerptFields(args);
  let [fragments, words, separator] = [3, 20, '... '];
  for (;;) {
    if (args.flag('FRAGS')) fragments = readInteger(args, 'FRAGS', 1, EXCERPT_MAX, searchErrors.summarize);
    else if (args.flag('LEN')) words = readInteger(args, 'LEN', 1, EXCERPT_MAX, searchErrors.summarize);
    else if (args.flag('SEPARATOR')) separator = readText(args, 'SEPARATOR');
    else break;
  }
  draft.summarize = { fields, what: { fragments, words, separator } };
}

function readExcerptFields(args: ArgumentParser): ReadonlySet<string> | undefined {
  return args.flag('FIELDS') ? new Set(countedArguments(args, 'FIELDS').map(nameText)) : undefined;
}

export function skipValue(option: string): (args: ArgumentParser) => void {
  return (args) => {
    if (args.remaining === 0) args.fail(searchErrorFor.missingArguments(option));
    args.bytes();
  };
}

function skipNothing(): void {
  // The option changes nothing here.
}
