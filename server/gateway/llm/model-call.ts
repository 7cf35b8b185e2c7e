/**
 * One call of a model for one caller: its answer is passed on as it comes, and what of it is worth keeping is answered to the pipeline.
 *
 * Invariants: the caller sees what the model sent, to the same end: an answer that breaks off breaks off for the caller, too. Only an
 * answer that was read to its end, and that its door calls whole and successful, is worth keeping. A caller who goes
 * does not take the answer away from others: it is read on, for a limited time, then let go.
 */

import type { Clock, StreamEvent } from '@nearkey/sdk';
import type { AnswerReading, FrontDoor, IncomingCall, Landing, NotStorable, ParsedCall } from '@nearkey/sdk/llm';
import type { Span } from '@opentelemetry/api';
import type { ClientReply } from './client-reply.js';
import { type Upstream, UpstreamError, type UpstreamErrorCode, type UpstreamReply } from './upstream.js';

/** A request on its way through the gateway. */
export interface Exchange {
  readonly door: FrontDoor;
  readonly upstream: Upstream;
  readonly call: IncomingCall;
  readonly reply: ClientReply;
  /** Whoever may share answers with this caller. */
  readonly tenant: string | undefined;
  /** The tokens of its answer count: the model is to be asked to name them. */
  readonly isMetered?: boolean;
  /** Of the request, where one is recorded. */
  readonly span?: Span;
}

export interface CallLimits {
  /** An answer that is longer is passed on and not kept. */
  readonly answerBytesMax: number;
  /** How long an answer is read on after its caller has gone. */
  readonly collectMs: number;
}

/** Timers, passed in. */
export interface Timer {
  /** @returns takes the task back */
  after(delayMs: number, task: () => void): () => void;
}

export type NotKept = NotStorable | 'too-long' | 'failed' | 'refused';

/** How a call of a model went. */
export type CallOutcome =
  | Extract<Landing, { outcome: 'answer' }>
  | (Extract<Landing, { outcome: 'refusal' | 'nothing' }> & { readonly reason: NotKept });

export interface ModelCall {
  readonly exchange: Exchange;
  readonly parsed: ParsedCall;
  /** Sent beside those of the model. */
  readonly evidence: Readonly<Record<string, string>>;
  readonly limits: CallLimits;
  readonly timer: Timer;
  /** The answer says how long the model took by it; undefined: it does not. */
  readonly clock?: Clock;
}

/** Of one connection, or of a body that is sent anew. */
const headersNotPassed: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-connection', 'te', 'trailer', 'transfer-encoding'],
  ...['upgrade', 'content-length', 'content-encoding', 'set-cookie', 'alt-svc', 'strict-transport-security'],
]);

/** Statuses of requests that are wrong as they are, and stay so: who asks the same is told the same. */
const lastingRefusals: ReadonlySet<number> = new Set([400, 401, 403, 404, 413, 415, 422]);

/** Asks the model for this caller alone and passes the answer on, bytes as they are. Never rejects. */
export async function passOn(
  exchange: Exchange,
  evidence: Readonly<Record<string, string>>,
  body: Uint8Array,
  isStream: boolean,
): Promise<void> {
  const { reply } = exchange;
  const abort = new AbortController();
  reply.onGone(() => abort.abort());
  try {
    const answer = await send(exchange, body, isStream, abort.signal);
    reply.start(answer.status, { ...passedHeaders(answer.headers), ...evidence });
    for await (const bytes of answer.body) await reply.write(bytes);
    reply.end();
  } catch (error) {
    failed(exchange, error, evidence);
  }
}

/** Asks the model, passes the answer on, and answers how it went. Never rejects. */
export async function askModel(modelCall: ModelCall): Promise<CallOutcome> {
  const { clock } = modelCall;
  if (clock === undefined) return asked(modelCall);
  const beganAtMs = clock.nowMs();
  const outcome = await asked(modelCall);
  if (outcome.outcome !== 'answer') return outcome;
  return { ...outcome, answer: { ...outcome.answer, tookMs: Math.max(0, clock.nowMs() - beganAtMs) } };
}

async function asked(modelCall: ModelCall): Promise<CallOutcome> {
  const { exchange, parsed, evidence, limits, timer } = modelCall;
  const { reply, door } = exchange;
  const abort = new AbortController();
  let takeBack = (): void => undefined;
  reply.onGone(() => {
    takeBack = timer.after(limits.collectMs, () => abort.abort());
  });
  try {
    const answer = await send(exchange, parsed.upstreamBody, parsed.question.delivery.isStream, abort.signal);
    const headers = { ...passedHeaders(answer.headers), ...evidence };
    if (answer.status !== 200) return await passRefusal(modelCall, answer, headers);
    const type = (answer.headers['content-type'] ?? '').toLowerCase();
    if (type.startsWith(door.streamType)) return await passStream(modelCall, answer, headers);
    const outcome = await passWhole(modelCall, answer, headers);
    // What does not call itself an answer is passed on, and never kept.
    return type.startsWith(door.jsonType) ? outcome : { outcome: 'nothing', reason: 'unreadable' };
  } catch (error) {
    failed(exchange, error, evidence);
    return { outcome: 'nothing', reason: 'failed' };
  } finally {
    takeBack();
  }
}

function send(exchange: Exchange, body: Uint8Array, isStream: boolean, signal: AbortSignal): Promise<UpstreamReply> {
  const { path, headers } = exchange.call;
  return exchange.upstream.send({ method: 'POST', path, headers, body, isStream }, signal);
}

async function passStream(
  { exchange: { door, reply }, parsed, limits }: ModelCall,
  answer: UpstreamReply,
  headers: Readonly<Record<string, string>>,
): Promise<CallOutcome> {
  reply.start(answer.status, headers);
  const decoder = door.streamDecoder();
  const events: StreamEvent[] = [];
  let isReadable = true;
  let length = 0;
  for await (const bytes of answer.body) {
    length += bytes.byteLength;
    const decoded = isReadable ? decodedEvents(() => decoder.push(bytes)) : undefined;
    if (decoded === undefined) {
      isReadable = false;
      await reply.write(bytes);
      continue;
    }
    if (length <= limits.answerBytesMax) events.push(...decoded);
    const shown = decoded.flatMap((event) => {
      const forwarded = door.forward(event, parsed);
      return forwarded === undefined ? [] : [door.encode(forwarded)];
    });
    if (shown.length > 0) await reply.write(Buffer.concat(shown));
  }
  reply.end();
  if (length > limits.answerBytesMax) return { outcome: 'nothing', reason: 'too-long' };
  return isReadable ? outcomeOf(() => door.assemble(events)) : { outcome: 'nothing', reason: 'unreadable' };
}

async function passWhole(
  { exchange: { door, reply }, limits }: ModelCall,
  answer: UpstreamReply,
  headers: Readonly<Record<string, string>>,
): Promise<CallOutcome> {
  const body = await collected(answer, limits.answerBytesMax, reply, headers);
  if (body === undefined) return { outcome: 'nothing', reason: 'too-long' };
  return outcomeOf(() => door.read(body.toString()));
}

async function passRefusal(
  { exchange: { reply }, limits }: ModelCall,
  answer: UpstreamReply,
  headers: Readonly<Record<string, string>>,
): Promise<CallOutcome> {
  const body = await collected(answer, limits.answerBytesMax, reply, headers);
  if (body === undefined || !lastingRefusals.has(answer.status)) return { outcome: 'nothing', reason: 'refused' };
  const contentType = answer.headers['content-type'] ?? 'application/json';
  return { outcome: 'refusal', reason: 'refused', status: answer.status, contentType, body };
}

/** Passes a body on when it is whole; one that is too long as it comes, and undefined is answered. */
async function collected(
  answer: UpstreamReply,
  bytesMax: number,
  reply: ClientReply,
  headers: Readonly<Record<string, string>>,
): Promise<Buffer | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const bytes of answer.body) {
    length += bytes.byteLength;
    parts.push(bytes);
    if (length <= bytesMax) continue;
    if (length - bytes.byteLength <= bytesMax) reply.start(answer.status, headers);
    await reply.write(Buffer.concat(parts.splice(0)));
  }
  if (length > bytesMax) {
    reply.end();
    return undefined;
  }
  const body = Buffer.concat(parts);
  reply.start(answer.status, headers);
  reply.end(body);
  return body;
}

/** An answer that breaks off after it began breaks off for the caller; before, the caller is told. */
function failed(exchange: Exchange, error: unknown, evidence: Readonly<Record<string, string>>): void {
  const { reply, door } = exchange;
  if (!reply.isOpen) return;
  if (reply.hasBegun) {
    reply.abort();
    return;
  }
  const code = error instanceof UpstreamError ? error.code : undefined;
  const { status, message } = failures[code ?? 'unreachable'];
  reply.start(status, { 'content-type': door.jsonType, ...evidence });
  reply.end(door.problem(status, message));
}

const failures: Readonly<Record<UpstreamErrorCode, { readonly status: number; readonly message: string }>> = {
  unreachable: { status: 502, message: 'The model cannot be reached, or its answer broke off' },
  timeout: { status: 504, message: 'The model did not answer in time' },
  'circuit-open': { status: 503, message: 'The model has failed too often; it is asked again in a while' },
  aborted: { status: 499, message: 'The caller has gone' },
};

function decodedEvents<T>(decode: () => T): T | undefined {
  try {
    return decode();
  } catch {
    return undefined;
  }
}

/** A door that stumbles over an answer takes nothing from the caller, who has it already. */
function outcomeOf(read: () => AnswerReading): CallOutcome {
  let reading: AnswerReading;
  try {
    reading = read();
  } catch {
    return { outcome: 'nothing', reason: 'unreadable' };
  }
  return reading.outcome === 'answer' ? reading : { outcome: 'nothing', reason: reading.reason };
}

function passedHeaders(headers: Readonly<Record<string, string>>): { [name: string]: string } {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !headersNotPassed.has(name)));
}
