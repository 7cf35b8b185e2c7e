/**
 * What happens without being asked: expiry, eviction that commands have begun, resizing tables, clients that are idle. Some
 * times a second (`hz`), in slices, so that no client waits long.
 *
 * Time comes from the scheduler and the clock that are passed in: while it is started, it has one task there, and `stop`
 * takes that back.
 */
import type { Scheduler } from './base/scheduler.js';
import type { ServerFacilities } from './commands/command.js';
import { ExpireCycle } from './keyspace/expire-cycle.js';

/** Share of each tick that slices may use at most. */
const SHARE_OF_TICK = 0.25;
/** One slice: other clients wait no longer than this. */
const SLICE_US = 2000;

/** What is done for connections now and then. */
export interface ConnectionKeeper {
  /** Runs what CLIENT PAUSE has held back, when the pause is over. */
  runPostponed(): void;
  /** Closes who has been idle, or has not read, for too long. */
  enforceTimeLimits(): void;
}

export class BackgroundWork {
  readonly #expireCycle: ExpireCycle;
  #cancel: (() => void) | undefined;
  #lastSecondMs = 0;
  #lastCommands = 0;

  constructor(
    private readonly facilities: ServerFacilities,
    private readonly connections: ConnectionKeeper,
    private readonly scheduler: Scheduler,
  ) {
    this.#expireCycle = new ExpireCycle(facilities.keyspace, facilities.clock);
  }

  start(): void {
    const tickMs = 1000 / this.facilities.config.get('hz');
    this.#runAfter(tickMs, (tickMs * 1000 * SHARE_OF_TICK) / SLICE_US);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #runAfter(delayMs: number, slicesLeft: number): void {
    this.#cancel = this.scheduler.after(delayMs, () => this.#tick(slicesLeft));
  }

  /** @param slicesLeft how many more slices this tick may take */
  #tick(slicesLeft: number): void {
    this.facilities.memory.sample();
    this.connections.runPostponed();
    const more = this.#expire() || this.#goOnEvicting();
    this.facilities.blocked.serve();
    this.#onceASecond();
    if (more && slicesLeft > 1) this.#runAfter(0, slicesLeft - 1);
    else this.start();
  }

  /** One slice of the expire cycle; while clients pause, keys stay. @returns whether more remains */
  #expire(): boolean {
    const { clock, config, latency, pause } = this.facilities;
    if (pause.modeAt(clock.nowMs()) !== undefined) return false;
    const startUs = clock.monotonicUs();
    const more = this.#expireCycle.run(SLICE_US);
    const thresholdMs = config.get('latency-monitor-threshold');
    const tookMs = Math.floor((clock.monotonicUs() - startUs) / 1000);
    if (thresholdMs > 0 && tookMs >= thresholdMs) latency.add('expire-cycle', clock.nowMs(), tookMs);
    return more;
  }

  /** Goes on with an eviction that commands have begun. @returns whether more remains */
  #goOnEvicting(): boolean {
    const { memory, evictor, keyspace } = this.facilities;
    if (!memory.isFull || !evictor.makeRoom()) return false;
    keyspace.events.commandDone();
    return memory.isFull;
  }

  #onceASecond(): void {
    const { clock, stats } = this.facilities;
    const nowMs = clock.nowMs();
    const passedMs = nowMs - this.#lastSecondMs;
    if (passedMs < 1000) return;
    stats.commandsPerSecond = Math.round(((stats.commandsProcessed - this.#lastCommands) * 1000) / passedMs);
    this.#lastCommands = stats.commandsProcessed;
    this.#lastSecondMs = nowMs;
    this.connections.enforceTimeLimits();
    this.facilities.search.dropIdle(nowMs);
  }
}
