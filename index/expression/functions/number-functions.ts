/** Functions of numbers. What is no number makes no number: NaN. */
import { numberOf, type Value } from '../value.js';
import { exactly, type FunctionRow } from './function-row.js';

function ofNumber(name: string, summary: string, reckon: (x: number) => number): FunctionRow {
  const run = (value: Value): number => reckon(numberOf(value) ?? Number.NaN);
  return { name, ...exactly(1), operands: 'x', returns: 'number', summary, run };
}

export const numberFunctions: readonly FunctionRow[] = [
  ofNumber('abs', 'The magnitude of x.', Math.abs),
  ofNumber('ceil', 'The smallest whole number not below x.', Math.ceil),
  ofNumber('exp', 'e to the power of x.', Math.exp),
  ofNumber('floor', 'The greatest whole number not above x.', Math.floor),
  ofNumber('log', 'The natural logarithm of x.', Math.log),
  ofNumber('log2', 'The logarithm of x to base 2.', Math.log2),
  ofNumber('sqrt', 'The square root of x.', Math.sqrt),
];
