/**
 * The grammar of FT.CREATE: what Valkey's search and Redis's accept, in any order before SCHEMA.
 *
 *     FT.CREATE name {option} SCHEMA {identifier [AS alias] type {field option}}+
 *
 * Options that only matter to text scoring, highlighting and memory layout are read and change nothing. Options that
 * would change which documents are found, and are not implemented, are refused by name.
 */
import { defineIndex, type IndexDefinition, nameText } from '../../search/index-definition.js';
import { searchErrorFor, searchErrors } from '../../search/search-errors.js';
import type { ArgumentParser } from '../argument-parser.js';
import { parseFields } from './field-parser.js';
import { countedArguments, upperText } from './option-parser.js';

/** valkey-search allows 16 at most; each costs a comparison for every key written. */
const PREFIXES_MAX = 64;

/** What the options say, filled in as they are read. */
interface Draft {
  prefixes: string[];
  score: number;
  skipInitialScan: boolean;
  stopWords: string[] | undefined;
}

type OptionReader = (args: ArgumentParser, draft: Draft) => void;

const OPTIONS: ReadonlyMap<string, OptionReader> = new Map<string, OptionReader>([
  ['ON', readDocumentType],
  ['PREFIX', readPrefixes],
  ['SCORE', readScore],
  ['STOPWORDS', readStopWords],
  [
    'NOSTOPWORDS',
    (_args, draft) => {
      draft.stopWords = [];
    },
  ],
  [
    'SKIPINITIALSCAN',
    (_args, draft) => {
      draft.skipInitialScan = true;
    },
  ],
  ...['LANGUAGE', 'LANGUAGE_FIELD', 'SCORE_FIELD', 'PAYLOAD_FIELD', 'PUNCTUATION', 'MINSTEMSIZE', 'INDEXALL'].map(
    (name) => [name, skipValue] as const,
  ),
  ...['MAXTEXTFIELDS', 'WITHOFFSETS', 'NOOFFSETS', 'NOSTEM', 'NOHL', 'NOFIELDS', 'NOFREQS'].map(
    (name) => [name, skipNothing] as const,
  ),
  ...['FILTER', 'TEMPORARY'].map((name) => [name, refuse(name)] as const),
]);

/** @throws ReplyError for the mistakes that only the whole definition shows; others are latched in `args` */
export function parseFtCreate(args: ArgumentParser): IndexDefinition {
  const name = args.bytes().latin1();
  const draft: Draft = { prefixes: [''], score: 1, skipInitialScan: false, stopWords: undefined };
  while (args.remaining > 0 && !args.flag('SCHEMA')) readOption(args, draft);
  const fields = parseFields(args);
  const error = args.finish();
  if (error !== undefined) throw error;
  return defineIndex({ name, ...draft, fields });
}

function readOption(args: ArgumentParser, draft: Draft): void {
  const word = args.bytes();
  const read = OPTIONS.get(upperText(word));
  if (read === undefined) args.fail(searchErrorFor.unexpectedParameter(nameText(word)));
  else read(args, draft);
}

function readDocumentType(args: ArgumentParser): void {
  const type = args.bytes();
  switch (upperText(type)) {
    case 'HASH':
      return;
    case 'JSON':
      args.fail(searchErrors.json);
      return;
    default:
      args.fail(searchErrorFor.badValue('ON', `Unknown argument \`${nameText(type)}\``));
  }
}

function readPrefixes(args: ArgumentParser, draft: Draft): void {
  const prefixes = countedArguments(args, 'PREFIX').map((prefix) => prefix.latin1());
  if (prefixes.length > PREFIXES_MAX) args.fail(searchErrorFor.tooManyPrefixes(prefixes.length, PREFIXES_MAX));
  if (prefixes.length > 0) draft.prefixes = prefixes;
}

function readScore(args: ArgumentParser, draft: Draft): void {
  const text = args.bytes();
  draft.score = Number(text.latin1());
  if (!(draft.score >= 0 && draft.score <= 1)) args.fail(searchErrorFor.score(nameText(text)));
}

function readStopWords(args: ArgumentParser, draft: Draft): void {
  draft.stopWords = countedArguments(args, 'STOPWORDS').map(nameText);
}

function skipValue(args: ArgumentParser): void {
  args.bytes();
}

function skipNothing(): void {
  // The option changes nothing here.
}

function refuse(name: string): OptionReader {
  return (args) => args.fail(searchErrorFor.unsupportedParameter(name));
}
