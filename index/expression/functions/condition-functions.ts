/** Functions that ask whether something is there, or choose. */
import { isTrue } from '../value.js';
import { exactly, type FunctionRow } from './function-row.js';

export const conditionFunctions: readonly FunctionRow[] = [
  {
    name: 'case',
    ...exactly(3),
    operands: 'condition, a, b',
    returns: 'any',
    summary: 'a if the condition holds, else b; the other one is not looked at.',
    bind: (operands) => {
      const [condition, a, b] = operands;
      return (row) => (condition !== undefined && isTrue(condition(row)) ? a?.(row) : b?.(row));
    },
  },
  {
    name: 'exists',
    ...exactly(1),
    operands: 'x',
    returns: 'number',
    summary: '1 if there is a value, 0 if the field is missing.',
    takesNothing: true,
    run: (value) => (value === undefined ? 0 : 1),
  },
  {
    name: 'matched_terms',
    operandsMin: 0,
    operandsMax: 1,
    operands: '[max=100]',
    returns: 'list',
    summary: 'The words of the query that the document holds, so many at most.',
    bind: (operands, { matchedTerms }) => {
      const [wanted] = operands;
      return (row) => {
        const max = wanted?.(row);
        const isMax = typeof max === 'number' && max >= 1 && max <= matchedTermsMax;
        return matchedTerms?.(row, isMax ? Math.trunc(max) : matchedTermsMax);
      };
    },
  },
];

const matchedTermsMax = 100;
