/** Conditions that come beside the text of a query, as FILTER, GEOFILTER and INKEYS do: all of them must hold, too. */

import type { NumericRange } from '../attribute/numeric.js';
import { QueryError } from '../errors.js';
import type { Field, Schema } from '../schema.js';
import { matchAll, type Predicate } from './predicate.js';
import type { Query } from './query.js';

export type Restriction =
  | { readonly kind: 'numeric'; readonly alias: string; readonly range: NumericRange }
  | {
      readonly kind: 'geo';
      readonly alias: string;
      readonly lon: number;
      readonly lat: number;
      readonly radiusM: number;
    }
  | { readonly kind: 'keys'; readonly keys: readonly string[] };

/** Throws a `QueryError` of code `field` when a field is not there, or is of another type. */
export function restrict(query: Query, schema: Schema, restrictions: readonly Restriction[]): Query {
  if (restrictions.length === 0) return query;
  const more = restrictions.map((restriction) => predicateOf(restriction, schema));
  const filter = query.filter.kind === matchAll.kind ? more : [query.filter, ...more];
  const [only] = filter;
  return { ...query, filter: filter.length === 1 && only !== undefined ? only : { kind: 'and', children: filter } };
}

function predicateOf(restriction: Restriction, schema: Schema): Predicate {
  if (restriction.kind === 'keys') return restriction;
  const { alias } = restriction;
  const field = schema.field(alias);
  if (restriction.kind === 'numeric' && field?.type === 'NUMERIC')
    return { kind: 'numeric', field, ...restriction.range };
  if (restriction.kind === 'geo' && field?.type === 'GEO') {
    const { lon, lat, radiusM } = restriction;
    return { kind: 'geo', field, lon, lat, radiusM };
  }
  throw new QueryError('field', wrongField(alias, field, restriction.kind));
}

function wrongField(alias: string, field: Field | undefined, type: string): string {
  return field === undefined
    ? `Index field \`${alias}\` does not exist (Unknown field)`
    : `\`${alias}\` is not indexed as a ${type} field`;
}
