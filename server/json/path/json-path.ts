/** A JSONPath, compiled: the steps from the root of a document to the values it means. */

export type Step =
  /** Members of an object by their keys (UTF-8). */
  | { readonly type: 'members'; readonly keys: readonly Buffer[] }
  /** Elements of an array; negative ones count from the end. */
  | { readonly type: 'elements'; readonly indexes: readonly number[] }
  | { readonly type: 'slice'; readonly start: number; readonly end: number | undefined; readonly step: number }
  /** Every member or element. */
  | { readonly type: 'all' }
  /** This value and everything in it: what follows starts at each. */
  | { readonly type: 'descend' }
  | { readonly type: 'filter'; readonly filter: Filter };

export interface JsonPath {
  /** As it was written. */
  readonly text: string;
  /** Written without `$`: it means the first of the values it matches. */
  readonly isLegacy: boolean;
  readonly steps: readonly Step[];
  /** Whether it can match no more than one value: keys and indexes only. */
  readonly isStatic: boolean;
}

export type Filter =
  | { readonly type: 'and' | 'or'; readonly left: Filter; readonly right: Filter }
  | { readonly type: 'not'; readonly of: Filter }
  /** Whether a term has a value. */
  | { readonly type: 'exists'; readonly term: Term }
  | { readonly type: 'compare'; readonly operator: Operator; readonly left: Term; readonly right: Term };

export type Operator = '==' | '!=' | '<' | '<=' | '>' | '>=' | '=~' | 'in' | 'nin';

export type Term =
  /** The only value that steps lead to, from the value that is filtered or from the root. */
  | { readonly type: 'current' | 'root'; readonly steps: readonly Step[] }
  /** A value written into the path, in the form of tape.ts. */
  | { readonly type: 'literal'; readonly tape: Buffer; readonly pattern?: RegExp | undefined };

/** What is thrown when a path is none, or means more than may be looked at. */
export class JsonPathError extends Error {}
