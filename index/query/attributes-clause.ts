/** The attribute block `=>{$NAME: value; ...}` behind a predicate or a KNN clause. Names are case-insensitive. */
import type { Scanner } from './scanner.js';

export interface QueryAttribute {
  /** Upper case, without the dollar sign. */
  readonly name: string;
  /** As written; may be a `$parameter`. */
  readonly value: string;
  readonly at: number;
}

/** Reads the block if one follows; leaves the scanner where it was if not. */
export function parseAttributes(scanner: Scanner): QueryAttribute[] {
  const start = scanner.at;
  scanner.skipBlanks();
  if (scanner.match(/=>\s*\{/y) === undefined) {
    scanner.rewind(start);
    return [];
  }
  const attributes: QueryAttribute[] = [];
  scanner.skipBlanks();
  while (!scanner.take('}')) {
    attributes.push(parseAttribute(scanner));
    scanner.skipBlanks();
    if (scanner.take(';')) scanner.skipBlanks();
    else if (!scanner.sees('}')) scanner.fail('Missing closing attributes bracket');
  }
  return attributes;
}

function parseAttribute(scanner: Scanner): QueryAttribute {
  const { at } = scanner;
  const name = scanner.match(/\$\w+/y) ?? scanner.fail('Expected an attribute such as `$yield_distance_as`');
  scanner.skipBlanks();
  scanner.expect(':', `Expected \`:\` after the attribute \`${name}\``);
  scanner.skipBlanks();
  const value = scanner.match(/[^\s;}]+/y) ?? scanner.fail(`Missing value of the attribute \`${name}\``);
  return { name: name.slice(1).toUpperCase(), value, at };
}
