/**
 * Numeric predicates: `@n:[a b]` with `(` for an exclusive bound, blank or comma between the bounds, infinities and
 * `$parameters`; `@n:[a]` for equality; and the comparisons `== != < <= > >=`. An empty range matches nothing.
 */
import type { NumericField } from '../schema.js';
import type { NumericPredicate, Predicate } from './predicate.js';
import type { Scanner } from './scanner.js';
import type { QueryScope } from './scope.js';

interface Bound {
  readonly value: number;
  readonly exclusive: boolean;
}

/** Called after the opening bracket; reads past the closing one. */
export function parseNumericRange(scanner: Scanner, scope: QueryScope, field: NumericField): NumericPredicate {
  const start = scanner.at;
  scope.countTerm(start);
  scanner.skipBlanks();
  if (scanner.sees(']')) scanner.fail(`Empty brackets detected at Position: ${start}`);
  const min = parseBound(scanner, scope);
  const separator = scanner.match(/\s*,\s*|\s+/y);
  if (scanner.take(']')) {
    if (min.exclusive) scanner.fail('A single value cannot be exclusive', start);
    return equality(field, min.value);
  }
  if (separator === undefined) scanner.fail('Expected space or `,` between start and end values of a numeric field');
  const max = parseBound(scanner, scope);
  scanner.skipBlanks();
  scanner.expect(']', 'Missing closing bracket');
  return range(field, min, max);
}

const comparison = /==|!=|<=|>=|<|>/y;

/** Reads `== v` and its kin; undefined when no comparison follows. */
export function parseComparison(scanner: Scanner, scope: QueryScope, field: NumericField): Predicate | undefined {
  const start = scanner.at;
  const operator = scanner.match(comparison);
  if (operator === undefined) return undefined;
  scope.countTerm(start);
  scanner.skipBlanks();
  const value = parseNumber(scanner, scope);
  const infinity = { value: Number.POSITIVE_INFINITY, exclusive: false };
  const minusInfinity = { value: Number.NEGATIVE_INFINITY, exclusive: false };
  switch (operator) {
    case '==':
      return equality(field, value);
    case '!=':
      return { kind: 'not', child: equality(field, value) };
    case '<':
    case '<=':
      return range(field, minusInfinity, { value, exclusive: operator === '<' });
    default:
      return range(field, { value, exclusive: operator === '>' }, infinity);
  }
}

function parseBound(scanner: Scanner, scope: QueryScope): Bound {
  const exclusive = scanner.take('(');
  return { value: parseNumber(scanner, scope), exclusive };
}

function parseNumber(scanner: Scanner, scope: QueryScope): number {
  const { at } = scanner;
  const text = scanner.match(/\$\w+|[+\-.\w]+/y) ?? scanner.fail('Invalid number: expected a number or a parameter');
  return scope.numberOf(text, scanner, at);
}

function equality(field: NumericField, value: number): NumericPredicate {
  const bound = { value, exclusive: false };
  return range(field, bound, bound);
}

function range(field: NumericField, min: Bound, max: Bound): NumericPredicate {
  return {
    kind: 'numeric',
    field,
    min: min.value,
    minExclusive: min.exclusive,
    max: max.value,
    maxExclusive: max.exclusive,
  };
}
