/**
 * What a search lets through, from the words of SageMaker's filters to the query language of FT.SEARCH. Texts enter the query as
 * digests and numbers as numbers, so nothing needs escaping. A record without a value passes no filter but NotEquals.
 */
import { z } from 'zod';
import { invalid } from './feature-error.js';
import type { Feature, FeatureGroup } from './feature-group.js';
import { checkedValue } from './feature-values.js';
import { indexedNumber, indexField, textDigest } from './indexed-fields.js';

export const filterOperator = z.enum([
  'Equals',
  'NotEquals',
  'In',
  'GreaterThan',
  'GreaterThanOrEqualTo',
  'LessThan',
  'LessThanOrEqualTo',
]);

export interface FeatureFilter {
  readonly FeatureName: string;
  readonly Operator?: z.infer<typeof filterOperator> | undefined;
  readonly ValueAsString?: string | null | undefined;
  /** Of the operator In. */
  readonly ValueAsStringList?: readonly string[] | null | undefined;
}

/** Every record. */
const all = '*';

type Bounds = (number: string) => string;

const bounds: Readonly<Record<string, Bounds>> = {
  GreaterThan: (number) => `(${number} +inf`,
  GreaterThanOrEqualTo: (number) => `${number} +inf`,
  LessThan: (number) => `-inf (${number}`,
  LessThanOrEqualTo: (number) => `-inf ${number}`,
};

/**
 * All filters have to hold.
 * @throws FeatureError ValidationError
 */
export function filterQuery(group: FeatureGroup, filters: readonly FeatureFilter[]): string {
  if (filters.length === 0) return all;
  return filters.map((filter) => condition(filterable(group, filter.FeatureName), filter)).join(' ');
}

function filterable(group: FeatureGroup, name: string): Feature {
  const feature = group.byName.get(name);
  if (feature === undefined) throw invalid(`The feature group ${group.name} has no feature '${name}'`);
  if (group.filterable.includes(feature)) return feature;
  const names = group.filterable.map((each) => each.name).join(', ') || 'none';
  throw invalid(`A search of ${group.name} cannot filter by '${name}'. It can by: ${names}`);
}

function condition(feature: Feature, filter: FeatureFilter): string {
  const { Operator: operator = 'Equals' } = filter;
  switch (operator) {
    case 'Equals':
      return equal(feature, [textOf(filter)]);
    case 'NotEquals':
      return `-${equal(feature, [textOf(filter)])}`;
    case 'In':
      return equal(feature, filter.ValueAsStringList ?? []);
    default:
      return compared(feature, textOf(filter), operator);
  }
}

function textOf({ FeatureName: name, ValueAsString: text }: FeatureFilter): string {
  if (typeof text !== 'string') throw invalid(`The filter of '${name}' has no ValueAsString`);
  return text;
}

function equal(feature: Feature, texts: readonly string[]): string {
  if (texts.length === 0) throw invalid(`The filter of '${feature.name}' has no ValueAsStringList`);
  for (const text of texts) checkedValue(feature, { FeatureName: feature.name, ValueAsString: text });
  const field = indexField(feature);
  if (feature.type === 'String') return `@${field}:{${texts.map(textDigest).join('|')}}`;
  const ranges = texts.map(indexedNumber).map((number) => `@${field}:[${number} ${number}]`);
  return ranges.length === 1 ? ranges.join('') : `(${ranges.join(' | ')})`;
}

function compared(feature: Feature, text: string, operator: string): string {
  if (feature.type === 'String') {
    throw invalid(`The feature '${feature.name}' is of type String, which ${operator} does not compare`);
  }
  checkedValue(feature, { FeatureName: feature.name, ValueAsString: text });
  return `@${indexField(feature)}:[${bounds[operator]?.(indexedNumber(text))}]`;
}
