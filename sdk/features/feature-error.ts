/**
 * Every way the feature store refuses or fails. The codes are the error classes that the models of SageMaker and of its Feature
 * Store Runtime name, so that what a client library raises and what a program with the SDK catches is one vocabulary.
 */
import { CacheError, storeError } from '../errors.js';

export type FeatureErrorCode =
  | 'ValidationError'
  | 'AccessForbidden'
  | 'ResourceNotFound'
  | 'ResourceInUse'
  | 'ResourceLimitExceeded'
  /** An update that is older than what is stored. */
  | 'ConflictException'
  /** The store cannot be reached for now: what was asked may be asked again. */
  | 'ServiceUnavailable'
  | 'InternalFailure';

const marker = Symbol.for('nearkey.feature-error');

export class FeatureError extends Error {
  override readonly name = 'FeatureError';
  readonly [marker] = true;
  readonly code: FeatureErrorCode;

  constructor(code: FeatureErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  static isInstance(value: unknown): value is FeatureError {
    return typeof value === 'object' && value !== null && marker in value && value[marker] === true;
  }
}

export function invalid(message: string): FeatureError {
  return new FeatureError('ValidationError', message);
}

/** What a Commander rejected with, as a FeatureError. */
export function storeFailure(error: unknown, command: string): FeatureError {
  if (FeatureError.isInstance(error)) return error;
  const failure = CacheError.isInstance(error) ? error : storeError(error, command);
  const canBeAskedAgain = failure.code === 'store-unavailable' || failure.code === 'store-out-of-memory';
  return new FeatureError(canBeAskedAgain ? 'ServiceUnavailable' : 'InternalFailure', failure.message, {
    cause: error,
  });
}
