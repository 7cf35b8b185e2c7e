/**
 * What a command costs from its frame to its reply, without sockets. Batches of frames go to the dispatcher as a transport
 * hands them over, and replies are dropped. Making the frames is not timed.
 */
import { systemClock } from '#server/base/clock.js';
import { seededRandom } from '#server/base/random.js';
import { systemScheduler } from '#server/base/scheduler.js';
import { Config } from '#server/config/config.js';
import { createServer } from '#server/create-server.js';
import { Dispatcher } from '#server/net/dispatcher.js';
import type { TransportConnection } from '#server/net/transport.js';
import { SeededRandom } from '../../fuzz/seeded-random.js';
import { quantile } from '../statistics.js';
import { FAMILIES, type Family, FILLINGS } from './families.js';
import { BatchOfFrames } from './frames.js';

/** A batch is what 50 clients send at -P 16. */
const CLIENTS = 50;
const PIPELINE = 16;
const COMMANDS = 160_000;

export interface ExecutorMeasured {
  /** Name of a family. */
  readonly family: string;
  /** By round. */
  readonly costs: readonly Cost[];
}

/** Nanoseconds a command. */
export interface Cost {
  readonly meanNs: number;
  /** In the batch that only a tenth of the others were faster than: what a busy machine disturbs least. */
  readonly calmNs: number;
}

export interface ExecutorOptions {
  readonly rounds: number;
  readonly seed: number;
  /** Names of families; all when empty. */
  readonly only: readonly string[];
}

export function measureExecutor({ rounds, seed, only }: ExecutorOptions): readonly ExecutorMeasured[] {
  const bench = new ExecutorBench(seed);
  bench.fill();
  const chosen = FAMILIES.filter(({ name }) => only.length === 0 || only.includes(name));
  const costs = new Map(chosen.map((family): [Family, Cost[]] => [family, []]));
  // The first round compiles and is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const family of chosen) {
      const measured = bench.run(family);
      if (round > 0) costs.get(family)?.push(measured);
    }
  }
  return chosen.map((family) => ({ family: family.name, costs: costs.get(family) ?? [] }));
}

class ExecutorBench {
  readonly #dispatcher: Dispatcher;
  readonly #random: SeededRandom;
  readonly #batch = new BatchOfFrames();

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    const silence = (): undefined => undefined;
    const server = createServer({
      config: new Config(),
      clock: systemClock,
      random: seededRandom(seed),
      logger: { notice: silence, warning: silence, error: silence },
      version: '0.0.0',
      runId: '0'.repeat(40),
    });
    this.#dispatcher = new Dispatcher(server.facilities, server.executor, systemScheduler);
    for (let id = 0; id < CLIENTS; id++) this.#dispatcher.opened(new DeafConnection(id));
  }

  fill(): void {
    for (const { count, argv } of FILLINGS) {
      for (let i = 0; i < count; ) {
        this.#batch.clear();
        for (const end = Math.min(count, i + CLIENTS * PIPELINE); i < end; i++) this.#batch.add(0, argv(i));
        this.#dispatcher.batch(this.#batch);
      }
    }
  }

  run({ argv, commands = COMMANDS }: Family): Cost {
    const batchesNs: number[] = [];
    for (let done = 0; done < commands; done += CLIENTS * PIPELINE) {
      this.#batch.clear();
      for (let id = 0; id < CLIENTS; id++) {
        for (let i = 0; i < PIPELINE; i++) this.#batch.add(id, argv(this.#random));
      }
      const startMs = performance.now();
      this.#dispatcher.batch(this.#batch);
      batchesNs.push(((performance.now() - startMs) * 1e6) / (CLIENTS * PIPELINE));
    }
    batchesNs.sort((a, b) => a - b);
    const meanNs = batchesNs.reduce((sum, ns) => sum + ns, 0) / batchesNs.length;
    return { meanNs, calmNs: quantile(batchesNs, 0.1) };
  }
}

/** Takes every reply and keeps none, and has no socket to pause or to close. */
class DeafConnection implements TransportConnection {
  readonly address = '127.0.0.1:1';
  readonly localAddress = '127.0.0.1:2';
  readonly unsentBytes = 0;
  readonly heldBytes = 0;
  readonly pause = ignore;
  readonly resume = ignore;
  readonly hold = ignore;
  readonly setAuthenticated = ignore;
  readonly close = ignore;

  constructor(readonly id: number) {}

  /** A command that fails would be measured in vain. */
  send(buffer: Buffer, start: number, end: number): boolean {
    if (buffer[start] === 45) throw new Error(buffer.toString('latin1', start, end));
    return true;
  }
}

function ignore(): undefined {
  return undefined;
}
