/**
 * What the gateway measures, on the registry it is given. Labels have few values: routes are patterns, not paths, and a cache id
 * is never a label (numbers per cache are in its statistics).
 */
import { CacheError, type CounterName, type Interval, type LookupResult, wilsonInterval } from '@nearkey/sdk';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const truthEvents = ['shadowRight', 'shadowWrong', 'votesUp', 'votesDown', 'quarantined', 'breaches'];

/** From an exact hit in process to a slow embedder. */
const latencyBucketsSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export class GatewayMetrics {
  readonly requestSeconds: Histogram<'route' | 'method' | 'status'>;
  readonly #hits: Counter<'tier'>;
  readonly #misses: Counter<'reason'>;
  readonly #refusals: Counter<'rule'>;
  readonly #stores: Counter;
  readonly #errors: Counter<'operation' | 'code'>;
  readonly #lookupSeconds: Histogram<'tier'>;
  readonly #truth: Counter<'event'>;
  #shadowRight = 0;
  #shadowWrong = 0;

  constructor(registry: Registry) {
    const registers = [registry];
    this.requestSeconds = new Histogram({
      name: 'nearkey_http_request_duration_seconds',
      help: 'Time from the request headers to the end of the response, by route.',
      labelNames: ['route', 'method', 'status'],
      buckets: latencyBucketsSeconds,
      registers,
    });
    this.#lookupSeconds = new Histogram({
      name: 'nearkey_cache_lookup_duration_seconds',
      help: 'Time of a cache lookup by the tier that answered it, or miss, or error.',
      labelNames: ['tier'],
      buckets: latencyBucketsSeconds,
      registers,
    });
    this.#hits = new Counter({
      name: 'nearkey_cache_hits_total',
      help: 'Lookups answered from the cache, by tier.',
      labelNames: ['tier'],
      registers,
    });
    this.#misses = new Counter({
      name: 'nearkey_cache_misses_total',
      help: 'Lookups the cache had no answer for, by reason.',
      labelNames: ['reason'],
      registers,
    });
    this.#refusals = new Counter({
      name: 'nearkey_cache_refused_total',
      help: 'Misses whose nearest entry would have been served, but for the trap guard, by its rule.',
      labelNames: ['rule'],
      registers,
    });
    this.#stores = new Counter({ name: 'nearkey_cache_stores_total', help: 'Answers stored.', registers });
    this.#errors = new Counter({
      name: 'nearkey_cache_errors_total',
      help: 'Cache operations that failed, by operation and error code.',
      labelNames: ['operation', 'code'],
      registers,
    });
    this.#truth = new Counter({
      name: 'nearkey_cache_truth_total',
      help: 'Shadow verdicts and votes on answers from caches, entries quarantined, and breaches: alarms that too many were wrong.',
      labelNames: ['event'],
      registers,
    });
    for (const event of truthEvents) this.#truth.inc({ event }, 0);
    const share = (): Interval => wilsonInterval(this.#shadowWrong, this.#shadowRight + this.#shadowWrong);
    new Gauge({
      name: 'nearkey_cache_wrong_hit_share',
      help: 'Between which shares of semantic hits are wrong, at 95 %, by the shadow questions of this process.',
      labelNames: ['bound'],
      registers,
      collect() {
        const { low, high } = share();
        this.set({ bound: 'low' }, low);
        this.set({ bound: 'high' }, high);
      },
    });
    for (const tier of ['exact', 'semantic']) this.#hits.inc({ tier }, 0);
  }

  /** What happened that says whether answers from caches are right. */
  truth(event: CounterName): void {
    this.#truth.inc({ event });
    if (event === 'shadowRight') this.#shadowRight++;
    if (event === 'shadowWrong') this.#shadowWrong++;
  }

  /** Runs a lookup and records its time and outcome. */
  async lookup(operation: () => Promise<LookupResult>): Promise<LookupResult> {
    const stop = this.#lookupSeconds.startTimer();
    try {
      const result = await this.counted('lookup', operation);
      if (result.outcome === 'hit') {
        this.#hits.inc({ tier: result.tier });
      } else {
        this.#misses.inc({ reason: result.reason });
        if (result.nearest?.refusedBy !== undefined) this.#refusals.inc({ rule: result.nearest.refusedBy });
      }
      stop({ tier: result.outcome === 'hit' ? result.tier : 'miss' });
      return result;
    } catch (error) {
      stop({ tier: 'error' });
      throw error;
    }
  }

  async store<T>(operation: () => Promise<T>): Promise<T> {
    const result = await this.counted('store', operation);
    this.#stores.inc();
    return result;
  }

  /** Runs any operation of a cache and counts its failure, unless the caller is to blame. */
  async counted<T>(name: string, operation: () => Promise<T>): Promise<T> {
    try {
      return await operation();
    } catch (error) {
      const code = CacheError.isInstance(error) ? error.code : 'unexpected';
      if (code !== 'invalid-request') this.#errors.inc({ operation: name, code });
      throw error;
    }
  }
}
