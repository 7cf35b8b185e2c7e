/**
 * `VECTOR <HNSW | FLAT> count {attribute value}`: attributes in any order, `count` counts names and values alike.
 */
import { type CodeType, codeTypes, type ElementType, elementTypes } from '@nearkey/index';
import type { ByteSlice } from '../../base/byte-slice.js';
import { parseDouble } from '../../base/double.js';
import { parseInteger } from '../../base/integer.js';
import { type DeclaredFieldDefinition, nameText } from '../../search/index-definition.js';
import { searchErrorFor } from '../../search/search-errors.js';
import type { ArgumentParser } from '../argument-parser.js';
import { upperText } from './option-parser.js';

/** What a field is called: `identifier` in documents (binary), `alias` in queries. */
export interface FieldName {
  readonly identifier: string;
  readonly alias: string;
}

const ALGORITHMS = ['FLAT', 'HNSW'] as const;
type Algorithm = (typeof ALGORITHMS)[number];

const METRICS = ['L2', 'IP', 'COSINE'] as const;

/** Attributes with a number, by what the engine calls them. Bounds are the engine's. */
const NUMBERS = {
  DIM: { property: 'dim', of: ALGORITHMS },
  INITIAL_CAP: { property: 'initialCap', of: ALGORITHMS },
  BLOCK_SIZE: { property: 'blockSize', of: ['FLAT'] },
  M: { property: 'm', of: ['HNSW'] },
  EF_CONSTRUCTION: { property: 'efConstruction', of: ['HNSW'] },
  EF_RUNTIME: { property: 'efRuntime', of: ['HNSW'] },
  EPSILON: { property: 'epsilon', of: ['HNSW'] },
} as const satisfies Record<string, { property: string; of: readonly Algorithm[] }>;

type NumberName = keyof typeof NUMBERS;
type NumberProperty = (typeof NUMBERS)[NumberName]['property'];

/** What has been read of a vector field. */
interface Draft {
  readonly algorithm: Algorithm;
  readonly numbers: Partial<Record<NumberProperty, number>>;
  elementType: ElementType | undefined;
  codeType: CodeType | undefined;
  /** Named at all, rightly or not: what was refused is not missing, too. */
  hasType: boolean;
  metric: (typeof METRICS)[number] | undefined;
}

/** Reads what follows the word VECTOR. Every mistake is latched in `args`. */
export function parseVectorField(args: ArgumentParser, name: FieldName): DeclaredFieldDefinition | undefined {
  const algorithmText = args.bytes();
  const algorithm = ALGORITHMS.find((known) => known === upperText(algorithmText));
  if (algorithm === undefined) {
    args.fail(searchErrorFor.vectorAlgorithm(name.alias, nameText(algorithmText)));
    return undefined;
  }
  const draft: Draft = {
    algorithm,
    numbers: {},
    elementType: undefined,
    codeType: undefined,
    hasType: false,
    metric: undefined,
  };
  for (let left = attributeCount(args, algorithm); left > 0; left -= 2) readAttribute(args, draft);
  return completed(args, draft, name);
}

/** How many arguments are attributes: an even number of those that are there. */
function attributeCount(args: ArgumentParser, algorithm: Algorithm): number {
  const text = args.bytes();
  const count = parseInteger(text.buffer, text.start, text.end) ?? -1;
  if (count >= 0 && count % 2 === 0 && count <= args.remaining) return count;
  args.fail(searchErrorFor.vectorArgumentCount(algorithm, nameText(text), args.remaining));
  return 0;
}

function readAttribute(args: ArgumentParser, draft: Draft): void {
  const name = args.bytes();
  const value = args.bytes();
  const upper = upperText(name);
  if (upper === 'TYPE') readType(args, draft, value);
  else if (upper === 'CODES' && draft.algorithm === 'HNSW') readCodes(args, draft, value);
  else if (upper === 'DISTANCE_METRIC') readMetric(args, draft, value);
  else if (isNumberOf(upper, draft.algorithm)) readNumber(args, draft, upper, value);
  else args.fail(searchErrorFor.unexpectedArgument(nameText(name)));
}

function isNumberOf(upper: string, algorithm: Algorithm): upper is NumberName {
  const known: Readonly<Record<string, { readonly of: readonly Algorithm[] }>> = NUMBERS;
  return Object.hasOwn(known, upper) && known[upper]?.of.includes(algorithm) === true;
}

function readType(args: ArgumentParser, draft: Draft, value: ByteSlice): void {
  draft.hasType = true;
  draft.elementType = elementTypes.find((known) => known === upperText(value));
  if (draft.elementType === undefined) args.fail(searchErrorFor.vectorType(nameText(value)));
}

/** Ours alone: what the graph is walked by. */
function readCodes(args: ArgumentParser, draft: Draft, value: ByteSlice): void {
  draft.codeType = codeTypes.find((known) => known === upperText(value));
  if (draft.codeType === undefined) {
    args.fail(searchErrorFor.badValue('CODES', `Unknown argument \`${nameText(value)}\``));
  }
}

function readMetric(args: ArgumentParser, draft: Draft, value: ByteSlice): void {
  draft.metric = METRICS.find((known) => known === upperText(value));
  if (draft.metric === undefined) {
    args.fail(searchErrorFor.badValue('DISTANCE_METRIC', `Unknown argument \`${nameText(value)}\``));
  }
}

function readNumber(args: ArgumentParser, draft: Draft, name: NumberName, value: ByteSlice): void {
  const number = name === 'EPSILON' ? parseDouble(value.latin1()) : parseInteger(value.buffer, value.start, value.end);
  if (number === undefined) args.fail(searchErrorFor.badValue(name, `\`${nameText(value)}\` is not a valid number`));
  else draft.numbers[NUMBERS[name].property] = number;
}

function completed(args: ArgumentParser, draft: Draft, name: FieldName): DeclaredFieldDefinition | undefined {
  const { algorithm, numbers, elementType, codeType, hasType, metric } = draft;
  const { dim, blockSize, initialCap, ...graph } = numbers;
  const cap = initialCap === undefined ? {} : { initialCap };
  if (!hasType) args.fail(searchErrorFor.missingVectorArgument(algorithm, 'vector TYPE', 'TYPE'));
  if (dim === undefined) args.fail(searchErrorFor.missingVectorArgument(algorithm, 'dimensions', 'DIM'));
  if (metric === undefined) {
    args.fail(searchErrorFor.missingVectorArgument(algorithm, 'DISTANCE_METRIC', 'DISTANCE_METRIC'));
  }
  if (dim === undefined || metric === undefined) return undefined;
  const element = elementType === undefined ? {} : { elementType };
  const codes = codeType === undefined ? {} : { codeType };
  const common = { type: 'VECTOR', ...name, dim, metric, ...element, ...cap } as const;
  return algorithm === 'HNSW'
    ? { ...common, algorithm, ...graph, ...codes }
    : { ...common, algorithm, ...(blockSize === undefined ? {} : { blockSize }) };
}
