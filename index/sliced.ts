/**
 * Work that can be interrupted: a generator that yields where others may have a turn, after about a hundred documents. Who cannot
 * wait runs it at once; the server goes on with it between commands. Yielding costs some ten nanoseconds a block.
 */
export type Sliced<T> = Generator<undefined, T, undefined>;

/** Documents, rows or comparisons between two turns: even where each costs microseconds a block takes well below a millisecond. */
export const stepsPerBlock = 128;

export function atOnce<T>(work: Sliced<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** Sorts by merging runs, and so that what is equal keeps its order. @param before whether `a` comes ahead of `b` */
export function* sortedInSlices<T>(items: readonly T[], before: (a: T, b: T) => boolean): Sliced<T[]> {
  let from: T[] = [...items];
  let to: T[] = new Array(items.length);
  for (let width = 1; width < from.length; width *= 2) {
    for (let start = 0; start < from.length; start += width * 2) {
      yield* merge(from, to, start, width, before);
    }
    [from, to] = [to, from];
  }
  return from;
}

function* merge<T>(
  from: readonly T[],
  to: T[],
  start: number,
  width: number,
  before: (a: T, b: T) => boolean,
): Sliced<void> {
  const middle = Math.min(start + width, from.length);
  const end = Math.min(start + width * 2, from.length);
  let [left, right] = [start, middle];
  for (let at = start; at < end; at++) {
    if (at % stepsPerBlock === 0) yield;
    const [a, b] = [from[left], from[right]];
    const takesRight = right < end && b !== undefined && (left >= middle || a === undefined || before(b, a));
    const taken = takesRight ? b : a;
    if (taken !== undefined) to[at] = taken;
    if (takesRight) right++;
    else left++;
  }
}
