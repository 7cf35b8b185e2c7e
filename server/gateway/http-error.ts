/**
 * Which status and problem type each failure becomes. The two tables are the whole mapping: the codes of the cache, and
 * the errors Express and its body parser raise by status. Anything else is 500 `/errors/unexpected-error` and its message
 * stays inside; messages of the cache speak of the store and are not shown for 500 either.
 */
import { STATUS_CODES } from 'node:http';
import { CacheError, type CacheErrorCode } from '@nearkey/sdk';
import type { Problem, ProblemStatus, ProblemType } from '@nearkey/sdk/contract';
import type { ErrorRequestHandler, Response } from 'express';
import type { z } from 'zod';

interface ProblemKind {
  readonly status: ProblemStatus;
  readonly type: ProblemType;
  readonly title: string;
}

export const problemKinds = {
  invalidData: { status: 400, type: '/errors/invalid-data', title: 'Invalid data' },
  authenticationFailed: { status: 401, type: '/errors/authentication-failed', title: 'Authentication failed' },
  forbidden: { status: 403, type: '/errors/insufficient-permissions', title: 'Insufficient permissions' },
  notFound: { status: 404, type: '/errors/resource/not-found', title: 'Resource not found' },
  tooMany: { status: 429, type: '/errors/too-many-requests', title: 'Too many requests' },
  payloadTooLarge: { status: 413, type: '/errors/payload-too-large', title: 'Payload too large' },
  storeUnavailable: {
    status: 424,
    type: '/errors/database/resource-database-unavailable',
    title: 'Database unavailable',
  },
  storeOutOfMemory: { status: 424, type: '/errors/database/out-of-memory', title: 'Database out of memory' },
  embedderBusy: { status: 424, type: '/errors/embeddings/too-many-requests', title: 'Too many embedding requests' },
  embedderFailed: { status: 500, type: '/errors/embeddings/unexpected-error', title: 'Embedding failed' },
  storeAccessDenied: { status: 500, type: '/errors/cache/authentication', title: 'Database access denied' },
  cacheFailed: { status: 500, type: '/errors/cache/unexpected-error', title: 'Cache failed' },
  unexpected: { status: 500, type: '/errors/unexpected-error', title: 'Unexpected error' },
} as const satisfies Record<string, ProblemKind>;

export type ProblemName = keyof typeof problemKinds;

const problemOfCode: Readonly<Record<CacheErrorCode, ProblemName>> = {
  'invalid-request': 'invalidData',
  'invalid-configuration': 'unexpected',
  'store-unavailable': 'storeUnavailable',
  'store-out-of-memory': 'storeOutOfMemory',
  'store-access-denied': 'storeAccessDenied',
  'store-failed': 'cacheFailed',
  'unexpected-reply': 'cacheFailed',
  'embedder-busy': 'embedderBusy',
  'embedder-failed': 'embedderFailed',
};

/** A refusal the gateway itself decides on. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly problem: ProblemName;
  readonly fields: Problem['fields'];

  constructor(problem: ProblemName, message: string, fields?: Problem['fields']) {
    super(message);
    this.problem = problem;
    this.fields = fields;
  }
}

/** The problem of a request that its schema refuses, field by field. */
export function invalidRequest(error: z.ZodError): HttpProblem {
  const fields = error.issues.map((issue) => ({
    field: issue.path.map(String).join('.'),
    rule: issue.code,
    message: issue.message,
  }));
  const first = fields[0];
  const detail = first === undefined ? 'The request is invalid' : `${first.field || 'body'}: ${first.message}`;
  return new HttpProblem('invalidData', detail, fields);
}

export function problemOf(error: unknown, requestId: string): Problem {
  if (error instanceof HttpProblem) {
    const fields = error.fields === undefined ? {} : { fields: error.fields };
    return { ...problemKinds[error.problem], detail: error.message, instance: requestId, ...fields };
  }
  if (CacheError.isInstance(error)) {
    const kind = problemKinds[problemOfCode[error.code]];
    return kind.status === 400
      ? { ...kind, detail: error.message, instance: requestId }
      : { ...kind, detail: `The cache failed: ${error.code}`, instance: requestId };
  }
  const status = statusOf(error);
  if (status === 413) return { ...problemKinds.payloadTooLarge, instance: requestId };
  if (status !== null && status >= 400 && status < 500) {
    const detail = isParseFailure(error)
      ? 'The body of the request is not valid JSON'
      : `The request cannot be read: ${STATUS_CODES[status] ?? status}`;
    return { ...problemKinds.invalidData, detail, instance: requestId };
  }
  return { ...problemKinds.unexpected, instance: requestId };
}

/** Sent as application/json: LangCache clients read problems under no other media type. */
function sendProblem(response: Response, problem: Problem): void {
  response.status(problem.status).json(problem);
}

/** What the gateway writes to; pino's loggers fit. */
export interface GatewayLogger {
  error(fields: object, message: string): void;
  debug(fields: object, message: string): void;
}

export function errorHandler(logger: GatewayLogger, requestIdOf: (response: Response) => string): ErrorRequestHandler {
  return (error, _request, response, next) => {
    const requestId = requestIdOf(response);
    const problem = problemOf(error, requestId);
    if (problem.status >= 424) logger.error({ requestId, type: problem.type, error }, 'request failed');
    if (response.headersSent) {
      next(error);
      return;
    }
    sendProblem(response, problem);
  };
}

/** How the body parser marks a body it cannot read. */
function isParseFailure(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'type' in error && error.type === 'entity.parse.failed';
}

/** The status Express and its body parser put on their errors. */
function statusOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('status' in error)) return null;
  return typeof error.status === 'number' ? error.status : null;
}
