/**
 * The predicate tree a query's filter is parsed into, and its one-line text form (tests and FT.EXPLAIN read it).
 *
 * The tree is already bound: fields exist and have the right type, parameters are replaced by their values. A document
 * that lacks the field of a leaf does not match the leaf, and therefore matches its negation.
 */
import type { NumericField, TagField, VectorField } from '../schema.js';
import type { VectorElements } from '../vector/elements.js';

/** One value of a tag predicate; `text` is unescaped and in the case it was written. */
export interface TagTerm {
  readonly match: 'exact' | 'prefix' | 'suffix' | 'infix';
  readonly text: string;
}

export interface TagPredicate {
  readonly kind: 'tag';
  readonly field: TagField;
  /** A document matches when any of its values matches any term. No terms: nothing matches. */
  readonly terms: readonly TagTerm[];
}

export interface NumericPredicate {
  readonly kind: 'numeric';
  readonly field: NumericField;
  readonly min: number;
  readonly minExclusive: boolean;
  readonly max: number;
  readonly maxExclusive: boolean;
}

export interface VectorRangePredicate {
  readonly kind: 'vector-range';
  readonly field: VectorField;
  readonly vector: VectorElements;
  /** Inclusive, in the unit of the field's metric. */
  readonly radiusDistance: number;
  readonly epsilon: number | undefined;
  /** The name the distance is reported and sorted by, when one was asked for. */
  readonly distanceName: string | undefined;
}

export type Predicate =
  | { readonly kind: 'all' }
  | { readonly kind: 'and' | 'or'; readonly children: readonly Predicate[] }
  | { readonly kind: 'not'; readonly child: Predicate }
  | TagPredicate
  | NumericPredicate
  | VectorRangePredicate;

export const matchAll: Predicate = { kind: 'all' };

/** Visits every vector range of the tree, in the order they are written. */
export function vectorRanges(predicate: Predicate): VectorRangePredicate[] {
  switch (predicate.kind) {
    case 'and':
    case 'or':
      return predicate.children.flatMap(vectorRanges);
    case 'not':
      return vectorRanges(predicate.child);
    case 'vector-range':
      return [predicate];
    default:
      return [];
  }
}

/** The tree as one line: `and(tag(color: red | "bl"*), not(numeric(price: [1, 5))))`. */
export function describePredicate(predicate: Predicate): string {
  switch (predicate.kind) {
    case 'all':
      return '*';
    case 'and':
    case 'or':
      return `${predicate.kind}(${predicate.children.map(describePredicate).join(', ')})`;
    case 'not':
      return `not(${describePredicate(predicate.child)})`;
    case 'tag':
      return `tag(${predicate.field.alias}: ${predicate.terms.map(describeTerm).join(' | ')})`;
    case 'numeric':
      return `numeric(${predicate.field.alias}: ${describeRange(predicate)})`;
    case 'vector-range':
      return `range(${predicate.field.alias} <= ${predicate.radiusDistance}${describeYield(predicate)})`;
  }
}

function describeTerm({ match, text }: TagTerm): string {
  const before = match === 'suffix' || match === 'infix' ? '*' : '';
  const after = match === 'prefix' || match === 'infix' ? '*' : '';
  return `${before}${JSON.stringify(text)}${after}`;
}

function describeRange({ min, minExclusive, max, maxExclusive }: NumericPredicate): string {
  return `${minExclusive ? '(' : '['}${min}, ${max}${maxExclusive ? ')' : ']'}`;
}

function describeYield({ distanceName, epsilon }: VectorRangePredicate): string {
  return (
    (distanceName === undefined ? '' : ` as ${distanceName}`) + (epsilon === undefined ? '' : ` epsilon ${epsilon}`)
  );
}
