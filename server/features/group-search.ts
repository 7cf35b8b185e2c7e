/**
 * The search language of SageMaker's control plane over documents. A name is a path with dots; where a path meets a list, any of its
 * elements may match, so `FeatureDefinitions.FeatureName` finds groups by a feature, and `Tags.team` by a tag's value.
 */
import type { SearchExpression, SearchFilter } from './control-schemas.js';
import type { Document } from './group-document.js';

type Comparison = (order: number) => boolean;

const comparisons: Readonly<Record<string, Comparison>> = {
  GreaterThan: (order) => order > 0,
  GreaterThanOrEqualTo: (order) => order >= 0,
  LessThan: (order) => order < 0,
  LessThanOrEqualTo: (order) => order <= 0,
};

export function matches(document: Document, expression: SearchExpression): boolean {
  const conditions = [
    ...(expression.Filters ?? []).map((filter) => () => passes(document, filter)),
    ...(expression.NestedFilters ?? []).map(({ NestedPropertyName, Filters }) => {
      const within = (element: unknown): boolean =>
        isDocument(element) && Filters.every((filter) => passes(element, { ...filter, Name: lastOf(filter.Name) }));
      return () => elementsAt(document, NestedPropertyName).some(within);
    }),
    ...(expression.SubExpressions ?? []).map((inner) => () => matches(document, inner)),
  ];
  if (conditions.length === 0) return true;
  return expression.Operator === 'Or' ? conditions.some((holds) => holds()) : conditions.every((holds) => holds());
}

/** What a document is sorted by: its first value at the path. */
export function sortValue(document: Document, path: string): string | number {
  const [value] = elementsAt(document, path);
  return typeof value === 'number' ? value : String(value ?? '');
}

export function compareValues(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [left, right] = [String(a), String(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function passes(document: Document, { Name, Operator = 'Equals', Value = '' }: SearchFilter): boolean {
  const values = elementsAt(document, Name).filter((value) => value !== undefined && value !== null);
  switch (Operator) {
    case 'Exists':
      return values.length > 0;
    case 'NotExists':
      return values.length === 0;
    case 'Equals':
      return values.some((value) => equals(value, Value));
    case 'NotEquals':
      return !values.some((value) => equals(value, Value));
    case 'Contains':
      return values.some((value) => String(value).toLowerCase().includes(Value.toLowerCase()));
    case 'In':
      return values.some((value) => Value.split(',').some((choice) => equals(value, choice.trim())));
    default:
      return values.some((value) => comparisons[Operator]?.(orderOf(value, Value)) ?? false);
  }
}

function equals(value: unknown, text: string): boolean {
  return String(value) === text || (typeof value === 'number' && orderOf(value, text) === 0);
}

/** Moments are numbers of seconds here, and ISO-8601 in filters. */
function orderOf(value: unknown, text: string): number {
  if (typeof value !== 'number') return compareValues(String(value), text);
  const number = Number(text);
  return value - (Number.isNaN(number) ? Date.parse(text) / 1000 : number);
}

function elementsAt(value: unknown, path: string): unknown[] {
  if (Array.isArray(value)) return value.flatMap((element) => elementsAt(element, path));
  if (path === '') return [value];
  if (!isDocument(value)) return [];
  // A tag lies under its whole path, whatever is in its key.
  if (path in value) return elementsAt(value[path], '');
  const end = path.indexOf('.');
  const [head, rest] = end < 0 ? [path, ''] : [path.slice(0, end), path.slice(end + 1)];
  return elementsAt(value[head], rest);
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

function isDocument(value: unknown): value is Document {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
