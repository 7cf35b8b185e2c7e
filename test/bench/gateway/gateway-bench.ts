/**
 * `npm run bench -- gateway [--rounds=5]`: what the gateway to models adds to an answer from the cache. A server as a user runs it, a
 * fake provider, and clients that do nothing but write and read: latency of one client after another question, and answers a second with
 * many. The embedding of a paraphrase is remembered after its first lookup, so that semantic hits are measured without it.
 */
import { connect, type Socket } from 'node:net';
import { startFakeModel } from '../../support/fake-model.js';
import { startNearkey } from '../../support/nearkey.js';
import { machineLines } from '../machine.js';
import { quantile, spread } from '../statistics.js';

const latencySamples = 2_000;
const answersPerRound = 10_000;
const clients = 16;

interface Case {
  readonly name: string;
  readonly content: string;
  readonly isStream: boolean;
}

const question = 'How do I reset the password of my account?';
const cases: readonly Case[] = [
  { name: 'exact hit', content: question, isStream: false },
  { name: 'exact hit, streamed', content: question, isStream: true },
  { name: 'semantic hit', content: 'how can I reset the password of my account?', isStream: false },
];

export async function benchGateway({ rounds }: { readonly rounds: number }): Promise<void> {
  const model = await startFakeModel();
  const url = `http://127.0.0.1:${model.port}/v1`;
  const nearkey = await startNearkey({ args: ['--llm-openai-url', url, '--cache-min-similarity', '0.8'] });
  for (const line of machineLines({ seed: 0, rounds })) console.log(line);
  try {
    for (const { name, content, isStream } of cases) {
      const request = requestOf(content, isStream);
      const first = new HttpClient(nearkey.httpPort);
      await first.ask(request);
      const { head, size } = await first.ask(request);
      const status = /x-nearkey-cache: (\S+)\r\nx-nearkey-cache-tier: (\S+)/.exec(head)?.slice(1).join(' ');
      const latencies: number[] = [];
      for (let i = 0; i < latencySamples; i++) {
        const startedMs = performance.now();
        await first.ask(request);
        latencies.push(performance.now() - startedMs);
      }
      first.close();
      const perSecond: number[] = [];
      for (let round = 0; round < rounds; round++) perSecond.push(await answersPerSecond(nearkey.httpPort, request));
      const sorted = latencies.toSorted((a, b) => a - b);
      const { median, min, max } = spread(perSecond);
      const latency = `p50 ${quantile(sorted, 0.5).toFixed(3)} ms, p99 ${quantile(sorted, 0.99).toFixed(3)} ms`;
      console.log(`${name} (${status}, ${size} bytes): ${latency}; ${clients} clients: ${Math.round(median)}/s`);
      console.log(`  from ${Math.round(min)} to ${Math.round(max)} in ${rounds} rounds`);
    }
    console.log(`calls of the model: ${model.calls.length}`);
  } finally {
    await nearkey.stop();
    await model.stop();
  }
}

async function answersPerSecond(port: number, request: Buffer): Promise<number> {
  const startedMs = performance.now();
  const each = Math.floor(answersPerRound / clients);
  await Promise.all(
    Array.from({ length: clients }, async () => {
      const client = new HttpClient(port);
      for (let i = 0; i < each; i++) await client.ask(request);
      client.close();
    }),
  );
  return (each * clients * 1000) / (performance.now() - startedMs);
}

function requestOf(content: string, isStream: boolean): Buffer {
  const body = JSON.stringify({ model: 'gpt-5', stream: isStream, messages: [{ role: 'user', content }] });
  const head = [
    'POST /v1/chat/completions HTTP/1.1',
    'host: 127.0.0.1',
    'content-type: application/json',
    'authorization: Bearer sk-bench',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

interface Answer {
  readonly head: string;
  readonly size: number;
}

/** One connection, one request after the other; answers have a length, or end with their connection. */
class HttpClient {
  readonly #socket: Socket;
  #received = '';
  #resolve: (answer: Answer) => void = () => undefined;

  constructor(port: number) {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.setEncoding('latin1');
    this.#socket.on('data', (text) => {
      this.#received += String(text);
      this.#look();
    });
  }

  ask(request: Buffer): Promise<Answer> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #look(): void {
    const end = this.#received.indexOf('\r\n\r\n');
    if (end === -1) return;
    const head = this.#received.slice(0, end);
    const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? Number.NaN);
    const isOver = Number.isNaN(length)
      ? this.#received.endsWith('\r\n0\r\n\r\n')
      : this.#received.length >= end + 4 + length;
    if (!isOver) return;
    const size = this.#received.length - end - 4;
    this.#received = '';
    this.#resolve({ head, size });
  }
}
