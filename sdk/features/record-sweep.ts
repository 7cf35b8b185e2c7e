/**
 * Removes the records of groups that were deleted. Nobody can reach them any more, so nobody waits for it; what a stopped process
 * left is in the store's list of sweeps, and the next one goes on with it.
 */
import type { Commander } from '../commander.js';
import { storeFailure } from './feature-error.js';
import { sweepsKey } from './record-keys.js';
import { scan } from './record-listing.js';

const keysPerStep = 200;

/**
 * Works off the list.
 * @param giveWay resolves when others have had their turn
 */
export async function sweepRecords(commander: Commander, giveWay: () => Promise<void>): Promise<void> {
  try {
    const prefixes = await commander.call('HKEYS', sweepsKey);
    for (const prefix of Array.isArray(prefixes) ? prefixes : []) {
      for (const node of commander.nodes?.() ?? [commander]) await sweepNode(commander, node, String(prefix), giveWay);
      await commander.call('HDEL', sweepsKey, String(prefix));
    }
  } catch (error) {
    throw storeFailure(error, 'SCAN');
  }
}

async function sweepNode(
  commander: Commander,
  node: Commander,
  prefix: string,
  giveWay: () => Promise<void>,
): Promise<void> {
  let cursor = '0';
  do {
    const step = await scan(node, cursor, prefix, keysPerStep);
    await Promise.all(step.keys.map((key) => commander.call('UNLINK', key)));
    cursor = step.cursor;
    await giveWay();
  } while (cursor !== '0');
}
