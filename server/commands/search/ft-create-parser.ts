/**
 * The grammar of FT.CREATE: what Valkey's search and Redis's accept, in any order before SCHEMA.
 *
 *     FT.CREATE name {option} SCHEMA {identifier [AS alias] type {field option}}+
 *
 * Options that only matter to memory layout are read, kept for FT.INFO, and change nothing.
 */

import { parseInteger } from '../../base/integer.js';
import { DOCUMENT_TYPES } from '../../search/document-type.js';
import {
  defineIndex,
  INDEX_OPTIONS,
  type IndexDeclaration,
  type IndexDefinition,
  type IndexOption,
  nameText,
} from '../../search/index-definition.js';
import { searchErrorFor, searchErrors } from '../../search/search-errors.js';
import type { ArgumentParser } from '../argument-parser.js';
import { parseFields } from './field-parser.js';
import { countedArguments, readInteger, upperText } from './option-parser.js';

/** valkey-search allows 16 at most; each costs a comparison for every key written. */
const PREFIXES_MAX = 64;
/** A hundred years. */
const IDLE_SECONDS_MAX = 3_155_760_000;

/** What the options say, filled in as they are read. */
type Draft = { -readonly [Name in keyof Omit<IndexDeclaration, 'name' | 'fields'>]: IndexDeclaration[Name] } & {
  readonly options: Set<IndexOption>;
};

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
  [
    'LANGUAGE',
    (args, draft) => {
      draft.language = nameText(args.bytes()).toLowerCase();
    },
  ],
  [
    'LANGUAGE_FIELD',
    (args, draft) => {
      draft.languageField = args.bytes().latin1();
    },
  ],
  [
    'SCORE_FIELD',
    (args, draft) => {
      draft.scoreField = args.bytes().latin1();
    },
  ],
  [
    'PAYLOAD_FIELD',
    (args, draft) => {
      draft.payloadField = args.bytes().latin1();
    },
  ],
  [
    'FILTER',
    (args, draft) => {
      draft.filter = nameText(args.bytes());
    },
  ],
  ['TEMPORARY', readIdleTime],
  ['PUNCTUATION', readPunctuation],
  ['MINSTEMSIZE', readStemSize],
  ['INDEXALL', skipValue],
  ['WITHOFFSETS', skipNothing],
  ...INDEX_OPTIONS.map(
    (name) => [name, (_args: ArgumentParser, draft: Draft) => void draft.options.add(name)] as const,
  ),
]);

/** @throws ReplyError for the mistakes that only the whole definition shows; others are latched in `args` */
export function parseFtCreate(args: ArgumentParser): IndexDefinition {
  const name = args.bytes().latin1();
  const draft = emptyDraft();
  while (args.remaining > 0 && !args.flag('SCHEMA')) readOption(args, draft);
  const fields = parseFields(args);
  const error = args.finish();
  if (error !== undefined) throw error;
  return defineIndex({ name, ...draft, fields });
}

function emptyDraft(): Draft {
  return {
    documentType: 'HASH',
    prefixes: [''],
    score: 1,
    skipInitialScan: false,
    stopWords: undefined,
    language: undefined,
    languageField: undefined,
    scoreField: undefined,
    payloadField: undefined,
    filter: undefined,
    idleSecondsMax: undefined,
    punctuation: undefined,
    stemCharsMin: undefined,
    options: new Set(),
  };
}

function readOption(args: ArgumentParser, draft: Draft): void {
  const word = args.bytes();
  const read = OPTIONS.get(upperText(word));
  if (read === undefined) args.fail(searchErrorFor.unexpectedParameter(nameText(word)));
  else read(args, draft);
}

function readDocumentType(args: ArgumentParser, draft: Draft): void {
  const type = args.bytes();
  const known = DOCUMENT_TYPES.find((name) => name === upperText(type));
  if (known === undefined) args.fail(searchErrorFor.badValue('ON', `Unknown argument \`${nameText(type)}\``));
  else draft.documentType = known;
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

function readPunctuation(args: ArgumentParser, draft: Draft): void {
  draft.punctuation = nameText(args.bytes());
  if (draft.punctuation === '') args.fail(searchErrors.emptyPunctuation);
}

function readStemSize(args: ArgumentParser, draft: Draft): void {
  const text = args.bytes();
  draft.stemCharsMin = parseInteger(text.buffer, text.start, text.end) ?? 0;
  if (draft.stemCharsMin < 1) args.fail(searchErrors.stemSize);
}

function readIdleTime(args: ArgumentParser, draft: Draft): void {
  draft.idleSecondsMax = readInteger(args, 'TEMPORARY', 1, IDLE_SECONDS_MAX, searchErrors.idleTime);
}

function skipValue(args: ArgumentParser): void {
  args.bytes();
}

function skipNothing(): void {
  // The option changes nothing here.
}
