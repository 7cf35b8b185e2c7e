/**
 * Decides FILTER expressions on the attributes of an element. Attributes that are no JSON object, and a member that is missing or
 * of a type the language does not have, make the whole expression false.
 */
import type { Binary, Expression, Scalar } from './filter-parser.js';

type Value = Scalar | readonly Scalar[];

/** @param attributes JSON text */
export function passesFilter(expression: Expression, attributes: string): boolean {
  const members = membersOf(attributes);
  const value = members === undefined ? undefined : evaluate(expression, members);
  return value !== undefined && isTrue(value);
}

function membersOf(attributes: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(attributes);
    return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined when a member has no value; both sides are always looked at. */
function evaluate(expression: Expression, members: ReadonlyMap<string, unknown>): Value | undefined {
  switch (expression.type) {
    case 'value':
      return expression.value;
    case 'member':
      return members.has(expression.name) ? valueOfMember(members.get(expression.name)) : undefined;
    case 'not': {
      const value = evaluate(expression.of, members);
      return value === undefined ? undefined : Number(!isTrue(value));
    }
    case 'binary': {
      const left = evaluate(expression.left, members);
      const right = evaluate(expression.right, members);
      return left === undefined || right === undefined ? undefined : OPERATIONS[expression.operator](left, right);
    }
  }
}

function valueOfMember(member: unknown): Value | undefined {
  if (Array.isArray(member)) {
    const scalars = member.map(scalarOf);
    return scalars.every(
      (scalar): scalar is number | string => typeof scalar === 'number' || typeof scalar === 'string',
    )
      ? scalars
      : undefined;
  }
  return scalarOf(member);
}

function scalarOf(member: unknown): Scalar | undefined {
  if (typeof member === 'boolean') return Number(member);
  return typeof member === 'number' || typeof member === 'string' || member === null ? member : undefined;
}

const OPERATIONS: Readonly<Record<Binary, (left: Value, right: Value) => number>> = {
  '||': (left, right) => Number(isTrue(left) || isTrue(right)),
  '&&': (left, right) => Number(isTrue(left) && isTrue(right)),
  '==': (left, right) => Number(areEqual(left, right)),
  '!=': (left, right) => Number(!areEqual(left, right)),
  '<': (left, right) => Number(numberOf(left) < numberOf(right)),
  '<=': (left, right) => Number(numberOf(left) <= numberOf(right)),
  '>': (left, right) => Number(numberOf(left) > numberOf(right)),
  '>=': (left, right) => Number(numberOf(left) >= numberOf(right)),
  in: (left, right) => Number(isIn(left, right)),
  '+': (left, right) => numberOf(left) + numberOf(right),
  '-': (left, right) => numberOf(left) - numberOf(right),
  '*': (left, right) => numberOf(left) * numberOf(right),
  '/': (left, right) => numberOf(left) / numberOf(right),
  '%': (left, right) => numberOf(left) % numberOf(right),
  '**': (left, right) => numberOf(left) ** numberOf(right),
};

function areEqual(left: Value, right: Value): boolean {
  if (left === null || right === null) return left === right;
  if (typeof left === 'string' && typeof right === 'string') return left === right;
  return numberOf(left) === numberOf(right);
}

function isIn(left: Value, right: Value): boolean {
  if (typeof right === 'object' && right !== null) return right.some((element) => areEqual(left, element));
  return typeof left === 'string' && typeof right === 'string' && right.includes(left);
}

/** A text that is no number counts as 0, like everything else that is none. */
function numberOf(value: Value): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? Number(value) || 0 : 0;
}

function isTrue(value: Value): boolean {
  if (typeof value === 'number') return value !== 0;
  return value !== null && value !== '';
}
