/**
 * An upstream that tells how many tokens each of its answers took, once the answer is over or let go, and changes nothing about it.
 */
import type { FrontDoor } from '@nearkey/sdk/llm';
import { TokenMeter } from './token-meter.js';
import type { Upstream, UpstreamCall, UpstreamReply } from './upstream.js';

export interface MeteredUpstreamOptions {
  readonly upstream: Upstream;
  /** Of the answers: how their streams are cut. */
  readonly door: FrontDoor;
  /** Not told of answers without tokens. */
  readonly spent: (tokens: number) => void;
}

export class MeteredUpstream implements Upstream {
  readonly name: string;
  readonly #options: MeteredUpstreamOptions;

  constructor(options: MeteredUpstreamOptions) {
    this.name = options.upstream.name;
    this.#options = options;
  }

  async send(call: UpstreamCall, signal: AbortSignal): Promise<UpstreamReply> {
    const { upstream, door } = this.#options;
    const { status, headers, body } = await upstream.send(call, signal);
    const isStream = (headers['content-type'] ?? '').startsWith(door.streamType);
    return { status, headers, body: this.#heard(body, isStream ? streamText(door) : textOf) };
  }

  async *#heard(body: AsyncIterable<Uint8Array>, read: (bytes: Uint8Array) => string): AsyncGenerator<Uint8Array> {
    const meter = new TokenMeter();
    try {
      for await (const bytes of body) {
        meter.hear(read(bytes));
        yield bytes;
      }
    } finally {
      if (meter.tokens > 0) this.#options.spent(meter.tokens);
    }
  }
}

/** Names and numbers are ASCII, however the rest is written. */
function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** The data of a stream's events; nothing from where it cannot be cut. */
function streamText(door: FrontDoor): (bytes: Uint8Array) => string {
  const decoder = door.streamDecoder();
  let isReadable = true;
  return (bytes) => {
    if (!isReadable) return '';
    try {
      return decoder
        .push(bytes)
        .map(({ data }) => data)
        .join('\n');
    } catch {
      isReadable = false;
      return '';
    }
  };
}
