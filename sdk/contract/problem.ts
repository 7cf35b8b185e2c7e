/**
 * Errors of the HTTP API, in the problem form of RFC 9457 with the closed sets of `type` that LangCache clients accept: a
 * type outside its status's set breaks their parsing. The table is the only place where a status and its types are named.
 */
import { z } from 'zod';

export const problemTypes = {
  400: ['/errors/invalid-data'],
  401: ['/errors/authentication-failed'],
  403: ['/errors/insufficient-permissions'],
  404: [
    '/errors/resource/not-found',
    '/errors/cache/not-found',
    '/errors/cache/entry/not-found',
    '/errors/token/not-found',
  ],
  413: ['/errors/payload-too-large'],
  424: [
    '/errors/database/resource-database-unavailable',
    '/errors/database/out-of-memory',
    '/errors/embeddings/unauthorized',
    '/errors/embeddings/too-many-requests',
    '/errors/cache/index-not-found',
  ],
  429: ['/errors/too-many-requests'],
  500: [
    '/errors/unexpected-error',
    '/errors/cache/authentication',
    '/errors/cache/unexpected-error',
    '/errors/embeddings/unexpected-error',
  ],
} as const;

export type ProblemStatus = keyof typeof problemTypes;
export type ProblemType = (typeof problemTypes)[ProblemStatus][number];

export const fieldError = z.object({
  field: z.string().describe('Path of the field, dots between its parts; empty for the whole body.'),
  rule: z.string().describe('The rule it breaks.'),
  message: z.string(),
});

/** The body of an error response with this status. */
export function problemSchema<Status extends ProblemStatus>(status: Status) {
  return z.object({
    title: z.string().describe('The problem in a few words; the same for every occurrence.'),
    status: z.literal(status),
    type: z.enum(problemTypes[status]),
    detail: z.string().optional().describe('What happened this time.'),
    instance: z.string().optional().describe('The id of the request, as in the x-request-id header.'),
    fields: z.array(fieldError).optional(),
  });
}

export interface Problem {
  readonly title: string;
  readonly status: ProblemStatus;
  readonly type: ProblemType;
  readonly detail?: string;
  readonly instance?: string;
  readonly fields?: readonly z.infer<typeof fieldError>[];
}
