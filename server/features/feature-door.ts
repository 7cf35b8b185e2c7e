/**
 * The door of the feature store on the gateway's origin: the paths of SageMaker's Feature Store Runtime, and `POST /` with a target for
 * its control plane, and the paths of Feast's feature server. Whatever else comes is left to the other routes.
 *
 * The path and the query are taken as they stood in the request line: ARNs come with their slash encoded, and names of features may come
 * by the thousand. Requests and answers are those of Node, so that the door can stand ahead of any framework.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Access, type FeastHashes, FeatureError, type FeatureStore, isoEventTime } from '@nearkey/sdk/features';
import { type AwsFailure, controlFailure, failureBody, runtimeFailure } from './aws-error.js';
import { type ControlContext, controlOperations } from './control-operations.js';
import { feastFailure } from './feast-error.js';
import { type FeastOperation, feastOperations } from './feast-operations.js';
import { readBody } from './request-body.js';
import type { RuntimeOperation } from './runtime-operation.js';
import { batchOperations, groupOperations } from './runtime-routes.js';

/** 25 records of 350 KB, their names and quotes with them. */
const bodyBytesMax = 16 * 1024 * 1024;
/** A short body is sent in one piece with its head, a long one is not copied for that. */
const joinedCharsMax = 16_384;
const targetPattern = /^SageMaker\.([A-Za-z]+)$/;
const defaultRegion = 'us-east-1';
/** There are no accounts here; ARNs have to name one. */
const account = '000000000000';

/**
 * Before the body of a request is read, refuses who shows nothing that could let them in; with the body, answers what the caller
 * may do (undefined for everything). Both throw a FeatureError.
 */
export type Authorize = (request: IncomingMessage) => (body: Buffer) => Access | undefined;

export interface FeatureDoorDeps {
  readonly store: FeatureStore;
  readonly feast?: FeastHashes | undefined;
  readonly clock: { nowMs(): number };
  /** Hears what failed for reasons that are not the caller's. */
  readonly failed: (error: unknown) => void;
  readonly authorize: Authorize;
}

/** A request of the feature store. */
interface Taken {
  /** The path without what varies in it. */
  readonly pattern: string;
  /** @param headers of every answer, names and values in turn */
  answer(response: ServerResponse, requestId: string, headers: readonly string[]): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly body: string;
  /** Names and values in turn. */
  readonly headers?: readonly string[];
}

/** Does what was asked, on the store as its caller sees it. */
type Run = (store: FeatureStore, body: Buffer) => Promise<Reply>;

/** One of the vocabularies in which requests are asked and refused. */
interface Dialect {
  failureOf(error: unknown): Reply;
  headersOf(requestId: string): readonly string[];
}

export function featureDoor(deps: FeatureDoorDeps): (request: IncomingMessage) => Taken | undefined {
  const seenBy = storesByAccess(deps.store);
  return (request) => {
    const { method = '', url = '' } = request;
    const take = (pattern: string, dialect: Dialect, run: Run): Taken => ({
      pattern,
      async answer(response, requestId, headers) {
        const reply = await replyTo({ ...deps, seenBy }, request, dialect.failureOf, run);
        send(response, reply, [...headers, ...dialect.headersOf(requestId)]);
      },
    });
    const target = method === 'POST' ? targetOf(request) : undefined;
    if (target !== undefined)
      return take('/', controlDialect, (store, body) => control(deps, store, request, target, body));
    const { path, queryText } = splitUrl(url);
    const feast = feastOperations[`${method} ${path}`];
    if (feast !== undefined)
      return take(path, feastDialect, (store, body) => feastReply(deps, store, feast, queryText, body));
    const route = routeOf(method, path);
    if (route === undefined) return undefined;
    return take(route.pattern, runtimeDialect, (store, body) =>
      runtime(store, route, queryText, asOfIn(request), body),
    );
  };
}

const awsHeaders = (requestId: string): readonly string[] => ['x-amzn-RequestId', requestId];

const runtimeDialect: Dialect = { failureOf: (error) => awsReply(runtimeFailure(error)), headersOf: awsHeaders };
const controlDialect: Dialect = { failureOf: (error) => awsReply(controlFailure(error)), headersOf: awsHeaders };
const feastDialect: Dialect = { failureOf: feastFailure, headersOf: () => [] };

function awsReply(failure: AwsFailure): Reply {
  return { status: failure.status, body: failureBody(failure), headers: ['x-amzn-errortype', failure.type] };
}

interface Route {
  readonly pattern: string;
  readonly operation: RuntimeOperation;
  /** As in the path. */
  readonly encodedGroupName: string;
}

function splitUrl(url: string): { readonly path: string; readonly queryText: string } {
  const end = url.indexOf('?');
  return end < 0 ? { path: url, queryText: '' } : { path: url.slice(0, end), queryText: url.slice(end + 1) };
}

function routeOf(method: string, path: string): Route | undefined {
  if (path.startsWith('/FeatureGroup/')) {
    const [encodedGroupName = '', tail = '', ...rest] = path.slice('/FeatureGroup/'.length).split('/');
    const operation = rest.length > 0 ? undefined : groupOperations[`${method} ${tail}`];
    const pattern = `/FeatureGroup/{name}${tail === '' ? '' : `/${tail}`}`;
    return operation === undefined ? undefined : { pattern, operation, encodedGroupName };
  }
  const operation = batchOperations[`${method} ${path}`];
  return operation === undefined ? undefined : { pattern: path, operation, encodedGroupName: '' };
}

async function runtime(
  store: FeatureStore,
  { operation, encodedGroupName }: Route,
  queryText: string,
  asOf: string | undefined,
  body: Buffer,
): Promise<Reply> {
  const groupName = decoded(encodedGroupName);
  const reply = await operation(store, { groupName, query: new URLSearchParams(queryText), body, asOf });
  if (reply.failedTransforms !== undefined && reply.failedTransforms.size > 0) {
    const names = [...reply.failedTransforms].join(',');
    return { status: 200, body: reply.body, headers: ['x-nearkey-failed-transforms', names] };
  }
  if (reply.staleAgainst === undefined) return { status: 200, body: reply.body };
  const stored = isoEventTime(reply.staleAgainst);
  const headers = ['x-nearkey-stale', 'true', 'x-nearkey-stored-event-time', stored];
  if (reply.isKept) headers.push('x-nearkey-kept-in-history', 'true');
  return { status: 200, body: reply.body, headers };
}

/** Clients whose operations know no `AsOf` can still be made to send a header. */
function asOfIn({ headers }: IncomingMessage): string | undefined {
  const moment = headers['x-nearkey-as-of'];
  return typeof moment === 'string' ? moment : undefined;
}

async function control(
  { clock }: FeatureDoorDeps,
  store: FeatureStore,
  request: IncomingMessage,
  target: string,
  body: Buffer,
): Promise<Reply> {
  const operation = controlOperations[target];
  if (operation === undefined) {
    throw new FeatureError('ValidationError', `There is no operation ${target} here: only those of the feature store`);
  }
  const context: ControlContext = { store, region: regionOf(request), account, nowMs: clock.nowMs() };
  return { status: 200, body: JSON.stringify(await operation(context, body)) };
}

function feastReply(
  { feast, clock }: FeatureDoorDeps,
  store: FeatureStore,
  operation: FeastOperation,
  queryText: string,
  body: Buffer,
): Promise<Reply> {
  return operation({ store, feast, nowMs: clock.nowMs(), query: new URLSearchParams(queryText) }, body);
}

interface Reception extends FeatureDoorDeps {
  readonly seenBy: (access: Access | undefined) => FeatureStore;
}

async function replyTo(
  { authorize, seenBy, failed }: Reception,
  request: IncomingMessage,
  failureOf: (error: unknown) => Reply,
  run: Run,
): Promise<Reply> {
  try {
    const accessWith = authorize(request);
    const body = await readBody(request, bodyBytesMax);
    return await run(seenBy(accessWith(body)), body);
  } catch (error) {
    const reply = failureOf(error);
    if (reply.status >= 500) failed(error);
    return reply;
  }
}

/** One store for everyone who may do the same. */
function storesByAccess(store: FeatureStore): Reception['seenBy'] {
  const stores = new Map<Access, FeatureStore>();
  return (access) => {
    if (access === undefined) return store;
    const known = stores.get(access) ?? store.seenBy(access);
    stores.set(access, known);
    return known;
  };
}

function send(response: ServerResponse, { status, body, headers: own = [] }: Reply, headers: readonly string[]): void {
  const sent = body.length < joinedCharsMax ? body : Buffer.from(body);
  const length = typeof sent === 'string' ? Buffer.byteLength(sent) : sent.length;
  const form = ['content-type', 'application/json', 'content-length', String(length)];
  response.writeHead(status, [...headers, ...own, ...form]);
  response.end(sent);
}

function targetOf({ headers }: IncomingMessage): string | undefined {
  const target = headers['x-amz-target'];
  return typeof target === 'string' ? targetPattern.exec(target)?.[1] : undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new FeatureError('ValidationError', 'The path of the request is not percent-encoded as it should be');
  }
}

/** The region that the caller signed for. */
function regionOf({ headers }: IncomingMessage): string {
  return /Credential=[^/]+\/\d+\/([a-z0-9-]+)\//.exec(headers.authorization ?? '')?.[1] ?? defaultRegion;
}
