import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { HttpUpstream, type HttpUpstreamOptions } from '#server/gateway/llm/http-upstream.js';
import type { UpstreamCall } from '#server/gateway/llm/upstream.js';
import { FakeClock, ManualScheduler } from '../../../support/in-process.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let server: Server;
let answers: Answer[];
let seen: IncomingMessage[];
let port: number;
const clock = new FakeClock();
const timer = new ManualScheduler(clock);

beforeEach(async () => {
  answers = [];
  seen = [];
  server = createServer((request, response) => {
    seen.push(request);
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    answer?.(request, response);
  });
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const call: UpstreamCall = {
  method: 'POST',
  path: '/v1/chat/completions?beta=true',
  headers: { authorization: 'Bearer mine', host: 'x', 'x-nearkey-cache-control': 'ttl=1', 'x-mine': 'yes' },
  body: Buffer.from('{}'),
  isStream: false,
};

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) => {
    response.writeHead(code, headers).end('said');
  };

function upstream(options: Partial<HttpUpstreamOptions> = {}): HttpUpstream {
  const baseUrl = `http://127.0.0.1:${port}/base`;
  const limits = { timeoutMs: 1_000, retriesMax: 2 };
  return new HttpUpstream({
    name: 'fake',
    baseUrl,
    pathPrefix: '/v1',
    ...limits,
    clock,
    timer,
    random: () => 0,
    ...options,
  });
}

async function send(to: HttpUpstream, signal = new AbortController().signal): Promise<[number, string]> {
  const answer = await to.send(call, signal);
  const parts: Uint8Array[] = [];
  for await (const bytes of answer.body) parts.push(bytes);
  return [answer.status, Buffer.concat(parts).toString()];
}

/** Moves time on until the work is done, in steps so small that what is on its way over a socket arrives before time is up. */
async function whileTimePasses<T>(work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = work.finally(() => {
    isDone = true;
  });
  done.catch(() => undefined);
  while (!isDone) {
    await new Promise((resolve) => setImmediate(resolve));
    if (seen.length === 0) continue;
    clock.advance(1);
    timer.runTimers();
  }
  return done;
}

describe('an upstream over HTTP', () => {
  test('asks below its address, with the headers that are for the provider', async () => {
    answers = [status(200)];
    expect(await send(upstream())).toEqual([200, 'said']);
    expect(seen[0]?.url).toBe('/base/chat/completions?beta=true');
    expect(seen[0]?.headers).toMatchObject({ authorization: 'Bearer mine', 'x-mine': 'yes' });
    expect(seen[0]?.headers).not.toHaveProperty('x-nearkey-cache-control');
  });

  test('puts its own credentials in place of those of the caller, or none', async () => {
    answers = [status(200)];
    await send(upstream({ credentials: { authorization: 'Bearer own' } }));
    await send(upstream({ credentials: {} }));
    expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer own', undefined]);
  });

  test('tries again what fails in passing, and no more often than it may', async () => {
    answers = [status(503), status(429), status(200)];
    expect(await whileTimePasses(send(upstream()))).toEqual([200, 'said']);
    expect(seen.length).toBe(3);
    answers = [status(503)];
    expect(await whileTimePasses(send(upstream()))).toEqual([503, 'said']);
    expect(seen.length).toBe(6);
  });

  test('answers what will not pass at once', async () => {
    answers = [status(400)];
    expect(await send(upstream())).toEqual([400, 'said']);
    answers = [status(429, { 'retry-after': '3600' })];
    expect(await send(upstream())).toEqual([429, 'said']);
    expect(seen.length).toBe(2);
  });

  test('raises that there is no answer, or that it broke off', async () => {
    await expect(send(upstream({ baseUrl: 'http://127.0.0.1:9', retriesMax: 0 }))).rejects.toMatchObject({
      code: 'unreachable',
    });
    answers = [
      (_request, response) => {
        response.writeHead(200, { 'content-length': '10' });
        response.write('half', () => response.destroy());
      },
    ];
    await expect(send(upstream())).rejects.toMatchObject({ code: 'unreachable' });
    expect(seen.length).toBe(1);
  });

  test('waits for the beginning of an answer, and for its pieces, for a limited time', async () => {
    answers = [() => undefined];
    await expect(whileTimePasses(send(upstream()))).rejects.toMatchObject({ code: 'timeout' });
    answers = [(_request, response) => response.writeHead(200).write('half')];
    await expect(whileTimePasses(send(upstream()))).rejects.toMatchObject({ code: 'timeout' });
  });

  test('ends when the caller goes', async () => {
    const abort = new AbortController();
    answers = [() => abort.abort()];
    await expect(send(upstream(), abort.signal)).rejects.toMatchObject({ code: 'aborted' });
    expect(seen.length).toBe(1);
  });

  test('asks nobody for a while after too many failures', async () => {
    answers = [status(502)];
    const failing = upstream({ retriesMax: 0 });
    for (let i = 0; i < 10; i++) await send(failing);
    await expect(send(failing)).rejects.toMatchObject({ code: 'circuit-open' });
    expect(seen.length).toBe(10);
    clock.advance(5_000);
    answers = [status(200)];
    expect(await send(failing)).toEqual([200, 'said']);
  });
});
