/**
 * What is alike in all calls of Bedrock Runtime: the path, which names model and operation, and the errors.
 */

export type BedrockOperation = 'converse' | 'converse-stream' | 'invoke' | 'invoke-with-response-stream';

export interface BedrockTarget {
  /** An id, an ARN or an inference profile, decoded. */
  readonly model: string;
  readonly operation: BedrockOperation;
}

const operations: Readonly<Record<BedrockOperation, true>> = {
  converse: true,
  'converse-stream': true,
  invoke: true,
  'invoke-with-response-stream': true,
};

/** @returns undefined when the path is none of the four */
export function bedrockTarget(path: string): BedrockTarget | undefined {
  // ARNs hold slashes; SDKs encode them, and who does not means the same.
  const [, encoded = '', operation = ''] = /^\/model\/([^?]+)\/([\w-]+)(?:\?.*)?$/.exec(path) ?? [];
  if (!isOperation(operation)) return undefined;
  try {
    return { model: decodeURIComponent(encoded), operation };
  } catch {
    return undefined;
  }
}

export function isStreamOperation(operation: BedrockOperation): boolean {
  return operation === 'converse-stream' || operation === 'invoke-with-response-stream';
}

function isOperation(text: string): text is BedrockOperation {
  return Object.hasOwn(operations, text);
}

/** By status, the exception of which the clients' errors are made; the rest are the server's own. */
const exceptions: Readonly<Record<number, string>> = {
  400: 'ValidationException',
  401: 'UnrecognizedClientException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  413: 'ValidationException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  502: 'ServiceUnavailableException',
  503: 'ServiceUnavailableException',
  504: 'ModelTimeoutException',
};

export function bedrockException(status: number): string {
  return exceptions[status] ?? 'InternalServerException';
}

/** The type is in the body, where every AWS SDK looks when the header with it got lost on the way. */
export function bedrockProblem(status: number, message: string): string {
  return JSON.stringify({ __type: bedrockException(status), message });
}
