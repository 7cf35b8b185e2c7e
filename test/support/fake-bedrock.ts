/**
 * Bedrock Runtime, faked on a port of its own: HTTP/1.1 and HTTP/2, signatures and bearer tokens, Converse and InvokeModel (Anthropic's messages and
 * Amazon Nova's), both with event streams whose frames are built here by hand, from the layout.
 *
 * Every answer is another one, so that a test sees whether it was asked. What goes wrong is queued before: each call takes one fault.
 */
import { once } from 'node:events';
import type { Server } from 'node:http';
import { crc32 } from 'node:zlib';
import express, { type Express, type Request, type Response } from 'express';
import { z } from 'zod';
import { createHttpServer } from '#server/gateway/http-server.js';
import { verifySignature } from './signature-verdict.js';

export const fakeCredentials = { accessKeyId: 'AKIDFAKEBEDROCK', secretAccessKey: 'a secret only the test knows' };
export const fakeToken = 'bedrock-api-key-of-the-test';

export interface FakeCall {
  /** Decoded. */
  readonly model: string;
  readonly operation: string;
  readonly version: string;
  readonly headers: Request['headers'];
  readonly body: unknown;
  readonly question: string;
}

export type Fault =
  | { readonly kind: 'refuse'; readonly status: number; readonly type: string }
  /** The connection, or the stream, ends after so many events; of an answer in one piece, before its end. */
  | { readonly kind: 'cut'; readonly afterEvents: number }
  /** The stream ends with an exception in it. */
  | { readonly kind: 'exception'; readonly type: string }
  | { readonly kind: 'stop'; readonly reason: string }
  /** Nothing is answered. */
  | { readonly kind: 'silence' };

const question = z.looseObject({
  messages: z.array(
    z.looseObject({ content: z.union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))]) }),
  ),
  toolConfig: z
    .looseObject({ tools: z.array(z.looseObject({ toolSpec: z.looseObject({ name: z.string() }).optional() })) })
    .optional(),
});

export class FakeBedrock {
  readonly calls: FakeCall[] = [];
  /** While it is set, an answer in one piece waits for it, and a stream does after its first two events. */
  gate: Promise<void> | undefined;
  readonly #faults: Fault[] = [];
  readonly #server: Server;
  readonly #open = new Set<Response>();
  #port = 0;

  constructor() {
    this.#server = createHttpServer(this.#app(), { connectionsMax: 1_000, receiveTimeoutMs: 30_000 });
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    this.#port = typeof address === 'object' && address !== null ? address.port : 0;
    return this;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  get endpoint(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The next calls go wrong, one for each fault. */
  queue(...faults: readonly Fault[]): void {
    this.#faults.push(...faults);
  }

  /** Answers that have begun and not ended. */
  get openAnswers(): number {
    return this.#open.size;
  }

  #app(): Express {
    const app = express();
    app.disable('x-powered-by');
    app.use(express.raw({ type: () => true, limit: '8mb' }));
    app.post('/model/:model/:operation', async (request, response) => {
      this.#open.add(response);
      response.once('close', () => this.#open.delete(response));
      response.set('x-amzn-requestid', `fake-${this.calls.length + 1}`);
      const refusal = refusalOf(request);
      if (refusal !== undefined) {
        sendError(response, 403, refusal, 'The request is not signed as it should be');
        return;
      }
      await this.#answer(request, response);
    });
    return app;
  }

  async #answer(request: Request, response: Response): Promise<void> {
    const { model = '', operation = '' } = z.record(z.string(), z.string()).parse(request.params);
    const body: unknown = JSON.parse(Buffer.from(request.body).toString());
    const asked = question.safeParse(body);
    const text = asked.success ? lastText(asked.data) : '';
    const { headers, httpVersion: version } = request;
    this.calls.push({ model, operation, version, headers, body, question: text });
    const fault = this.#faults.shift();
    if (fault?.kind === 'silence') return;
    if (fault?.kind === 'refuse') {
      sendError(response, fault.status, fault.type, `${fault.type} of the fake`);
      return;
    }
    if (!asked.success) {
      response.json({ embedding: [0.6, 0.8], inputTextTokenCount: 3 });
      return;
    }
    const tool = asked.data.toolConfig?.tools[0]?.toolSpec?.name;
    const stop = fault?.kind === 'stop' ? fault.reason : undefined;
    const said = { text: `Answer ${this.calls.length} to: ${text}`, tool, stop };
    const isStream = operation.endsWith('stream');
    if (!isStream) await this.gate;
    if (!isStream && fault?.kind === 'cut') {
      await cutJson(response);
      return;
    }
    const isAnthropic = typeof body === 'object' && body !== null && 'anthropic_version' in body;
    if (operation === 'converse') response.json(converseBody(said));
    else if (operation === 'converse-stream') await sendStream(response, converseEvents(said), fault, this.gate);
    else if (operation === 'invoke') response.json(isAnthropic ? anthropicBody(said) : converseBody(said));
    else {
      response.set('x-amzn-bedrock-content-type', 'application/json');
      const events = isAnthropic
        ? anthropicEvents(said)
        : converseEvents(said).map(([type, members]) => ({ [type]: members }));
      await sendStream(
        response,
        events.map((event) => ['chunk', { bytes: base64(event), p: 'abcdefgh' }]),
        fault,
        this.gate,
      );
    }
  }
}

async function cutJson(response: Response): Promise<void> {
  response.set({ 'content-type': 'application/json', 'content-length': '1000' });
  await new Promise<void>((resolve) => response.write('{"output":', () => resolve()));
  response.destroy();
}

interface Said {
  readonly text: string;
  readonly tool: string | undefined;
  readonly stop: string | undefined;
}

function lastText({ messages }: z.infer<typeof question>): string {
  const content = messages.at(-1)?.content ?? '';
  return typeof content === 'string' ? content : content.map(({ text }) => text ?? '').join('');
}

function refusalOf(request: Request): string | undefined {
  const { authorization } = request.headers;
  if (authorization === `Bearer ${fakeToken}`) return undefined;
  const body: unknown = request.body;
  const verdict = verifySignature(
    {
      method: request.method,
      target: request.originalUrl,
      headers: request.headers,
      body: Buffer.isBuffer(body) ? body : new Uint8Array(),
    },
    {
      secrets: new Map([[fakeCredentials.accessKeyId, fakeCredentials.secretAccessKey]]),
      services: ['bedrock'],
    },
    Date.now(),
  );
  return verdict.ok ? undefined : verdict.fault;
}

function sendError(response: Response, status: number, type: string, message: string): void {
  response.status(status).set('x-amzn-errortype', `${type}:http://internal.amazon.com/coral/`).json({ message });
}

const usage = { inputTokens: 11, outputTokens: 22, totalTokens: 33 };
const toolUse = { toolUseId: 'tooluse_1', name: '', input: { city: 'Paris', days: 2 } };

function converseBody({ text, tool, stop }: Said): object {
  const called = tool === undefined ? [] : [{ toolUse: { ...toolUse, name: tool } }];
  return {
    metrics: { latencyMs: 123 },
    output: { message: { role: 'assistant', content: [{ text }, ...called] } },
    stopReason: stop ?? (tool === undefined ? 'end_turn' : 'tool_use'),
    usage,
  };
}

function converseEvents({ text, tool, stop }: Said): [string, object][] {
  const words = text.match(/\S+\s*/g) ?? [];
  return [
    ['messageStart', { role: 'assistant', p: 'abc' }],
    ...words.map((word): [string, object] => ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: word } }]),
    ['contentBlockStop', { contentBlockIndex: 0 }],
    ...(tool === undefined ? [] : toolEvents(tool)),
    ['messageStop', { stopReason: stop ?? (tool === undefined ? 'end_turn' : 'tool_use') }],
    ['metadata', { metrics: { latencyMs: 123 }, usage }],
  ];
}

function toolEvents(name: string): [string, object][] {
  const json = JSON.stringify(toolUse.input);
  const inputs = ['', json.slice(0, 7), json.slice(7)];
  const start = { toolUse: { toolUseId: toolUse.toolUseId, name } };
  return [
    ['contentBlockStart', { contentBlockIndex: 1, start }],
    ...inputs.map((input): [string, object] => [
      'contentBlockDelta',
      { contentBlockIndex: 1, delta: { toolUse: { input } } },
    ]),
    ['contentBlockStop', { contentBlockIndex: 1 }],
  ];
}

function anthropicBody({ text, stop }: Said): object {
  return {
    id: 'msg_bdrk_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-of-the-fake',
    content: [{ type: 'text', text }],
    stop_reason: stop ?? 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 11, output_tokens: 22 },
  };
}

function anthropicEvents(said: Said): object[] {
  const message = {
    ...anthropicBody(said),
    content: [],
    stop_reason: null,
    usage: { input_tokens: 11, output_tokens: 1 },
  };
  const words = said.text.match(/\S+\s*/g) ?? [];
  const invocation = { inputTokenCount: 11, outputTokenCount: 22, invocationLatency: 345, firstByteLatency: 67 };
  return [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
    ...words.map((text) => ({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } })),
    { type: 'content_block_stop', index: 0 },
    {
      type: 'message_delta',
      delta: { stop_reason: said.stop ?? 'end_turn', stop_sequence: null },
      usage: { output_tokens: 22 },
    },
    { type: 'message_stop', 'amazon-bedrock-invocationMetrics': invocation },
  ];
}

async function sendStream(
  response: Response,
  events: readonly (readonly [string, object])[],
  fault?: Fault,
  gate?: Promise<void>,
): Promise<void> {
  response.set('content-type', 'application/vnd.amazon.eventstream');
  response.flushHeaders();
  for (const [place, [type, members]] of events.entries()) {
    if (place === 2) await gate;
    if (fault?.kind === 'cut' && place === fault.afterEvents) {
      response.destroy();
      return;
    }
    if (fault?.kind === 'exception' && place === 3) {
      response.end(frame({ ':exception-type': fault.type, ':message-type': 'exception' }, { message: 'of the fake' }));
      return;
    }
    response.write(frame({ ':event-type': type, ':message-type': 'event' }, members));
    // One event a turn, so that a reader sees them come.
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
}

/** Total length, length of the headers, checksum of these; headers; payload; checksum of all. */
export function frame(headers: Readonly<Record<string, string>>, payload: object): Buffer {
  const body = Buffer.from(JSON.stringify(payload));
  const named = { ...headers, ':content-type': 'application/json' };
  const head = Buffer.concat(
    Object.entries(named).map(([name, value]) => {
      const length = Buffer.alloc(2);
      length.writeUInt16BE(Buffer.byteLength(value));
      return Buffer.concat([
        Buffer.from([name.length]),
        Buffer.from(name),
        Buffer.from([7]),
        length,
        Buffer.from(value),
      ]);
    }),
  );
  const prelude = Buffer.alloc(8);
  prelude.writeUInt32BE(16 + head.length + body.length, 0);
  prelude.writeUInt32BE(head.length, 4);
  const checked = Buffer.concat([prelude, checksum(prelude), head, body]);
  return Buffer.concat([checked, checksum(checked)]);
}

function checksum(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(bytes));
  return sum;
}

function base64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64');
}
