/** The encoding limits that the settings name; they follow CONFIG SET. */
import type { Config } from '../config/config.js';
import type { EncodingLimits } from '../types/encoding-limits.js';

/** @returns an object whose fields change when a setting does */
export function configuredLimits(config: Config): EncodingLimits {
  const limits = readLimits(config);
  config.onChange(() => Object.assign(limits, readLimits(config)));
  return limits;
}

function readLimits(config: Config): EncodingLimits {
  return {
    hashListpackEntriesMax: config.get('hash-max-listpack-entries'),
    hashListpackValueBytesMax: config.get('hash-max-listpack-value'),
    listListpackSize: config.get('list-max-listpack-size'),
    listCompressDepth: config.get('list-compress-depth'),
    setIntsetEntriesMax: config.get('set-max-intset-entries'),
    zsetListpackEntriesMax: config.get('zset-max-listpack-entries'),
    zsetListpackValueBytesMax: config.get('zset-max-listpack-value'),
    streamNodeBytesMax: config.get('stream-node-max-bytes'),
    streamNodeEntriesMax: config.get('stream-node-max-entries'),
    hllSparseBytesMax: config.get('hll-sparse-max-bytes'),
  };
}
