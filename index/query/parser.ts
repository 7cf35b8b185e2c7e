/**
 * The query language, dialect 2, by recursive descent:
 *
 *     query      = or [ "=>" "[" KNN ... "]" ]
 *     or         = and { "|" and }
 *     and        = unary { unary }              a blank binds tighter than "|"; the bare word AND is skipped
 *     unary      = ( "-" | "~" ) unary | primary
 *     primary    = "*" | "(" or ")" | field | text | "ismissing(@name)"; each with an optional attribute block
 *     field      = "@" name { "|" name } ":" ( text | "(" or ")" )
 *                | "@" name ( ":" "{" tags "}" | ":" "[" range "]" | comparison number )
 *
 * Parsing binds: what comes out refers to fields of the schema and holds the values of its parameters. Words that are
 * left out, as stop words are, leave no trace; what consists of nothing else matches nothing.
 */
import { QueryError } from '../errors.js';
import { parseAttributes } from './attributes-clause.js';
import { parseGeoRadius } from './geo-clause.js';
import { parseGeoShape } from './geo-shape-clause.js';
import { parseComparison, parseNumericRange } from './numeric-clause.js';
import { hasText, matchAll, matchNone, type Predicate, type TextScope } from './predicate.js';
import type { Query } from './query.js';
import { Scanner } from './scanner.js';
import { type QueryContext, QueryScope } from './scope.js';
import { parseTagTerms } from './tag-clause.js';
import { failText, idlePunctuation, seesWord, TextReader, withSounds } from './text-clause.js';
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
  readonly #text: TextReader;
  /** What joins as a blank does: in lower case only where it is no word. */
  readonly #and: RegExp;
  /** The fields that words are searched in here. */
  #fields: TextScope;
  #depth = 0;

  constructor(scanner: Scanner, scope: QueryScope) {
    this.#scanner = scanner;
    this.#scope = scope;
    this.#text = new TextReader(scope);
    this.#and = scope.schema.text.stopWords.has('and') ? /and(?=[\s()@-])/iy : /AND(?=[\s()@-])/y;
    const { inFields } = scope.text;
    this.#fields = inFields === undefined ? undefined : scope.textScope(inFields, 0);
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
    const children = [this.#parseAnd()];
    while (this.#scanner.take('|')) children.push(this.#parseAnd());
    const [first = matchNone] = children;
    return children.length === 1 ? first : { kind: 'or', children };
  }

  /** Leaves the scanner, past any blanks, at what ends a conjunction. */
  #parseAnd(): Predicate {
    const scanner = this.#scanner;
    const { at } = scanner;
    const children: Predicate[] = [];
    let isEmpty = true;
    for (;;) {
      scanner.skipBlanks();
      if (scanner.match(idlePunctuation) !== undefined) continue;
      if (scanner.done || scanner.sees(')') || scanner.sees('|') || scanner.sees('=>')) break;
      if (!isEmpty && scanner.match(this.#and) !== undefined) continue;
      isEmpty = false;
      const child = this.#parseUnary();
      if (child?.kind === 'and') children.push(...child.children);
      else if (child !== undefined) children.push(child);
    }
    if (isEmpty) return scanner.fail(scanner.sees('=>') ? 'Missing filter' : 'Missing OR term');
    const [first = matchNone] = children;
    return children.length > 1 ? this.#conjunction(children, at) : first;
  }

  /** SLOP and INORDER of the whole query hold for every AND with several words. */
  #conjunction(children: readonly Predicate[], at: number): Predicate {
    const { slop, inOrder } = this.#scope.text;
    if ((slop === undefined && !inOrder) || children.filter(hasText).length < 2) return { kind: 'and', children };
    this.#text.requireOffsets(at);
    return { kind: 'near', children, slop: slop ?? Number.POSITIVE_INFINITY, inOrder };
  }

  /** Undefined for a word that is left out. */
  #parseUnary(): Predicate | undefined {
    const scanner = this.#scanner;
    const kind = scanner.take('-') ? 'not' : scanner.take('~') ? 'optional' : undefined;
    if (kind === undefined) return this.#parsePrimary();
    scanner.skipBlanks();
    const child = this.#deeper(() => this.#parseUnary());
    return child && { kind, child };
  }

  #parsePrimary(): Predicate | undefined {
    const scanner = this.#scanner;
    if (scanner.match(/\*(?![\p{L}\p{N}_$\\])/uy) !== undefined) return matchAll;
    if (scanner.take('(')) return this.#withAttributes(this.#deeper(() => this.#parseGroup()));
    if (scanner.take('@')) return this.#parseField();
    if (scanner.match(/ismissing\s*\(\s*@/iy) !== undefined) return this.#parseMissing();
    if (scanner.sees('*') || seesWord(scanner)) return this.#parseText(this.#fields);
    return this.#failUnexpected();
  }

  #parseText(fields: TextScope): Predicate | undefined {
    const predicate = this.#text.parse(this.#scanner, fields);
    return predicate === undefined ? this.#withoutAttributes() : this.#withAttributes(predicate);
  }

  /** Called after the `@` of `ismissing(@`. */
  #parseMissing(): Predicate {
    const scanner = this.#scanner;
    const { at } = scanner;
    const field = this.#scope.field(this.#parseFieldName(), at);
    scanner.skipBlanks();
    scanner.expect(')', 'Missing closing parenthesis');
    if (field.indexMissing) return { kind: 'missing', field };
    const rule = "'ismissing' requires field to be defined with 'INDEXMISSING'";
    throw new QueryError('field', `${rule} (\`${field.alias}\` at offset ${at})`, at);
  }

  #parseGroup(): Predicate {
    const scanner = this.#scanner;
    const inner = this.#parseOr();
    if (scanner.sees('=>')) scanner.fail('KNN is allowed only at the root of a query');
    scanner.expect(')', 'Missing closing parenthesis');
    return inner;
  }

  #parseField(): Predicate | undefined {
    const scanner = this.#scanner;
    const start = scanner.at;
    const alias = this.#parseFieldName();
    scanner.skipBlanks();
    const aliases = [alias];
    for (; scanner.take('|'); scanner.skipBlanks()) aliases.push(this.#parseFieldName());
    if (aliases.length > 1) return this.#parseFieldText(aliases, start);
    const field = this.#scope.searchedField(alias, start);
    if (!scanner.sees(':')) {
      if (field.type !== 'NUMERIC') return scanner.fail('Expected `:` after the field name');
      const comparison = parseComparison(scanner, this.#scope, field);
      return comparison ?? scanner.fail('Expected `:` or a comparison after the field name');
    }
    if (scanner.match(/:\s*\{/y) !== undefined) {
      if (field.type !== 'TAG') this.#failType(alias, 'tag', start);
      return this.#withAttributes({ kind: 'tag', field, terms: parseTagTerms(scanner, this.#scope) });
    }
    if (scanner.match(/:\s*\[/y) === undefined) return this.#parseFieldText(aliases, start);
    if (scanner.match(/\s*VECTOR_RANGE(?=\s)/iy) !== undefined) {
      return parseVectorRange(scanner, this.#scope, this.#scope.vectorField(alias, start));
    }
    if (field.type === 'GEO') return this.#withAttributes(parseGeoRadius(scanner, this.#scope, field));
    if (field.type === 'GEOSHAPE') return this.#withAttributes(parseGeoShape(scanner, this.#scope, field));
    if (field.type !== 'NUMERIC') this.#failType(alias, 'numeric', start);
    return this.#withAttributes(parseNumericRange(scanner, this.#scope, field));
  }

  /** `: word` or `: ( ... )` behind names of fields. */
  #parseFieldText(aliases: readonly string[], start: number): Predicate | undefined {
    const scanner = this.#scanner;
    scanner.expect(':', 'Expected `:` after the field names');
    scanner.skipBlanks();
    if (this.#scope.schema.textFields.length === 0) failText(scanner.at);
    const fields = this.#scope.textScope(aliases, start);
    if (!scanner.take('(')) {
      if (!scanner.sees('*') && !seesWord(scanner)) this.#failUnexpected();
      return this.#parseText(fields);
    }
    const outer = this.#fields;
    this.#fields = fields;
    const group = this.#deeper(() => this.#parseGroup());
    this.#fields = outer;
    return this.#withAttributes(group);
  }

  /** A name may hold dots, dollars and hyphens; a backslash makes any other character part of it. */
  #parseFieldName(): string {
    const raw = this.#scanner.match(/(?:\\.|[^\\\s:=!<>[\]{}()|@])+/suy);
    return raw?.replace(/\\(.)/gsu, '$1') ?? this.#scanner.fail('Missing field name');
  }

  /** The attribute block of a predicate, if one follows. Attributes of text say nothing about other predicates, and are accepted there. */
  #withAttributes(predicate: Predicate): Predicate {
    let result = predicate;
    let weight = 1;
    for (const { name, value, at } of parseAttributes(this.#scanner)) {
      switch (name) {
        case 'WEIGHT':
          weight = this.#scope.numberOf(value, this.#scanner, at);
          if (!(weight >= 0 && weight < Number.POSITIVE_INFINITY)) this.#scanner.fail(`Invalid weight: ${value}`, at);
          break;
        case 'SLOP':
          result = this.#withNearness(result, { slop: this.#scope.numberOf(value, this.#scanner, at) }, at);
          break;
        case 'INORDER':
          result = this.#withNearness(result, { inOrder: this.#booleanOf(value, at) }, at);
          break;
        case 'PHONETIC':
          result = withSounds(result, this.#booleanOf(value, at), this.#scope, at);
          break;
        default:
          this.#scanner.fail(`Invalid attribute ${name.toLowerCase()}`, at);
      }
    }
    return weight === 1 || !hasText(result) ? result : { kind: 'weighted', child: result, weight };
  }

  /** Attributes of what is left out are read all the same. */
  #withoutAttributes(): undefined {
    this.#withAttributes(matchNone);
    return undefined;
  }

  #withNearness(
    predicate: Predicate,
    change: { readonly slop?: number; readonly inOrder?: boolean },
    at: number,
  ): Predicate {
    if (predicate.kind === 'near' || predicate.kind === 'phrase') return { ...predicate, ...change };
    if (predicate.kind !== 'and' || !hasText(predicate)) return predicate;
    this.#text.requireOffsets(at);
    return { kind: 'near', children: predicate.children, slop: Number.POSITIVE_INFINITY, inOrder: false, ...change };
  }

  #booleanOf(value: string, at: number): boolean {
    const text = this.#scope.textOf(value, at).toLowerCase();
    if (text !== 'true' && text !== 'false') this.#scanner.fail(`Invalid boolean: ${value}`, at);
    return text === 'true';
  }

  #deeper<T>(parse: () => T): T {
    if (++this.#depth > this.#scope.limits.depthMax) {
      const detail = `max depth can't exceed ${this.#scope.limits.depthMax}`;
      throw new QueryError('limit', `Query string is too complex: ${detail}`, this.#scanner.at);
    }
    const parsed = parse();
    this.#depth--;
    return parsed;
  }

  #failType(alias: string, type: 'tag' | 'numeric', at: number): never {
    throw new QueryError('field', `\`${alias}\` is not indexed as a ${type} field`, at);
  }

  #failUnexpected(): never {
    const { at, next } = this.#scanner;
    return this.#scanner.fail(`Unexpected character at position ${at}: \`${next}\``);
  }
}

function utf8Bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
