/** Decides filters of paths. A term that has no value, or more than one, equals nothing and has no order. */
import { linearPattern } from '../../base/linear-pattern.js';
import { compareScalars, equalValues, type Node } from '../comparison.js';
import { forEachMember, isString, stringAt, Tag, tagAt } from '../tape.js';
import type { Filter, Operator, Term } from './json-path.js';

/** Finds the value of a term that is a path. */
export type Resolve = (term: Term & { readonly type: 'current' | 'root' }) => Node | undefined;

export function passes(filter: Filter, resolve: Resolve): boolean {
  switch (filter.type) {
    case 'and':
      return passes(filter.left, resolve) && passes(filter.right, resolve);
    case 'or':
      return passes(filter.left, resolve) || passes(filter.right, resolve);
    case 'not':
      return !passes(filter.of, resolve);
    case 'exists':
      return valueOfTerm(filter.term, resolve) !== undefined;
    case 'compare':
      return compares(filter.operator, filter.left, filter.right, resolve);
  }
}

function valueOfTerm(term: Term, resolve: Resolve): Node | undefined {
  return term.type === 'literal' ? { tape: term.tape, at: 0 } : resolve(term);
}

function compares(operator: Operator, leftTerm: Term, rightTerm: Term, resolve: Resolve): boolean {
  const left = valueOfTerm(leftTerm, resolve);
  const right = valueOfTerm(rightTerm, resolve);
  if (operator === '!=') return !areEqual(left, right);
  if (operator === 'nin') return !isIn(left, right);
  if (left === undefined || right === undefined) return false;
  if (operator === '==') return areEqual(left, right);
  if (operator === 'in') return isIn(left, right);
  if (operator === '=~') return matches(left, right, rightTerm);
  const order = compareScalars(left, right);
  return order !== undefined && ORDERED[operator](order);
}

const ORDERED: Readonly<Record<'<' | '<=' | '>' | '>=', (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function areEqual(left: Node | undefined, right: Node | undefined): boolean {
  return left !== undefined && right !== undefined && equalValues(left, right, 'by value');
}

function isIn(element: Node | undefined, array: Node | undefined): boolean {
  if (element === undefined || array === undefined || tagAt(array.tape, array.at) !== Tag.array) return false;
  let isThere = false;
  forEachMember(array.tape, array.at, (_entry, at) => {
    isThere ||= equalValues(element, { tape: array.tape, at }, 'by value');
  });
  return isThere;
}

/** Whether a pattern is somewhere in a string. */
function matches(left: Node, right: Node, rightTerm: Term): boolean {
  if (!isString(left.tape, left.at) || !isString(right.tape, right.at)) return false;
  const pattern =
    rightTerm.type === 'literal' ? rightTerm.pattern : linearPattern(stringAt(right.tape, right.at).utf8());
  return pattern?.test(stringAt(left.tape, left.at).utf8()) ?? false;
}
