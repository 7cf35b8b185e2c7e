/**
 * Every way the semantic cache fails, in one class with a stable `code`. Match on the code: messages are for people.
 *
 * Failures of the store (an error reply, a lost connection) and of the embedder arrive as other people's errors; the two
 * translations below give them a code and keep the original as `cause`. `isInstance` works across copies of this package
 * and across realms, where `instanceof` does not.
 */

export type CacheErrorCode =
  /** The caller's prompt, response, attribute, threshold or TTL is outside its limits. */
  | 'invalid-request'
  /** The cache was constructed with settings it cannot work with. */
  | 'invalid-configuration'
  /** The store could not be reached, or is loading or without its primary. */
  | 'store-unavailable'
  /** The store refuses writes because its memory is full. */
  | 'store-out-of-memory'
  /** The store refuses this client: wrong password, or not allowed. */
  | 'store-access-denied'
  /** The store answered with any other error. */
  | 'store-failed'
  /** The store answered something this package does not understand. */
  | 'unexpected-reply'
  /** More texts wait than the embedder may hold: slow down or try later. */
  | 'embedder-busy'
  /** The embedder failed, or answered something that is no embedding. */
  | 'embedder-failed';

const marker = Symbol.for('nearkey.cache-error');

export class CacheError extends Error {
  override readonly name = 'CacheError';
  readonly [marker] = true;
  readonly code: CacheErrorCode;

  constructor(code: CacheErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  static isInstance(value: unknown): value is CacheError {
    return typeof value === 'object' && value !== null && marker in value && value[marker] === true;
  }
}

/** The first word of an error reply, to the code it means; every other upper-case word is `store-failed`. */
const replyCodes: Readonly<Record<string, CacheErrorCode>> = {
  OOM: 'store-out-of-memory',
  LOADING: 'store-unavailable',
  MASTERDOWN: 'store-unavailable',
  CLUSTERDOWN: 'store-unavailable',
  NOAUTH: 'store-access-denied',
  WRONGPASS: 'store-access-denied',
  NOPERM: 'store-access-denied',
};

/** Names under which client libraries raise an error reply. */
const replyErrorNames: ReadonlySet<string> = new Set(['ReplyError', 'SimpleError', 'ErrorReply', 'BlobError']);

/** What a Commander rejected with, as a CacheError. */
export function storeError(error: unknown, command: string): CacheError {
  if (CacheError.isInstance(error)) return error;
  const message = messageOf(error);
  const prefix = /^([A-Z][A-Z_]*)(?: |$)/.exec(message)?.[1];
  const isReply = prefix !== undefined || (error instanceof Error && replyErrorNames.has(error.name));
  const code =
    (prefix === undefined ? undefined : replyCodes[prefix]) ?? (isReply ? 'store-failed' : 'store-unavailable');
  return new CacheError(code, `Cannot run ${command}: ${message}`, { cause: error });
}

/** Codes of an EmbedderError that are not the embedder's fault. */
const embedderCodes: Readonly<Record<string, CacheErrorCode>> = {
  'queue-full': 'embedder-busy',
  'invalid-request': 'invalid-request',
};

/** What an embedder rejected with, as a CacheError. */
export function embedderError(error: unknown): CacheError {
  if (CacheError.isInstance(error)) return error;
  const raised = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const code = embedderCodes[raised] ?? 'embedder-failed';
  return new CacheError(code, `Cannot embed the prompt: ${messageOf(error)}`, { cause: error });
}

function messageOf(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'message' in error) return String(error.message);
  return String(error);
}
