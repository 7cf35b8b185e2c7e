/** Which engine indexes vectors: the native one where it was built, hnswlib-node elsewhere, or what the settings demand. */
import { availableParallelism } from 'node:os';
import { hnswlibEngine, nativeEngine, type VectorEngine } from '@nearkey/index';
import type { Logger } from '../base/logger.js';
import type { Scheduler } from '../base/scheduler.js';
import type { Config } from '../config/config.js';
import { ConfigError } from '../config/config-error.js';

/**
 * Reads the settings `vector-engine`, and `vector-threads`, of which 0 is one for each core: they stand back behind JavaScript, and
 * take what it leaves (docs/decisions/0017).
 * @param make makes the native engine, or says why there is none
 * @throws ConfigError when the native one is demanded and was not built
 */
export function createVectorEngine(
  config: Config,
  logger: Logger,
  scheduler: Scheduler,
  make = nativeEngine,
): VectorEngine {
  const choice = config.get('vector-engine');
  const threads = config.get('vector-threads');
  if (choice === 'hnswlib') return hnswlibEngine;
  const engine = make(threads === 0 ? availableParallelism() : threads, undefined, (task) => scheduler.soon(task));
  if (typeof engine !== 'string') return engine;
  if (choice === 'native') throw new ConfigError(`the native vector engine was not built: ${engine}`);
  logger.notice(`indexing vectors by hnswlib-node, which is slower: the native engine was not built (${engine})`);
  return hnswlibEngine;
}
