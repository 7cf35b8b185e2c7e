/** Whether words stand near each other: in one field, with at most so many other words between them. */

/** Where a word stands: ascending positions by number of field. */
export type Positions = ReadonlyMap<number, readonly number[]>;

/**
 * @param slop how many positions between the words may be other words'; infinite for any
 * @param inOrder whether the words must follow each other as they are given
 */
export function areNear(words: readonly Positions[], slop: number, inOrder: boolean): boolean {
  const [first, ...others] = words;
  if (first === undefined || others.length === 0) return true;
  for (const [field, positions] of first) {
    const lists = [positions, ...others.map((other) => other.get(field) ?? [])];
    if (lists.some((list) => list.length === 0)) continue;
    if (inOrder ? areInOrder(lists, slop) : areWithin(lists, slop)) return true;
  }
  return false;
}

/** From every place of the first word, the next place of each other: the shortest way there is from it. */
function areInOrder(lists: readonly (readonly number[])[], slop: number): boolean {
  const [starts = [], ...others] = lists;
  return starts.some((start) => {
    let last = start;
    for (const list of others) {
      const next = firstAbove(list, last);
      if (next === undefined) return false;
      last = next;
    }
    return last - start - others.length <= slop;
  });
}

function firstAbove(ascending: readonly number[], bound: number): number | undefined {
  let from = 0;
  let to = ascending.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((ascending[middle] ?? 0) <= bound) from = middle + 1;
    else to = middle;
  }
  return ascending[from];
}

/** A window over all places: its left end moves on while every word is in it. */
function areWithin(lists: readonly (readonly number[])[], slop: number): boolean {
  const places = lists
    .flatMap((list, word) => list.map((position) => ({ position, word })))
    .sort((a, b) => a.position - b.position);
  const inside = lists.map(() => 0);
  let [missing, left] = [lists.length, 0];
  for (const { position, word } of places) {
    const count = inside[word] ?? 0;
    inside[word] = count + 1;
    if (count === 0) missing--;
    while (missing === 0) {
      const leftmost = places[left++];
      if (leftmost === undefined) break;
      if (position - leftmost.position - (lists.length - 1) <= slop) return true;
      const rest = (inside[leftmost.word] ?? 0) - 1;
      inside[leftmost.word] = rest;
      if (rest === 0) missing++;
    }
  }
  return false;
}
