/** A home for values without a keyspace around it, for tests of types. */
import { seededRandom } from '#server/base/random.js';
import { Arena } from '#server/memory/arena.js';
import type { EncodingLimits } from '#server/types/encoding-limits.js';
import { KeptRows } from '#server/types/kept-rows.js';
import type { ValueHome } from '#server/types/value.js';

/** The defaults of the settings. */
export const defaultLimits = {
  hashListpackEntriesMax: 512,
  hashListpackValueBytesMax: 64,
  listListpackSize: -2,
  listCompressDepth: 0,
  setIntsetEntriesMax: 512,
  zsetListpackEntriesMax: 128,
  zsetListpackValueBytesMax: 64,
  streamNodeBytesMax: 4096,
  streamNodeEntriesMax: 100,
  hllSparseBytesMax: 3000,
} satisfies EncodingLimits;

/** @param limits those that differ from the defaults */
export function valueHome(limits: Partial<EncodingLimits> = {}, seed = 1): ValueHome {
  const beyond = { bytes: 0 };
  return {
    arena: new Arena(),
    hashSeed: seed,
    limits: { ...defaultLimits, ...limits },
    random: seededRandom(seed),
    beyond,
    rows: new KeptRows(beyond),
  };
}
