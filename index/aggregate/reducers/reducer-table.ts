/** Every reducer of GROUPBY. */
import { distinctReducers } from './distinct-reducers.js';
import { numberReducers } from './number-reducers.js';
import type { ReducerRow } from './reducer-row.js';
import { valueReducers } from './value-reducers.js';

export const reducers: readonly ReducerRow[] = [...numberReducers, ...distinctReducers, ...valueReducers];

const byName: ReadonlyMap<string, ReducerRow> = new Map(reducers.map((row) => [row.name, row]));

/** In whatever case. */
export function reducerNamed(name: string): ReducerRow | undefined {
  return byName.get(name.toUpperCase());
}
