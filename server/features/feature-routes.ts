/**
 * The doors of the feature store on the gateway's origin: the paths of SageMaker's Feature Store Runtime, and `POST /` with a target for
 * its control plane, and the paths of Feast's feature server. Whatever else comes goes on to the other routes.
 *
 * The path and the query are taken as they stood in the request line: ARNs come with their slash encoded, and names of features may come
 * by the thousand.
 */
import { FeatureError, type FeatureStore, isoEventTime } from '@nearkey/sdk/features';
import type { Request, RequestHandler, Response } from 'express';
import { type AwsFailure, controlFailure, failureBody, runtimeFailure } from './aws-error.js';
import { type ControlContext, controlOperations } from './control-operations.js';
import { feastFailure } from './feast-error.js';
import { type FeastOperation, feastOperations } from './feast-operations.js';
import { readBody } from './request-body.js';
import { batchOperations, groupOperations, type RuntimeOperation } from './runtime-routes.js';

/** 25 records of 350 KB, their names and quotes with them. */
const bodyBytesMax = 16 * 1024 * 1024;
/** A short body is sent in one piece with its head, a long one is not copied for that. */
const joinedCharsMax = 16_384;
const targetPattern = /^SageMaker\.([A-Za-z]+)$/;
const defaultRegion = 'us-east-1';
/** There are no accounts here; ARNs have to name one. */
const account = '000000000000';

export interface FeatureRouteDeps {
  readonly store: FeatureStore;
  readonly clock: { nowMs(): number };
  /** Hears what failed for reasons that are not the caller's. */
  readonly failed: (error: unknown) => void;
  /** Who answers the request is named by it. */
  readonly setPattern: (response: Response, pattern: string) => void;
  /** Lets the caller in, or throws a FeatureError. */
  readonly authorize: (request: Request, body: Buffer) => void;
}

export function featureRoutes(deps: FeatureRouteDeps): RequestHandler {
  return (request, response, next) => {
    const target = request.method === 'POST' ? targetOf(request) : undefined;
    if (target !== undefined) {
      void answer(deps, request, response, controlFailure, (body) => control(deps, request, target, body));
      return;
    }
    const feast = feastRouteOf(request.method, request.url);
    if (feast !== undefined) {
      deps.setPattern(response, feast.path);
      void answerFeast(deps, request, response, feast);
      return;
    }
    const route = routeOf(request.method, request.url);
    if (route === undefined) {
      next();
      return;
    }
    deps.setPattern(response, route.pattern);
    void answer(deps, request, response, runtimeFailure, (body) => runtime(deps, route, response, body));
  };
}

interface FeastRoute {
  readonly path: string;
  readonly operation: FeastOperation;
  readonly queryText: string;
}

function feastRouteOf(method: string, url: string): FeastRoute | undefined {
  const { path, queryText } = splitUrl(url);
  const operation = feastOperations[`${method} ${path}`];
  return operation === undefined ? undefined : { path, operation, queryText };
}

async function answerFeast(
  deps: FeatureRouteDeps,
  request: Request,
  response: Response,
  { operation, queryText }: FeastRoute,
): Promise<void> {
  response.setHeader('content-type', 'application/json');
  try {
    const body = await readBody(request, bodyBytesMax);
    deps.authorize(request, body);
    const query = new URLSearchParams(queryText);
    const reply = await operation({ store: deps.store, nowMs: deps.clock.nowMs(), query }, body);
    send(response, reply.status, reply.body);
  } catch (error) {
    const failure = feastFailure(error);
    if (failure.status >= 500) deps.failed(error);
    send(response, failure.status, failure.body);
  }
}

interface Route {
  readonly pattern: string;
  readonly operation: RuntimeOperation;
  /** As in the path. */
  readonly encodedGroupName: string;
  readonly queryText: string;
}

function splitUrl(url: string): { readonly path: string; readonly queryText: string } {
  const end = url.indexOf('?');
  return end < 0 ? { path: url, queryText: '' } : { path: url.slice(0, end), queryText: url.slice(end + 1) };
}

function routeOf(method: string, url: string): Route | undefined {
  const { path, queryText } = splitUrl(url);
  if (path.startsWith('/FeatureGroup/')) {
    const [encodedGroupName = '', tail = '', ...rest] = path.slice('/FeatureGroup/'.length).split('/');
    const operation = rest.length > 0 ? undefined : groupOperations[`${method} ${tail}`];
    const pattern = `/FeatureGroup/{name}${tail === '' ? '' : `/${tail}`}`;
    return operation === undefined ? undefined : { pattern, operation, encodedGroupName, queryText };
  }
  const operation = batchOperations[`${method} ${path}`];
  return operation === undefined ? undefined : { pattern: path, operation, encodedGroupName: '', queryText };
}

async function runtime(deps: FeatureRouteDeps, route: Route, response: Response, body: Buffer): Promise<string> {
  const groupName = decoded(route.encodedGroupName);
  const query = new URLSearchParams(route.queryText);
  const reply = await route.operation(deps.store, { groupName, query, body });
  if (reply.staleAgainst !== undefined) {
    response.setHeader('x-nearkey-stale', 'true');
    response.setHeader('x-nearkey-stored-event-time', isoEventTime(reply.staleAgainst));
  }
  return reply.body;
}

async function control(deps: FeatureRouteDeps, request: Request, target: string, body: Buffer): Promise<string> {
  const operation = controlOperations[target];
  if (operation === undefined) {
    throw new FeatureError('ValidationError', `There is no operation ${target} here: only those of the feature store`);
  }
  const context: ControlContext = { store: deps.store, region: regionOf(request), account, nowMs: deps.clock.nowMs() };
  return JSON.stringify(await operation(context, body));
}

async function answer(
  deps: FeatureRouteDeps,
  request: Request,
  response: Response,
  failureOf: (error: unknown) => AwsFailure,
  run: (body: Buffer) => Promise<string>,
): Promise<void> {
  const requestId = response.getHeader('x-request-id');
  if (requestId !== undefined) response.setHeader('x-amzn-RequestId', requestId);
  response.setHeader('content-type', 'application/json');
  try {
    const body = await readBody(request, bodyBytesMax);
    deps.authorize(request, body);
    send(response, 200, await run(body));
  } catch (error) {
    const failure = failureOf(error);
    if (failure.status >= 500) deps.failed(error);
    response.setHeader('x-amzn-errortype', failure.type);
    send(response, failure.status, failureBody(failure));
  }
}

function send(response: Response, status: number, text: string): void {
  response.statusCode = status;
  const body = text.length < joinedCharsMax ? text : Buffer.from(text);
  response.setHeader('content-length', typeof body === 'string' ? Buffer.byteLength(body) : body.length);
  response.end(body);
}

function targetOf(request: Request): string | undefined {
  return targetPattern.exec(request.get('x-amz-target') ?? '')?.[1];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new FeatureError('ValidationError', 'The path of the request is not percent-encoded as it should be');
  }
}

/** The region that the caller signed for. */
function regionOf(request: Request): string {
  return /Credential=[^/]+\/\d+\/([a-z0-9-]+)\//.exec(request.get('authorization') ?? '')?.[1] ?? defaultRegion;
}
