/**
 * What turns texts into vectors, and the errors every embedder of this folder raises.
 *
 * Invariants: `embed` answers one vector per text, in the order of the texts, each of `dimension` finite numbers and
 * each owned by the caller. `id` names the model AND its version: vectors of two ids are never comparable, so `id` goes
 * into index names and a changed model can never be searched with an old model's vectors.
 */

export interface Embedder {
  /** Model and version, from the characters a-z, 0-9, `.` and `-`: it becomes part of index names. */
  readonly id: string;
  readonly dimension: number;
  /** Longer texts are refused (`invalid-request`); unset where no limit is known. */
  readonly textCharsMax?: number | undefined;
  embed(texts: readonly string[]): Promise<Float32Array[]>;
  /** Lets go of threads and connections. Calls that are pending or come later are rejected; closing twice is harmless. */
  close(): Promise<void>;
}

export type EmbedderErrorCode =
  /** The caller asked for something no embedder could do (too many texts, an empty model id). */
  | 'invalid-request'
  /** More texts wait than the embedder's queue may hold: slow down or try later. */
  | 'queue-full'
  /** The model answered something that is no embedding (wrong count, dimension, not finite). */
  | 'invalid-output'
  /** The model could not be loaded, or failed while running. */
  | 'failed'
  /** The embedder was closed. */
  | 'closed';

/** Every way an embedder fails. Match on `code`: the message is for people. */
export class EmbedderError extends Error {
  override readonly name = 'EmbedderError';
  readonly code: EmbedderErrorCode;

  constructor(code: EmbedderErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const EMBEDDER_ID = /^[a-z0-9][a-z0-9.-]{0,63}$/;
const DIMENSION_MAX = 32_768;
const TEXTS_PER_CALL_MAX = 10_000;
const UNIT_LENGTH_TOLERANCE = 1e-3;

/** Throws unless an embedder may go by this id and dimension. */
export function checkIdentity(id: string, dimension: number): void {
  if (!EMBEDDER_ID.test(id)) {
    throw new EmbedderError(
      'invalid-request',
      `an embedder's id matches ${EMBEDDER_ID}: received ${JSON.stringify(id)}`,
    );
  }
  if (!Number.isInteger(dimension) || dimension < 1 || dimension > DIMENSION_MAX) {
    throw new EmbedderError('invalid-request', `a dimension is 1 to ${DIMENSION_MAX}: received ${dimension}`);
  }
}

/** Throws unless these texts may be embedded in one call. */
export function checkTexts(texts: readonly string[], textCharsMax: number): void {
  if (texts.length > TEXTS_PER_CALL_MAX) {
    throw new EmbedderError('invalid-request', `at most ${TEXTS_PER_CALL_MAX} texts a call: received ${texts.length}`);
  }
  for (const text of texts) {
    if (text.length > textCharsMax) {
      throw new EmbedderError('invalid-request', `at most ${textCharsMax} characters a text: received ${text.length}`);
    }
  }
}

export function isUnitLength(vector: Float32Array): boolean {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return Math.abs(Math.sqrt(squares) - 1) < UNIT_LENGTH_TOLERANCE;
}
