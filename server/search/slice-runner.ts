/**
 * Runs searches that would take long a slice at a time, between which other clients have their turns. All of them share one turn of
 * the event loop: however many there are, others wait for one slice.
 */
import { atOnce, type Sliced } from '@nearkey/index';
import type { Clock } from '../base/clock.js';
import type { Scheduler } from '../base/scheduler.js';
import type { Keyspace } from '../keyspace/keyspace.js';

/** Others wait no longer than this, and for the block of work in which it ends. */
const SLICE_US = 1000;

/** The result when the first slice was enough, or a promise of it. */
export type Outcome<T> = { readonly value: T } | { readonly later: Promise<T> };

interface Job {
  /** Works until a moment. @returns whether it is done */
  readonly step: (untilUs: number) => boolean;
}

export class SliceRunner {
  #waiting: Job[] = [];
  #isStopped = false;

  constructor(
    private readonly keyspace: Keyspace,
    private readonly clock: Clock,
    private readonly scheduler: Scheduler,
  ) {}

  /**
   * Does the first slice at once, and what is left in turns to come. What the work throws is thrown, or rejects the promise.
   * @param mayFinishLater false: all of it is done at once
   */
  begin<T>(work: Sliced<T>, mayFinishLater = true): Outcome<T> {
    if (!mayFinishLater) return { value: atOnce(work) };
    const first = this.#advance(work, this.clock.monotonicUs() + SLICE_US);
    if (first !== undefined) return first;
    const later = new Promise<T>((resolve, reject) => {
      const step = (untilUs: number): boolean => {
        try {
          const result = this.#advance(work, untilUs);
          if (result !== undefined) resolve(result.value);
          return result !== undefined;
        } catch (failure) {
          reject(failure);
          return true;
        }
      };
      this.#waiting.push({ step });
      if (this.#waiting.length === 1) this.#schedule();
    });
    return { later };
  }

  /** Gives up what is left: nobody hears of it any more. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting = [];
  }

  #advance<T>(work: Sliced<T>, untilUs: number): { readonly value: T } | undefined {
    for (;;) {
      const { done, value } = work.next();
      if (done === true) return { value };
      if (this.clock.monotonicUs() >= untilUs) return undefined;
    }
  }

  #schedule(): void {
    this.scheduler.soon(() => this.#turn());
  }

  #turn(): void {
    const job = this.#waiting.shift();
    if (job === undefined) return;
    this.keyspace.shared.nowMs = this.clock.nowMs();
    if (!job.step(this.clock.monotonicUs() + SLICE_US)) this.#waiting.push(job);
    // What was read may have expired, and others are to hear of it.
    this.keyspace.events.commandDone();
    if (this.#waiting.length > 0 && !this.#isStopped) this.#schedule();
  }
}
