/**
 * Reads the filters of paths: `@.a == 1 && (!@.b || @.c =~ "x")`. `&&` binds tighter than `||`, `!` tighter than both. What
 * is compared are paths from the value that is filtered (`@`) or from the root (`$`), and JSON values.
 */
import { ByteSink } from '../../base/byte-sink.js';
import { linearPattern } from '../../base/linear-pattern.js';
import { Tag } from '../tape.js';
import {
  closeContainer,
  openContainer,
  writeDouble,
  writeInteger,
  writeKeyHead,
  writeStringHead,
} from '../tape-writer.js';
import { type Filter, JsonPathError, type Operator, type Step, type Term } from './json-path.js';
import type { PathScanner } from './path-scanner.js';
import { parseQuoted } from './quoted.js';

/** Filters and values in each other. */
const NESTING_MAX = 64;

const OPERATORS: readonly Operator[] = ['==', '!=', '=~', '<=', '>=', '<', '>'];
const WORD_OPERATOR = /n?in(?![A-Za-z0-9])/y;
const DECIMAL = /-?(?:[1-9]\d*|\d)(?:\.\d+)?/y;
const CONSTANT = /true|false|null/y;

/** What reads the paths inside a filter. */
export interface PathReader {
  readonly scanner: PathScanner;
  steps(mayBeBare: boolean): Step[];
}

/** Behind the question mark. */
export function parseFilter(reader: PathReader): Filter {
  return new FilterReader(reader).either();
}

class FilterReader {
  #depth = 0;
  readonly #scanner: PathScanner;

  constructor(private readonly reader: PathReader) {
    this.#scanner = reader.scanner;
  }

  either(): Filter {
    if (++this.#depth > NESTING_MAX) throw new JsonPathError(`ERR filters are nested deeper than ${NESTING_MAX}`);
    let left = this.#both();
    while (this.#scanner.take('||')) left = { type: 'or', left, right: this.#both() };
    this.#depth--;
    return left;
  }

  #both(): Filter {
    let left = this.#inner();
    while (this.#scanner.take('&&')) left = { type: 'and', left, right: this.#inner() };
    return left;
  }

  #inner(): Filter {
    const scanner = this.#scanner;
    let isNegated = false;
    while (!scanner.sees('!=') && scanner.take('!')) isNegated = !isNegated;
    const filter = scanner.take('(') ? this.#enclosed() : this.#single();
    return isNegated ? { type: 'not', of: filter } : filter;
  }

  #enclosed(): Filter {
    const filter = this.either();
    if (!this.#scanner.take(')')) this.#scanner.fail('and', 'or', "')'");
    return filter;
  }

  #single(): Filter {
    const left = this.#term();
    const operator = OPERATORS.find((known) => this.#scanner.take(known)) ?? this.#wordOperator();
    if (operator === undefined) return { type: 'exists', term: left };
    const right = this.#term();
    return { type: 'compare', operator, left, right: operator === '=~' ? withPattern(right) : right };
  }

  #wordOperator(): Operator | undefined {
    switch (this.#scanner.match(WORD_OPERATOR)) {
      case 'in':
        return 'in';
      case 'nin':
        return 'nin';
      default:
        return undefined;
    }
  }

  #term(): Term {
    if (this.#scanner.take('@')) return { type: 'current', steps: this.reader.steps(true) };
    if (this.#scanner.take('$')) return { type: 'root', steps: this.reader.steps(true) };
    const sink = new ByteSink();
    this.#literal(sink, 0);
    return { type: 'literal', tape: Buffer.from(sink.bytes()) };
  }

  #literal(sink: ByteSink, depth: number): void {
    const scanner = this.#scanner;
    if (depth > NESTING_MAX) throw new JsonPathError(`ERR values are nested deeper than ${NESTING_MAX}`);
    const decimal = scanner.match(DECIMAL);
    if (decimal !== undefined) writeDecimal(sink, decimal);
    else if (scanner.sees('"') || scanner.sees("'")) writeText(sink, parseQuoted(scanner), writeStringHead);
    else if (scanner.take('[')) this.#array(sink, depth);
    else if (scanner.take('{')) this.#object(sink, depth);
    else sink.byte(this.#constant());
  }

  #constant(): number {
    switch (this.#scanner.match(CONSTANT)) {
      case 'true':
        return Tag.true;
      case 'false':
        return Tag.false;
      case 'null':
        return Tag.null;
      default:
        this.#scanner.fail(
          'from_current',
          'from_root',
          'decimal',
          'string_value',
          'boolean_true',
          'boolean_false',
          'null',
        );
    }
  }

  #array(sink: ByteSink, depth: number): void {
    const at = openContainer(sink, Tag.array);
    closeContainer(
      sink,
      at,
      this.#list(']', () => this.#literal(sink, depth + 1)),
    );
  }

  #object(sink: ByteSink, depth: number): void {
    const at = openContainer(sink, Tag.object);
    const count = this.#list('}', () => {
      writeText(sink, parseQuoted(this.#scanner), writeKeyHead);
      if (!this.#scanner.take(':')) this.#scanner.fail("':'");
      this.#literal(sink, depth + 1);
    });
    closeContainer(sink, at, count);
  }

  /** @returns how many members there were */
  #list(last: string, member: () => void): number {
    if (this.#scanner.take(last)) return 0;
    let count = 0;
    do {
      member();
      count++;
    } while (this.#scanner.take(','));
    if (!this.#scanner.take(last)) this.#scanner.fail("','", `'${last}'`);
    return count;
  }
}

/** The expression of a literal is made once; what is none matches nothing. */
function withPattern(term: Term): Term {
  if (term.type !== 'literal') return term;
  return { ...term, pattern: patternOf(term.tape) };
}

function patternOf(tape: Buffer): RegExp | undefined {
  const isText = tape[0] === Tag.string8 || tape[0] === Tag.string16;
  return isText ? linearPattern(tape.toString('utf8', tape[0] === Tag.string8 ? 2 : 3)) : undefined;
}

function writeText(sink: ByteSink, utf8: Buffer, writeHead: (sink: ByteSink, bytes: number) => void): void {
  writeHead(sink, utf8.length);
  sink.raw(utf8);
}

function writeDecimal(sink: ByteSink, decimal: string): void {
  const value = Number(decimal);
  const isInteger = !decimal.includes('.') && BigInt.asIntN(64, BigInt(decimal)) === BigInt(decimal);
  if (isInteger) writeInteger(sink, Number.isSafeInteger(value) ? value : BigInt(decimal));
  else writeDouble(sink, value);
}
