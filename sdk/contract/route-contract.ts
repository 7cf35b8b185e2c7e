/**
 * One route of the HTTP API as data. The server validates with it and derives its OpenAPI document from it, clients type
 * their calls by it: there is no second description of a route.
 */
import { z } from 'zod';
import type { ProblemStatus } from './problem.js';

export interface RouteContract<Params extends z.ZodType, Body extends z.ZodType, Reply extends z.ZodType> {
  readonly operationId: string;
  readonly method: 'get' | 'post' | 'delete';
  /** Parameters in braces, as OpenAPI writes them. */
  readonly path: string;
  readonly summary: string;
  /** Those of the path, and beside them those of the query string, in which every value is a text. */
  readonly params: Params;
  /** `nothing`: the route takes no body, and ignores one. */
  readonly body: Body;
  readonly success: {
    readonly status: 200 | 201 | 204;
    readonly description: string;
    /** `nothing`: the reply has no body. */
    readonly body: Reply;
    /** The reply is lines of JSON, each with this body. */
    readonly isLines?: boolean;
  };
  /** Statuses of the problems a caller must expect. */
  readonly problems: readonly ProblemStatus[];
}

/** In the place of a body that does not exist; compared by identity. */
export const nothing = z.unknown();

export type AnyRouteContract = RouteContract<z.ZodType, z.ZodType, z.ZodType>;

/** Keeps the schemas' own types. */
export function defineRoute<Params extends z.ZodType, Body extends z.ZodType, Reply extends z.ZodType>(
  contract: RouteContract<Params, Body, Reply>,
): RouteContract<Params, Body, Reply> {
  return contract;
}
