/**
 * Failures as AWS clients read them: a status, the class in the header `x-amzn-errortype`, and a body with the class and the message
 * again, for clients that read only one of them. The two services number their statuses differently.
 */
import { FeatureError, type FeatureErrorCode } from '@nearkey/sdk/features';

export interface AwsFailure {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

const messageCharsMax = 2_048;

/** Feature Store Runtime: the models give every class its status. */
const runtimeStatus: Readonly<Record<FeatureErrorCode, number>> = {
  ValidationError: 400,
  AccessForbidden: 403,
  ResourceNotFound: 404,
  ConflictException: 409,
  InternalFailure: 500,
  ServiceUnavailable: 503,
  ResourceInUse: 400,
  ResourceLimitExceeded: 400,
};

/** The control plane answers 400 to all that is the caller's doing. */
const controlType: Readonly<Partial<Record<FeatureErrorCode, string>>> = {
  ValidationError: 'ValidationException',
  AccessForbidden: 'AccessDeniedException',
};

export function runtimeFailure(error: unknown): AwsFailure {
  const { code, message } = featureError(error);
  return { status: runtimeStatus[code], type: code, message: shortened(message) };
}

export function controlFailure(error: unknown): AwsFailure {
  const { code, message } = featureError(error);
  const isOurs = code === 'InternalFailure' || code === 'ServiceUnavailable';
  return { status: isOurs ? runtimeStatus[code] : 400, type: controlType[code] ?? code, message: shortened(message) };
}

export function failureBody({ type, message }: AwsFailure): string {
  return JSON.stringify({ __type: type, Message: message });
}

/** What is not a refusal stays inside: its message speaks of the store. */
export function featureError(error: unknown): FeatureError {
  if (!FeatureError.isInstance(error)) return new FeatureError('InternalFailure', 'The request failed');
  switch (error.code) {
    case 'InternalFailure':
      return new FeatureError('InternalFailure', 'The store failed');
    case 'ServiceUnavailable':
      return new FeatureError('ServiceUnavailable', 'The store cannot be reached for now');
    default:
      return error;
  }
}

function shortened(message: string): string {
  return message.length > messageCharsMax ? message.slice(0, messageCharsMax) : message;
}
