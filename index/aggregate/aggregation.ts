/** What FT.AGGREGATE asks for: steps that rows go through one after the other. */

export interface LoadedField {
  /** The alias of a field, or what it is called in documents. */
  readonly name: string;
  readonly as: string;
}

export interface ReducerCall {
  readonly name: string;
  /** As they were written. */
  readonly arguments: readonly string[];
  /** Undefined: made of the name and the arguments. */
  readonly as: string | undefined;
}

export interface SortKey {
  readonly name: string;
  readonly order: 'ASC' | 'DESC';
}

export type Step =
  /** Undefined: every field. */
  | { readonly kind: 'load'; readonly fields: readonly LoadedField[] | undefined }
  | { readonly kind: 'apply'; readonly expression: string; readonly as: string }
  | { readonly kind: 'filter'; readonly expression: string }
  | { readonly kind: 'group'; readonly keys: readonly string[]; readonly reducers: readonly ReducerCall[] }
  /** The first `max` rows of the order; infinite for all. */
  | { readonly kind: 'sort'; readonly keys: readonly SortKey[]; readonly max: number }
  | { readonly kind: 'limit'; readonly offset: number; readonly count: number };

export type StepOf<Kind extends Step['kind']> = Extract<Step, { readonly kind: Kind }>;

/** Bounds of one aggregation. */
export const aggregateLimits = {
  /** Groups, rows that are sorted, and rows that wait to be written: some hundred bytes each, on the heap. */
  rowsMax: 2 ** 22,
  stepsMax: 256,
};
