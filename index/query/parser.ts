/**
 * The query language, dialect 2, by recursive descent:
 *
 *     query      = or [ "=>" "[" KNN ... "]" ]
 *     or         = and { "|" and }
 *     and        = unary { unary }              a blank binds tighter than "|"; the bare word AND is skipped
 *     unary      = "-" unary | primary
 *     primary    = "*" | "(" or ")" | "@" field predicate, each with an optional attribute block
 *     predicate  = ":" "{" tags "}" | ":" "[" range "]" | ":" "[" VECTOR_RANGE ... "]" | comparison number
 *
 * Parsing binds: what comes out refers to fields of the schema and holds the values of its parameters. Text terms are
 * refused, for no field of the schema has text.
 */
import { QueryError } from '../errors.js';
import { parseAttributes } from './attributes-clause.js';
import { parseComparison, parseNumericRange } from './numeric-clause.js';
import { matchAll, type Predicate } from './predicate.js';
import type { Query } from './query.js';
import { Scanner } from './scanner.js';
import { type QueryContext, QueryScope } from './scope.js';
import { parseTagTerms } from './tag-clause.js';
import { parseKnn, parseVectorRange } from './vector-clause.js';

/**
 * Parses and binds a query. `text` is what `decodeText` makes of the client's bytes. Throws a `QueryError` worded for
 * the client.
 */
export function parseQuery(text: string, context: QueryContext): Query {
  const scope = new QueryScope(context);
  const { queryBytesMax } = scope.limits;
  if (utf8Bytes(text) > queryBytesMax) {
    throw new QueryError('limit', `Query string is too long, max length is ${queryBytesMax} bytes.`);
  }
  return new Parser(new Scanner(text), scope).parseQuery();
}

class Parser {
  readonly #scanner: Scanner;
  readonly #scope: QueryScope;
  #depth = 0;

  constructor(scanner: Scanner, scope: QueryScope) {
    this.#scanner = scanner;
    this.#scope = scope;
  }

  parseQuery(): Query {
    const scanner = this.#scanner;
    scanner.skipBlanks();
    if (scanner.done) scanner.fail('Invalid query string syntax');
    const filter = this.#parseOr();
    const hasKnn = scanner.match(/=>\s*\[/y) !== undefined;
    if (!hasKnn && scanner.take('=>')) scanner.fail('Vector query clause is missing');
    const knn = hasKnn ? parseKnn(scanner, this.#scope) : undefined;
    scanner.skipBlanks();
    if (!scanner.done) this.#failUnexpected();
    const { parametersUsed, parameterReads } = this.#scope;
    // A KNN clause reads its vector: what is read once is that.
    const [vectorParameter] = knn !== undefined && parameterReads === 1 ? parametersUsed : [];
    return { filter, knn, parametersUsed, vectorParameter };
  }

  #parseOr(): Predicate {
    const first = this.#parseAnd();
    const children = [first];
    while (this.#scanner.take('|')) children.push(this.#parseAnd());
    return children.length === 1 ? first : { kind: 'or', children };
  }

  /** Leaves the scanner, past any blanks, at what ends a conjunction. */
  #parseAnd(): Predicate {
    const scanner = this.#scanner;
    const children: Predicate[] = [];
    for (;;) {
      scanner.skipBlanks();
      if (scanner.done || scanner.sees(')') || scanner.sees('|') || scanner.sees('=>')) break;
      if (children.length > 0 && scanner.match(/and(?=[\s()@-])/iy) !== undefined) continue;
      children.push(this.#parseUnary());
    }
    const [first] = children;
    if (first === undefined) return scanner.fail(scanner.sees('=>') ? 'Missing filter' : 'Missing OR term');
    return children.length === 1 ? first : { kind: 'and', children };
  }

  #parseUnary(): Predicate {
    const scanner = this.#scanner;
    if (!scanner.take('-')) return this.#parsePrimary();
    scanner.skipBlanks();
    return { kind: 'not', child: this.#deeper(() => this.#parseUnary()) };
  }

  #parsePrimary(): Predicate {
    const scanner = this.#scanner;
    if (scanner.take('*')) return matchAll;
    if (scanner.take('(')) return this.#withAttributes(this.#deeper(() => this.#parseGroup()));
    if (scanner.take('@')) return this.#parseField();
    if (/[\p{L}\p{N}_"'%$~]/u.test(scanner.next)) this.#failText();
    return this.#failUnexpected();
  }

  #parseGroup(): Predicate {
    const scanner = this.#scanner;
    const inner = this.#parseOr();
    if (scanner.sees('=>')) scanner.fail('KNN is allowed only at the root of a query');
    scanner.expect(')', 'Missing closing parenthesis');
    return inner;
  }

  #parseField(): Predicate {
    const scanner = this.#scanner;
    const start = scanner.at;
    const alias = this.#parseFieldName();
    scanner.skipBlanks();
    const field = this.#scope.field(alias, start);
    if (!scanner.take(':')) {
      if (field.type !== 'NUMERIC') return scanner.fail('Expected `:` after the field name');
      const comparison = parseComparison(scanner, this.#scope, field);
      return comparison ?? scanner.fail('Expected `:` or a comparison after the field name');
    }
    scanner.skipBlanks();
    if (scanner.take('{')) {
      if (field.type !== 'TAG') this.#failType(alias, 'tag', start);
      return this.#withAttributes({ kind: 'tag', field, terms: parseTagTerms(scanner, this.#scope) });
    }
    if (!scanner.take('[')) return this.#failText();
    if (scanner.match(/\s*VECTOR_RANGE(?=\s)/iy) !== undefined) {
      return parseVectorRange(scanner, this.#scope, this.#scope.vectorField(alias, start));
    }
    if (field.type !== 'NUMERIC') this.#failType(alias, 'numeric', start);
    return this.#withAttributes(parseNumericRange(scanner, this.#scope, field));
  }

  /** A name may hold dots, dollars and hyphens; a backslash makes any other character part of it. */
  #parseFieldName(): string {
    const raw = this.#scanner.match(/(?:\\.|[^\\\s:=!<>[\]{}()|@])+/suy);
    return raw?.replace(/\\(.)/gsu, '$1') ?? this.#scanner.fail('Missing field name');
  }

  /** Attributes that weigh or order text are accepted behind any predicate, and say nothing about its matches. */
  #withAttributes(predicate: Predicate): Predicate {
    for (const { name, at } of parseAttributes(this.#scanner)) {
      if (!textAttributeNames.has(name)) this.#scanner.fail(`Invalid attribute ${name.toLowerCase()}`, at);
    }
    return predicate;
  }

  #deeper(parse: () => Predicate): Predicate {
    if (++this.#depth > this.#scope.limits.depthMax) {
      const detail = `max depth can't exceed ${this.#scope.limits.depthMax}`;
      throw new QueryError('limit', `Query string is too complex: ${detail}`, this.#scanner.at);
    }
    const predicate = parse();
    this.#depth--;
    return predicate;
  }

  #failType(alias: string, type: 'tag' | 'numeric', at: number): never {
    throw new QueryError('field', `\`${alias}\` is not indexed as a ${type} field`, at);
  }

  #failText(): never {
    const { at } = this.#scanner;
    throw new QueryError('text', `Index does not have any text field (text term at offset ${at})`, at);
  }

  #failUnexpected(): never {
    const { at, next } = this.#scanner;
    return this.#scanner.fail(`Unexpected character at position ${at}: \`${next}\``);
  }
}

const textAttributeNames: ReadonlySet<string> = new Set(['WEIGHT', 'SLOP', 'INORDER', 'PHONETIC']);

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
