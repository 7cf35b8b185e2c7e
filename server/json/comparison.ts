/** Whether two values are the same, and which of two scalars comes first. The values may lie in different bytes. */
import {
  countAt,
  doubleAt,
  findEntry,
  forEachMember,
  integerAt,
  isContainer,
  isNumber,
  isString,
  keyAt,
  stringAt,
  Tag,
  tagAt,
  typeAt,
  valueOfEntry,
} from './tape.js';

/** A value and the bytes it lies in. */
export interface Node {
  readonly tape: Buffer;
  readonly at: number;
}

/** Whether 3 and 3.0 are the same number: in filters they are, for JSON.ARRINDEX they are not. */
export type NumberEquality = 'by value' | 'by type';

/** Whether two values are equal. Members of objects may come in any order. */
export function equalValues(a: Node, b: Node, numbers: NumberEquality): boolean {
  const type = typeAt(a.tape, a.at);
  if (isNumber(a.tape, a.at) && isNumber(b.tape, b.at)) {
    return (numbers === 'by value' || type === typeAt(b.tape, b.at)) && compareNumbers(a, b) === 0;
  }
  if (type !== typeAt(b.tape, b.at)) return false;
  if (!isContainer(a.tape, a.at)) return compareScalars(a, b) === 0;
  if (countAt(a.tape, a.at) !== countAt(b.tape, b.at)) return false;
  return type === 'array' ? equalArrays(a, b, numbers) : equalObjects(a, b, numbers);
}

/** The order of two scalars of a type; undefined when they have none. Strings are ordered by their bytes. */
export function compareScalars(a: Node, b: Node): number | undefined {
  if (isNumber(a.tape, a.at) && isNumber(b.tape, b.at)) return compareNumbers(a, b);
  if (isString(a.tape, a.at) && isString(b.tape, b.at)) return stringAt(a.tape, a.at).compare(stringAt(b.tape, b.at));
  const tags = [tagAt(a.tape, a.at), tagAt(b.tape, b.at)] as const;
  if (tags[0] === Tag.null && tags[1] === Tag.null) return 0;
  const areBooleans = tags.every((tag) => tag === Tag.true || tag === Tag.false);
  return areBooleans ? tags[0] - tags[1] : undefined;
}

function compareNumbers(a: Node, b: Node): number {
  const areIntegers = typeAt(a.tape, a.at) === 'integer' && typeAt(b.tape, b.at) === 'integer';
  const [x, y] = areIntegers
    ? [integerAt(a.tape, a.at), integerAt(b.tape, b.at)]
    : [doubleAt(a.tape, a.at), doubleAt(b.tape, b.at)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function equalArrays(a: Node, b: Node, numbers: NumberEquality): boolean {
  const others: number[] = [];
  forEachMember(b.tape, b.at, (_entry, value) => {
    others.push(value);
  });
  let index = 0;
  let areEqual = true;
  forEachMember(a.tape, a.at, (_entry, value) => {
    const other = { tape: b.tape, at: others[index++] ?? 0 };
    areEqual &&= equalValues({ tape: a.tape, at: value }, other, numbers);
  });
  return areEqual;
}

function equalObjects(a: Node, b: Node, numbers: NumberEquality): boolean {
  let areEqual = true;
  forEachMember(a.tape, a.at, (entry, value) => {
    if (!areEqual) return;
    const other = findEntry(b.tape, b.at, keyAt(a.tape, entry));
    areEqual =
      other >= 0 &&
      equalValues({ tape: a.tape, at: value }, { tape: b.tape, at: valueOfEntry(b.tape, other) }, numbers);
  });
  return areEqual;
}
