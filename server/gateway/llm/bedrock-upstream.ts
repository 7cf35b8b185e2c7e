/**
 * Amazon Bedrock as an upstream, through the AWS SDK's client: its endpoints, credentials, signatures, retries and connections; but the
 * caller's bytes go out and the model's bytes come back as they are, so that nothing gets lost that this version of the SDK does not know.
 *
 * A caller's signature covers the host he signed for, which is this server, so a request is signed anew with the server's own
 * credentials, which the SDK finds where it always does. A bearer token holds wherever it is sent: where callers' credentials are for the
 * provider, it goes on untouched.
 *
 * The client is given a command as a carrier: what it serialised is replaced before it is signed, what it would deserialise is taken
 * before. An answer the SDK would try again is told to it as the error it knows, and is an answer again when the tries are used up.
 * The SDK is loaded by the first call: a server that nobody asks for Bedrock does without.
 */
import type { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime';
import { type Upstream, type UpstreamCall, UpstreamError, type UpstreamReply } from './upstream.js';

export interface BedrockUpstreamOptions {
  /** By default where the AWS SDK finds it: the environment, the profile. */
  readonly region?: string | undefined;
  /** In place of the region's own. */
  readonly endpoint?: string | undefined;
  /** By default where the AWS SDK finds them. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** Whether a caller's bearer token is for Bedrock; otherwise it is for this server, and stays here. */
  readonly passesBearer: boolean;
  /** For the start of an answer and for each of its pieces. */
  readonly timeoutMs: number;
  readonly retriesMax: number;
}

/** The caller's headers that are for the model. */
const headersSent: ReadonlySet<string> = new Set(['content-type', 'accept']);
const prefixSent = 'x-amzn-bedrock-';
/** What every AWS SDK reads: the kind of an error, and the id of a request. */
const headersPassed: ReadonlySet<string> = new Set(['content-type', 'retry-after']);
const prefixPassed = 'x-amzn-';

/** With these the fault is passing: the SDK knows how long to wait. */
const passingStatuses: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** A request before it is signed, and an answer before it is read, as the SDK hands them on. */
interface SentRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: unknown;
}

interface RawResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
}

/** An answer that is worth another try, in the form in which the SDK decides on it. */
class PassingRefusal extends Error {
  readonly reply: UpstreamReply;
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(reply: UpstreamReply) {
    super(`Bedrock answered ${reply.status}`);
    this.name = (reply.headers['x-amzn-errortype'] ?? 'InternalServerException').split(':')[0] ?? '';
    this.reply = reply;
    this.$metadata = { httpStatusCode: reply.status };
  }
}

interface Clients {
  readonly signing: BedrockRuntimeClient;
  readonly bearing: BedrockRuntimeClient;
  newCarrier(): ConverseCommand;
}

export class BedrockUpstream implements Upstream {
  readonly name = 'bedrock';
  readonly #options: BedrockUpstreamOptions;
  #clients: Promise<Clients> | undefined;

  constructor(options: BedrockUpstreamOptions) {
    this.#options = options;
  }

  async send(call: UpstreamCall, signal: AbortSignal): Promise<UpstreamReply> {
    this.#clients ??= clientsOf(this.#options);
    const { signing, bearing, newCarrier } = await this.#clients;
    const { authorization } = call.headers;
    const bearer = this.#options.passesBearer && /^Bearer /i.test(authorization ?? '') ? authorization : undefined;
    const command = newCarrier();
    const reply = load(command, call, bearer, signal);
    try {
      await (bearer === undefined ? signing : bearing).send(command, { abortSignal: signal });
    } catch (error) {
      if (error instanceof PassingRefusal) return error.reply;
      throw failure(error, signal);
    }
    const answered = reply();
    if (answered === undefined) throw new UpstreamError('unreachable', 'The AWS SDK handed on no answer');
    return answered;
  }

  /** Lets go of connections. */
  async close(): Promise<void> {
    const clients = await this.#clients;
    clients?.signing.destroy();
    clients?.bearing.destroy();
  }
}

async function clientsOf(options: BedrockUpstreamOptions): Promise<Clients> {
  const sdk = await import('@aws-sdk/client-bedrock-runtime');
  const { region, endpoint, credentials, timeoutMs, retriesMax } = options;
  const common = {
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: retriesMax + 1,
    requestHandler: { requestTimeout: timeoutMs },
  };
  // The caller's token is put in its place call by call.
  const token = { token: 'caller' };
  return {
    signing: new sdk.BedrockRuntimeClient({ ...common, ...(credentials === undefined ? {} : { credentials }) }),
    bearing: new sdk.BedrockRuntimeClient({ ...common, token, authSchemePreference: ['httpBearerAuth'] }),
    newCarrier: () => new sdk.ConverseCommand({ modelId: 'carrier', messages: [] }),
  };
}

/** Has a command carry the caller's bytes out, and the answer back. @returns the answer, once the command was sent */
function load(
  command: ConverseCommand,
  call: UpstreamCall,
  bearer: string | undefined,
  signal: AbortSignal,
): () => UpstreamReply | undefined {
  let reply: UpstreamReply | undefined;
  command.middlewareStack.add(
    (next) => (args) => {
      const { request } = args;
      if (!isRequest(request)) throw new Error('The AWS SDK made no HTTP request');
      request.method = call.method;
      request.path = call.path.replace(/\?.*$/, '');
      request.headers = sentHeaders(call.headers);
      request.body = call.body;
      return next(args);
    },
    { name: 'nearkeyRequest', step: 'serialize', priority: 'low' },
  );
  if (bearer !== undefined) {
    command.middlewareStack.add(
      (next) => (args) => {
        const { request } = args;
        if (isRequest(request)) request.headers = { ...withoutAuthorization(request.headers), authorization: bearer };
        return next(args);
      },
      { name: 'nearkeyBearer', step: 'finalizeRequest', priority: 'low' },
    );
  }
  command.middlewareStack.add(
    (next) => async (args) => {
      const { response } = await next(args);
      if (!isResponse(response)) throw new Error('The AWS SDK handed on no HTTP response');
      reply = await replyOf(response, signal);
      return { response, output: { ...noOutput, $metadata: {} } };
    },
    { name: 'deserializerMiddleware', step: 'deserialize', override: true },
  );
  return () => reply;
}

/** The SDK writes the name with a capital. */
function withoutAuthorization(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'authorization'));
}

const noOutput = { output: undefined, stopReason: undefined, usage: undefined, metrics: undefined };

function isRequest(value: unknown): value is SentRequest {
  return typeof value === 'object' && value !== null && 'path' in value && 'headers' in value && 'method' in value;
}

function isResponse(value: unknown): value is RawResponse {
  return typeof value === 'object' && value !== null && 'statusCode' in value && 'headers' in value && 'body' in value;
}

/** @throws PassingRefusal when the SDK is to try again */
async function replyOf({ statusCode, headers, body }: RawResponse, signal: AbortSignal): Promise<UpstreamReply> {
  const passed = Object.entries(headers).filter(([name]) => headersPassed.has(name) || name.startsWith(prefixPassed));
  const reply = { status: statusCode, headers: Object.fromEntries(passed) };
  if (!passingStatuses.has(statusCode)) return { ...reply, body: whole(body, signal) };
  const parts: Uint8Array[] = [];
  for await (const bytes of body) parts.push(bytes);
  throw new PassingRefusal({ ...reply, body: inPieces(parts) });
}

async function* inPieces(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

/** The body to its end, which of HTTP/2 only the stream's code tells from breaking off. */
async function* whole(body: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const letGo = (): void => {
    if ('destroy' in body && typeof body.destroy === 'function') body.destroy();
  };
  signal.addEventListener('abort', letGo, { once: true });
  try {
    if (signal.aborted) {
      letGo();
      throw new Error('nobody reads it');
    }
    yield* body;
    if ('rstCode' in body && body.rstCode !== 0) throw new Error(`reset with ${body.rstCode}`);
  } catch (error) {
    throw failure(error, signal);
  } finally {
    signal.removeEventListener('abort', letGo);
  }
}

function sentHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  const sent = Object.entries(headers).filter(([name]) => headersSent.has(name) || name.startsWith(prefixSent));
  return Object.fromEntries(sent);
}

function failure(error: unknown, signal: AbortSignal): UpstreamError {
  if (error instanceof UpstreamError) return error;
  if (signal.aborted) return new UpstreamError('aborted', 'The caller has gone', { cause: error });
  const [name, message] = error instanceof Error ? [error.name, error.message] : ['', String(error)];
  if (name === 'TimeoutError') return new UpstreamError('timeout', 'Bedrock sent nothing in time', { cause: error });
  return new UpstreamError('unreachable', `Bedrock cannot be asked, or broke off: ${message}`, { cause: error });
}
