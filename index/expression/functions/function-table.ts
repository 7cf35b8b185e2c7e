/** Every function of the expression language. */
import { conditionFunctions } from './condition-functions.js';
import { dateFunctions } from './date-functions.js';
import type { FunctionRow } from './function-row.js';
import { geoFunctions } from './geo-functions.js';
import { numberFunctions } from './number-functions.js';
import { textFunctions } from './text-functions.js';

/** In families, as docs/expressions.md shows them. */
export const functionFamilies: Readonly<Record<string, readonly FunctionRow[]>> = {
  Numbers: numberFunctions,
  Texts: textFunctions,
  Time: dateFunctions,
  Places: geoFunctions,
  Conditions: conditionFunctions,
};

const byName: ReadonlyMap<string, FunctionRow> = new Map(
  Object.values(functionFamilies)
    .flat()
    .map((row) => [row.name, row]),
);

/** In whatever case. */
export function functionNamed(name: string): FunctionRow | undefined {
  return byName.get(name.toLowerCase());
}
