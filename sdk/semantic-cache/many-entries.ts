/** Many prompts at a time, page by page: the prompts of a page are embedded together, and then each is treated like any other. */
import { EMBEDDED_TOGETHER } from './prompt-vectors.js';

/**
 * @param embedAhead embeds what the page will need, in one call
 * @param work of a page, in its order
 * @returns what came of all, in the order of the items
 */
export async function inPages<Item, Result>(
  items: readonly Item[],
  embedAhead: (page: readonly Item[]) => Promise<void>,
  work: (page: readonly Item[]) => Promise<readonly Result[]>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < items.length; from += EMBEDDED_TOGETHER) {
    const page = items.slice(from, from + EMBEDDED_TOGETHER);
    await embedAhead(page);
    results.push(...(await work(page)));
  }
  return results;
}
