/** What scripts may set of cjson, and what holds when they have not. */

/** What JavaScript's stack is sure to hold, whatever a script sets. */
export const DEPTH_MAX = 1000;
export const PRECISION_MAX = 14;

export interface JsonSettings {
  sparseConvert: boolean;
  sparseRatio: number;
  sparseSafe: number;
  encodeDepthMax: number;
  decodeDepthMax: number;
  encodeInvalidNumbers: 'off' | 'on' | 'null';
  decodeInvalidNumbers: boolean;
  precision: number;
  keepBuffer: boolean;
}

export const freshSettings = (): JsonSettings => ({
  sparseConvert: false,
  sparseRatio: 2,
  sparseSafe: 10,
  encodeDepthMax: DEPTH_MAX,
  decodeDepthMax: DEPTH_MAX,
  encodeInvalidNumbers: 'off',
  decodeInvalidNumbers: true,
  precision: PRECISION_MAX,
  keepBuffer: true,
});
