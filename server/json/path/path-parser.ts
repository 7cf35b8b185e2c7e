/**
 * Reads JSONPath as RedisJSON writes it: `$.a.b`, `$["a","b"]`, `$..a`, `$[0,-1]`, `$[1:5:2]`, `$.*`, and filters
 * `$[?(@.price<10 && @.name=~"^a")]`. A path without `$`, as of RedisJSON 1, is one below the root: `.a`, `a`, `.`.
 *
 * Grammar: after the root, `.name`, `.*`, `..name`, `..*`, `..[x]`, `[x]` and `.[x]`. Names without brackets are made of
 * letters, digits and some signs (NAME); in brackets any string, in either quotes, where a backslash stands before a quote
 * of the kind and before a backslash.
 */
import type { ByteSlice } from '../../base/byte-slice.js';
import { parseFilter } from './filter-parser.js';
import { type JsonPath, JsonPathError, type Step } from './json-path.js';
import { PathScanner } from './path-scanner.js';
import { parseQuoted } from './quoted.js';

export const PATH_BYTES_MAX = 1 << 16;
/** Steps of a path with those inside its filters. */
export const STEPS_MAX = 256;

const NAME = /[A-Za-z0-9\-_`~+#%$^/:]+/y;
const NUMBER = /-?(?:[1-9]\d*|\d)/y;
const POSITIVE = /[1-9]\d*/y;
const WORD_OPERATOR = /n?in(?!\w)/y;
/** Beyond every array. */
const INDEX_MAX = 2 ** 53;

/** @throws JsonPathError */
export function parsePath(text: ByteSlice): JsonPath {
  if (text.length > PATH_BYTES_MAX) throw new JsonPathError(`ERR path is longer than ${PATH_BYTES_MAX} bytes`);
  const written = text.latin1();
  const isLegacy = !/^\$(?:$|[.[])/.test(written);
  const scanner = new PathScanner(isLegacy ? belowRoot(written) : written);
  scanner.take('$');
  const reader = new StepReader(scanner);
  const steps = scanner.isAtEnd ? [] : reader.steps(false);
  if (!scanner.isAtEnd) scanner.fail("'.'", "'['", "'..'", 'EOI');
  return { text: text.utf8(), isLegacy, steps, isStatic: steps.every(isStatic) };
}

function belowRoot(written: string): string {
  if (written === '.') return '$';
  return written.startsWith('.') ? `$${written}` : `$.${written}`;
}

function isStatic(step: Step): boolean {
  return (step.type === 'members' && step.keys.length === 1) || (step.type === 'elements' && step.indexes.length === 1);
}

/** Reads the steps of a path and, by way of its filters, of the paths inside it. */
export class StepReader {
  #count = 0;

  constructor(readonly scanner: PathScanner) {}

  /** @param mayBeBare whether the first name may stand without a point: behind the `@` and `$` of filters */
  steps(mayBeBare: boolean): Step[] {
    const steps: Step[] = [];
    const bare = mayBeBare && !this.#seesOperator() ? this.#nameOrAll() : undefined;
    if (bare !== undefined) steps.push(bare);
    while (this.#element(steps)) this.#count++;
    if (this.#count > STEPS_MAX) throw new JsonPathError(`ERR path has more than ${STEPS_MAX} steps`);
    return steps;
  }

  #element(steps: Step[]): boolean {
    const { scanner } = this;
    if (scanner.take('..')) {
      steps.push({ type: 'descend' }, this.#bracketed() ?? this.#nameOrAll() ?? this.#failName());
      return true;
    }
    const isPoint = scanner.take('.');
    const step = this.#bracketed() ?? (isPoint ? (this.#nameOrAll() ?? this.#failName()) : undefined);
    if (step !== undefined) steps.push(step);
    return step !== undefined;
  }

  #failName(): never {
    this.scanner.fail('<string>', "'*'", "'['");
  }

  #nameOrAll(): Step | undefined {
    if (this.scanner.take('*')) return { type: 'all' };
    const name = this.scanner.match(NAME);
    return name === undefined ? undefined : { type: 'members', keys: [Buffer.from(name, 'latin1')] };
  }

  /** The operators of filters that are words are no names that could follow `@`. */
  #seesOperator(): boolean {
    const { at } = this.scanner;
    const isOperator = this.scanner.match(WORD_OPERATOR) !== undefined;
    this.scanner.rewind(at);
    return isOperator;
  }

  #bracketed(): Step | undefined {
    const { scanner } = this;
    if (!scanner.take('[')) return undefined;
    const step = this.#inBrackets();
    if (!scanner.take(']')) scanner.fail("']'");
    return step;
  }

  #inBrackets(): Step {
    const { scanner } = this;
    if (scanner.take('*')) return { type: 'all' };
    if (scanner.take('?')) return { type: 'filter', filter: parseFilter(this) };
    if (scanner.sees('"') || scanner.sees("'")) return { type: 'members', keys: this.#strings() };
    const first = this.#number();
    if (scanner.take(':')) return this.#slice(first ?? 0);
    if (first === undefined) {
      return scanner.fail(
        "'*'",
        "'<number>[,<number>,...]'",
        "['start:end:steps']",
        "'<string>[,<string>,...]'",
        "'?'",
      );
    }
    const indexes = [first];
    while (scanner.take(',')) indexes.push(this.#number() ?? scanner.fail("'<number>'"));
    return { type: 'elements', indexes };
  }

  /** Behind the first colon. */
  #slice(start: number): Step {
    const { scanner } = this;
    const end = this.#number();
    if (!scanner.take(':')) return { type: 'slice', start, end, step: 1 };
    const step = scanner.match(POSITIVE);
    return { type: 'slice', start, end, step: Math.min(INDEX_MAX, Number(step ?? 1)) };
  }

  #strings(): Buffer[] {
    const { scanner } = this;
    const strings = [parseQuoted(scanner)];
    while (scanner.take(',')) strings.push(parseQuoted(scanner));
    return strings;
  }

  #number(): number | undefined {
    const digits = this.scanner.match(NUMBER);
    return digits === undefined ? undefined : Math.max(-INDEX_MAX, Math.min(INDEX_MAX, Number(digits)));
  }
}
