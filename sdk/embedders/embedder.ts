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
