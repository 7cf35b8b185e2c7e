/**
 * The predicate tree a query's filter is parsed into, and its one-line text form (tests and FT.EXPLAIN read it).
 *
 * The tree is already bound: fields exist and have the right type, parameters are replaced by their values. A document
 * that lacks the field of a leaf does not match the leaf, and therefore matches its negation.
 */
import type { Placed, ShapeRelation } from '../geometry/relation.js';
import type { Field, GeoField, GeoShapeField, NumericField, TagField, VectorField } from '../schema.js';
import type { VectorElements } from '../vector/elements.js';

/** One value of a tag predicate; `text` is unescaped and in the case it was written. */
export interface TagTerm {
  readonly match: 'exact' | 'prefix' | 'suffix' | 'infix' | 'wildcard';
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

/** The TEXT fields a word is searched in, by their numbers; undefined for all. */
export type TextScope = ReadonlySet<number> | undefined;

/** One word of a query. */
export interface TextPredicate {
  readonly kind: 'text';
  readonly scope: TextScope;
  readonly match: 'word' | 'prefix' | 'suffix' | 'infix' | 'wildcard' | 'fuzzy';
  /** Folded. */
  readonly text: string;
  /** Of a `word`: what it is found by, too: its stem, with and without its mark, and its synonyms. */
  readonly alternatives: readonly string[];
  /** Of a `fuzzy` word. */
  readonly distance: number;
}

/** Words that follow each other in one field. */
export interface PhrasePredicate {
  readonly kind: 'phrase';
  readonly scope: TextScope;
  /** Folded, without stop words. */
  readonly words: readonly string[];
  readonly slop: number;
  readonly inOrder: boolean;
}

export interface GeoPredicate {
  readonly kind: 'geo';
  readonly field: GeoField;
  readonly lon: number;
  readonly lat: number;
  readonly radiusM: number;
}

export interface GeoShapePredicate {
  readonly kind: 'geoshape';
  readonly field: GeoShapeField;
  readonly relation: ShapeRelation;
  readonly shape: Placed;
}

/** Documents without a field that is declared INDEXMISSING. */
export interface MissingPredicate {
  readonly kind: 'missing';
  readonly field: Field;
}

export interface KeysPredicate {
  readonly kind: 'keys';
  readonly keys: readonly string[];
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

/** AND whose words must stand near each other in one field. */
export interface NearPredicate {
  readonly kind: 'near';
  readonly children: readonly Predicate[];
  /** Infinite when only the order matters. */
  readonly slop: number;
  readonly inOrder: boolean;
}

export type LeafPredicate =
  | TagPredicate
  | NumericPredicate
  | TextPredicate
  | PhrasePredicate
  | GeoPredicate
  | GeoShapePredicate
  | MissingPredicate
  | KeysPredicate
  | VectorRangePredicate;

export type Predicate =
  /** `none`: what only stop words ask for. */
  | { readonly kind: 'all' | 'none' }
  | { readonly kind: 'and' | 'or'; readonly children: readonly Predicate[] }
  /** `optional` keeps every document, and adds to the score of those that match its child. */
  | { readonly kind: 'not' | 'optional'; readonly child: Predicate }
  /** Matches what its child matches; its share of the score is multiplied. */
  | { readonly kind: 'weighted'; readonly child: Predicate; readonly weight: number }
  | NearPredicate
  | LeafPredicate;

export const matchAll: Predicate = { kind: 'all' };
export const matchNone: Predicate = { kind: 'none' };

/** The predicates one level below. */
export function childrenOf(predicate: Predicate): readonly Predicate[] {
  switch (predicate.kind) {
    case 'and':
    case 'or':
    case 'near':
      return predicate.children;
    case 'not':
    case 'optional':
    case 'weighted':
      return [predicate.child];
    default:
      return [];
  }
}

/** Whether the words of a query say anything about scores. */
export function hasText(predicate: Predicate): boolean {
  if (predicate.kind === 'text' || predicate.kind === 'phrase') return true;
  return childrenOf(predicate).some(hasText);
}

/** Every vector range of the tree, in the order they are written. */
export function vectorRanges(predicate: Predicate): VectorRangePredicate[] {
  return predicate.kind === 'vector-range' ? [predicate] : childrenOf(predicate).flatMap(vectorRanges);
}

/** The tree as one line: `and(tag(color: red | "bl"*), not(numeric(price: [1, 5))))`. */
export function describePredicate(predicate: Predicate): string {
  switch (predicate.kind) {
    case 'all':
      return '*';
    case 'none':
      return 'none';
    case 'and':
    case 'or':
      return `${predicate.kind}(${predicate.children.map(describePredicate).join(', ')})`;
    case 'near':
      return `near${describeNearness(predicate)}(${predicate.children.map(describePredicate).join(', ')})`;
    case 'not':
    case 'optional':
      return `${predicate.kind}(${describePredicate(predicate.child)})`;
    case 'weighted':
      return `${describePredicate(predicate.child)}^${predicate.weight}`;
    default:
      return describeLeaf(predicate);
  }
}

function describeLeaf(predicate: LeafPredicate): string {
  switch (predicate.kind) {
    case 'text':
      return `text(${describeScope(predicate.scope)}${describeText(predicate)})`;
    case 'phrase': {
      const words = predicate.words.map((word) => JSON.stringify(word)).join(' ');
      return `phrase${describeNearness(predicate)}(${describeScope(predicate.scope)}${words})`;
    }
    case 'geo':
      return `geo(${predicate.field.alias}: ${predicate.radiusM} m from ${predicate.lon}, ${predicate.lat})`;
    case 'geoshape':
      return `geoshape(${predicate.field.alias} ${predicate.relation} ${describeShape(predicate)})`;
    case 'missing':
      return `missing(${predicate.field.alias})`;
    case 'keys':
      return `keys(${predicate.keys.join(', ')})`;
    case 'tag':
      return `tag(${predicate.field.alias}: ${predicate.terms.map(describeTerm).join(' | ')})`;
    case 'numeric':
      return `numeric(${predicate.field.alias}: ${describeRange(predicate)})`;
    case 'vector-range':
      return `range(${predicate.field.alias} <= ${predicate.radiusDistance}${describeYield(predicate)})`;
  }
}

function describeShape({ shape: { shape } }: GeoShapePredicate): string {
  return shape.rings.map((ring) => `(${ring.join(' ')})`).join(', ');
}

function describeScope(scope: TextScope): string {
  return scope === undefined ? '' : `${[...scope].join('|')}: `;
}

function describeNearness({ slop, inOrder }: { readonly slop: number; readonly inOrder: boolean }): string {
  return `[${slop}${inOrder ? ' in order' : ''}]`;
}

function describeText({ match, text, alternatives, distance }: TextPredicate): string {
  if (match === 'fuzzy') return `${'%'.repeat(distance)}${JSON.stringify(text)}`;
  if (match !== 'word') return describeTerm({ match, text });
  return [text, ...alternatives].map((word) => JSON.stringify(word)).join(' | ');
}

function describeTerm({ match, text }: TagTerm): string {
  if (match === 'wildcard') return `w${JSON.stringify(text)}`;
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
