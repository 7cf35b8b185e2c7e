/**
 * GROUPBY: one row out for each combination of keys. Groups are found by a tree of maps, one level a key, so that no text is made of
 * the keys; they leave in the order in which they came. A list is as many keys as it has elements, and a row then belongs to several
 * groups; the empty list is nothing.
 */
import { QueryError } from '../../errors.js';
import type { Evaluate } from '../../expression/bind-expression.js';
import type { Value } from '../../expression/value.js';
import type { Sliced } from '../../sliced.js';
import { aggregateLimits } from '../aggregation.js';
import type { Accumulator } from '../reducers/reducer-row.js';
import { emptyRow, type Row } from '../row.js';
import type { Stage } from './stage.js';

interface Group {
  readonly keys: readonly Value[];
  readonly accumulators: readonly Accumulator[];
}

/** A place in the tree: a group behind the last key, else what the next key leads to. */
class Branch {
  readonly branches = new Map<Value, Branch>();
  group: Group | undefined;
}

export class GroupStage implements Stage {
  readonly #root = new Branch();
  readonly #groups: Group[] = [];
  /** Of the row that is pushed: one list for all rows, so that a row leaves no garbage. */
  readonly #keys: Value[] = [];
  readonly isFull = false;

  /**
   * @param reducers make what gathers the values of one group
   * @param slots where keys and then results go in rows of groups
   */
  constructor(
    private readonly next: Stage,
    private readonly keys: readonly Evaluate<Row>[],
    private readonly reducers: readonly (() => Accumulator)[],
    private readonly slots: readonly number[],
  ) {}

  push(row: Row): void {
    this.#descend(this.#root, 0, row, this.#keys);
  }

  *finish(): Sliced<void> {
    const row = emptyRow(this.keys.length + this.reducers.length);
    let at = 0;
    for (; at < this.#groups.length && !this.next.isFull; at++) {
      const group = this.#groups[at];
      if (group === undefined) break;
      this.#fill(row, group);
      this.next.push(row);
      // A result may take long: a quantile is one of thousands of numbers.
      yield;
    }
    this.next.skip?.(this.#groups.length - at);
    yield* this.next.finish();
  }

  #fill(row: Row, { keys, accumulators }: Group): void {
    const results = [...keys, ...accumulators.map((accumulator) => accumulator.result())];
    results.forEach((value, at) => {
      row.values[this.slots[at] ?? 0] = value;
    });
  }

  #descend(branch: Branch, depth: number, row: Row, keys: Value[]): void {
    const read = this.keys[depth];
    if (read === undefined) {
      this.#gather(branch, row, keys);
      return;
    }
    const key = read(row);
    if (typeof key !== 'object') {
      this.#enter(branch, key, depth, row, keys);
      return;
    }
    for (const element of key.length === 0 ? [undefined] : new Set(key)) this.#enter(branch, element, depth, row, keys);
  }

  #enter(branch: Branch, key: Value, depth: number, row: Row, keys: Value[]): void {
    let inner = branch.branches.get(key);
    if (inner === undefined) {
      inner = new Branch();
      branch.branches.set(key, inner);
    }
    keys[depth] = key;
    this.#descend(inner, depth + 1, row, keys);
  }

  #gather(branch: Branch, row: Row, keys: readonly Value[]): void {
    branch.group ??= this.#newGroup(keys);
    for (const accumulator of branch.group.accumulators) accumulator.add(row);
  }

  #newGroup(keys: readonly Value[]): Group {
    if (this.#groups.length >= aggregateLimits.rowsMax) {
      throw new QueryError('limit', `GROUPBY makes more than ${aggregateLimits.rowsMax} groups`);
    }
    const group = { keys: keys.slice(), accumulators: this.reducers.map((make) => make()) };
    this.#groups.push(group);
    return group;
  }
}
