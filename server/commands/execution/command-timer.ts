/**
 * How long commands take: for their statistics, the slow log and the latency monitor.
 *
 * A look at the clock costs as much as a good part of a quick command. Within a batch, quick commands of one kind that come one
 * after the other are timed together: they share the time until the next look evenly. Sums and counts stay exact. The time
 * between two looks belongs to the commands in between, so a command starts when the one before it was done.
 */
import type { ByteSlice } from '../../base/byte-slice.js';
import { Histogram } from '../../base/histogram.js';
import type { Client } from '../../client/client.js';
import type { CommandEntry, ServerFacilities } from '../command.js';
import { frameSlices } from './frame.js';
import { withoutSecrets } from './onlookers.js';

/** Commands of one kind that are timed together at most. */
const TIMED_TOGETHER_MAX = 16;
/** A command that takes longer on average is timed by itself. */
const TIMED_TOGETHER_AVERAGE_US_MAX = 20;
/** Who wants to know of durations as short as this gets every command timed by itself. */
const TIMED_TOGETHER_NOTEWORTHY_US_MIN = 1000;

const NO_BYTES = Buffer.alloc(0);
const NO_WORDS = new Int32Array(0);

/** The last of the commands that have run since the clock was looked at. */
interface Untimed {
  client: Client | undefined;
  entry: CommandEntry | undefined;
  buffer: Buffer;
  words: Int32Array;
  base: number;
}

export class CommandTimer {
  #lookedAtUs = 0;
  /** Commands that have run since, all of one kind. */
  readonly #untimed: Untimed = { client: undefined, entry: undefined, buffer: NO_BYTES, words: NO_WORDS, base: 0 };
  #untimedCount = 0;
  #inBatch = false;
  /** How long a command takes at least that somebody wants to know of. */
  #noteworthyUs = Number.POSITIVE_INFINITY;
  #recordsLatencies = false;

  constructor(private readonly server: ServerFacilities) {
    this.#readSettings();
    server.config.onChange(() => this.#readSettings());
  }

  #readSettings(): void {
    const { config } = this.server;
    const slowUs = config.get('slowlog-log-slower-than');
    const latencyMs = config.get('latency-monitor-threshold');
    const bounds = [slowUs < 0 ? [] : slowUs, latencyMs === 0 ? [] : latencyMs * 1000].flat();
    this.#noteworthyUs = Math.min(Number.POSITIVE_INFINITY, ...bounds);
    this.#recordsLatencies = config.get('latency-tracking');
  }

  /** Until `endBatch`, quick commands may be timed together. */
  beginBatch(): void {
    this.#inBatch = this.#noteworthyUs >= TIMED_TOGETHER_NOTEWORTHY_US_MIN;
  }

  endBatch(): void {
    this.settle();
    this.#inBatch = false;
  }

  /** What passed until now is nobody's; whoever it belongs to was settled before. */
  look(): void {
    this.#lookedAtUs = this.server.clock.monotonicUs();
  }

  /** Shares the time since the last look at the clock among the commands that have run since. */
  settle(): void {
    const count = this.#untimedCount;
    if (count === 0) return;
    const startUs = this.#lookedAtUs;
    this.#untimedCount = 0;
    this.look();
    const { client, entry, buffer, words, base } = this.#untimed;
    if (client !== undefined && entry !== undefined)
      this.#time(client, entry, buffer, words, base, this.#lookedAtUs - startUs, count);
  }

  /** When the clock was looked at last: since then what passes is the time of the command that begins, see `done`. */
  get lookedAtUs(): number {
    return this.#lookedAtUs;
  }

  /** A command begins: others like it go on waiting to be timed with it. */
  begin(entry: CommandEntry): void {
    if (this.#untimedCount > 0 && this.#untimed.entry !== entry) this.settle();
  }

  /** Notes how long a command took, with what came of it: now, or together with others like it. */
  done(client: Client, entry: CommandEntry, buffer: Buffer, words: Int32Array, base: number, startUs: number): void {
    if (this.#inBatch && isTimedTogether(entry, words[base] ?? 0)) {
      this.#putOff(client, entry, buffer, words, base);
      return;
    }
    // Of the commands of a script or a transaction some may still be untimed.
    this.settle();
    this.look();
    this.#time(client, entry, buffer, words, base, this.#lookedAtUs - startUs, 1);
  }

  #putOff(client: Client, entry: CommandEntry, buffer: Buffer, words: Int32Array, base: number): void {
    const last = this.#untimed;
    last.client = client;
    last.entry = entry;
    last.buffer = buffer;
    last.words = words;
    last.base = base;
    if (++this.#untimedCount === TIMED_TOGETHER_MAX) this.settle();
  }

  /** @param count commands that took the time together; the last one stands for all when it is worth a note */
  #time(
    client: Client,
    entry: CommandEntry,
    buffer: Buffer,
    words: Int32Array,
    base: number,
    tookUs: number,
    count: number,
  ): void {
    entry.totalUs += tookUs;
    if (this.#recordsLatencies) {
      entry.latencies ??= new Histogram();
      entry.latencies.record((tookUs * 1000) / count, count);
    }
    if (tookUs >= this.#noteworthyUs) this.#noteSlow(client, entry, frameSlices(buffer, words, base), tookUs);
  }

  #noteSlow(client: Client, entry: CommandEntry, argv: readonly ByteSlice[], durationUs: number): void {
    const { config, keyspace, latency, slowLog } = this.server;
    const { nowMs } = keyspace.shared;
    const slowUs = config.get('slowlog-log-slower-than');
    if (slowUs >= 0 && durationUs >= slowUs && !entry.flags.includes('skip_slowlog')) {
      const facts = { atSeconds: Math.floor(nowMs / 1000), durationUs: Math.round(durationUs) };
      const by = { address: client.address, clientName: client.name };
      slowLog.add({ ...facts, ...by }, withoutSecrets(entry, argv), config.get('slowlog-max-len'));
    }
    const latencyMs = config.get('latency-monitor-threshold');
    if (latencyMs > 0 && durationUs >= latencyMs * 1000) {
      latency.add(entry.flags.includes('fast') ? 'fast-command' : 'command', nowMs, Math.floor(durationUs / 1000));
    }
  }
}

/** Whether a command is so short that a look at the clock for it alone would be out of proportion. */
function isTimedTogether({ quickArguments, totalUs, calls }: CommandEntry, argc: number): boolean {
  return argc <= quickArguments && totalUs <= calls * TIMED_TOGETHER_AVERAGE_US_MAX;
}
