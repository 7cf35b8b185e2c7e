/**
 * Finds the values of a document that a path means, in the order of RedisJSON: what lies first in the document comes
 * first, a value before what is in it, and a value that several ways lead to comes as often.
 */
import { ByteSlice } from '../../base/byte-slice.js';
import type { Node } from '../comparison.js';
import { countAt, elementAt, endOf, findEntry, forEachMember, isContainer, Tag, tagAt, valueOfEntry } from '../tape.js';
import { passes } from './filter.js';
import { type Filter, type JsonPath, JsonPathError, type Step, type Term } from './json-path.js';

/** Values that a path may mean. */
const MATCHES_MAX = 1_000_000;
/** Values that may be looked at on the way: several `..` in a path multiply. */
const VISITS_MAX = 20_000_000;

/** Where a value lies, for who changes it. Offsets from the beginning of the document. */
export interface Place {
  readonly at: number;
  /** Where its entry begins in the container that holds it: at the key, in an object. */
  readonly entry: number;
  /** The containers around it, the outermost first. */
  readonly containers: readonly number[];
}

/** Where the values begin that a path means. */
export function findValues(tape: Buffer, path: JsonPath): number[] {
  if (path.isStatic) {
    const only = followStatic(tape, path.steps);
    return only === undefined ? [] : [only];
  }
  const found: number[] = [];
  new PathRun(tape, (at) => {
    found.push(at);
  }).run(path.steps);
  return found;
}

/** The first value a path means; undefined when there is none. */
export function findFirst(tape: Buffer, path: JsonPath): number | undefined {
  return path.isStatic ? followStatic(tape, path.steps) : findValues(tape, path)[0];
}

/** The values that a path means, with where they lie. */
export function findPlaces(tape: Buffer, path: JsonPath): Place[] {
  const found: Place[] = [];
  const run = new PathRun(tape, (at, entry) => {
    found.push({ at, entry, containers: [...run.containers] });
  });
  run.run(path.steps);
  return found;
}

/** Follows keys and indexes. */
function followStatic(tape: Buffer, steps: readonly Step[]): number | undefined {
  let at = 0;
  for (const step of steps) {
    const next = step.type === 'members' ? memberAt(tape, at, step.keys[0]) : indexAt(tape, at, step);
    if (next === undefined) return undefined;
    at = next;
  }
  return at;
}

function memberAt(tape: Buffer, at: number, key: Buffer | undefined): number | undefined {
  if (tagAt(tape, at) !== Tag.object || key === undefined) return undefined;
  const entry = findEntry(tape, at, ByteSlice.of(key));
  return entry < 0 ? undefined : valueOfEntry(tape, entry);
}

function indexAt(tape: Buffer, at: number, step: Step): number | undefined {
  if (tagAt(tape, at) !== Tag.array || step.type !== 'elements') return undefined;
  const count = countAt(tape, at);
  const index = fromFront(step.indexes[0] ?? 0, count);
  return index < count ? elementAt(tape, at, index) : undefined;
}

/** An index from the front: those beyond the end are the count, those before the beginning 0. */
function fromFront(index: number, count: number): number {
  return index < 0 ? Math.max(0, index + count) : Math.min(index, count);
}

type Visit = (at: number, entry: number) => void;

class PathRun {
  readonly containers: number[] = [];
  #visits = 0;
  #matches = 0;
  #steps: readonly Step[] = [];

  constructor(
    private readonly tape: Buffer,
    private readonly visit: Visit,
  ) {}

  run(steps: readonly Step[], from = 0): void {
    this.#steps = steps;
    this.#follow(0, from, from);
  }

  /** Takes the steps from `index` on, from the value at `at`, whose entry begins at `entry`. */
  #follow(index: number, at: number, entry: number): void {
    if (++this.#visits > VISITS_MAX) throw new JsonPathError('ERR path looks at too many values');
    const step = this.#steps[index];
    if (step === undefined) {
      if (++this.#matches > MATCHES_MAX) throw new JsonPathError('ERR path matches too many values');
      this.visit(at, entry);
      return;
    }
    this.#take(step, index, at, entry);
  }

  #take(step: Step, index: number, at: number, entry: number): void {
    switch (step.type) {
      case 'members':
        this.#members(step.keys, index, at);
        break;
      case 'elements':
        this.#elements(step.indexes, index, at);
        break;
      case 'slice':
        this.#slice(step, index, at);
        break;
      case 'all':
        this.#forEach(at, (value, valueEntry) => this.#follow(index + 1, value, valueEntry));
        break;
      case 'descend':
        this.#follow(index + 1, at, entry);
        this.#descend(index + 1, at);
        break;
      case 'filter':
        this.#filter(step.filter, index, at, entry);
        break;
    }
  }

  #members(keys: readonly Buffer[], index: number, at: number): void {
    if (tagAt(this.tape, at) !== Tag.object) return;
    this.#inside(at, () => {
      for (const key of keys) {
        const entry = findEntry(this.tape, at, ByteSlice.of(key));
        if (entry >= 0) this.#follow(index + 1, valueOfEntry(this.tape, entry), entry);
      }
    });
  }

  #elements(indexes: readonly number[], index: number, at: number): void {
    if (tagAt(this.tape, at) !== Tag.array) return;
    const count = countAt(this.tape, at);
    this.#inside(at, () => {
      for (const wanted of indexes) {
        const place = fromFront(wanted, count);
        if (place >= count) continue;
        const element = elementAt(this.tape, at, place);
        this.#follow(index + 1, element, element);
      }
    });
  }

  #slice({ start, end, step }: Step & { readonly type: 'slice' }, index: number, at: number): void {
    if (tagAt(this.tape, at) !== Tag.array) return;
    const count = countAt(this.tape, at);
    const stop = end === undefined ? count : fromFront(end, count);
    let wanted = fromFront(start, count);
    let place = 0;
    this.#forEach(at, (value) => {
      if (place++ !== wanted || wanted >= stop) return;
      wanted += step;
      this.#follow(index + 1, value, value);
    });
  }

  #descend(index: number, at: number): void {
    this.#forEach(at, (value, entry) => {
      this.#follow(index, value, entry);
      this.#descend(index, value);
    });
  }

  /** The members of a container that pass; a scalar, when it passes itself. */
  #filter(filter: Filter, index: number, at: number, entry: number): void {
    if (!isContainer(this.tape, at)) {
      if (this.#passes(filter, at)) this.#follow(index + 1, at, entry);
      return;
    }
    this.#forEach(at, (value, valueEntry) => {
      if (this.#passes(filter, value)) this.#follow(index + 1, value, valueEntry);
    });
  }

  #passes(filter: Filter, at: number): boolean {
    return passes(filter, (term) => this.#resolve(term, at));
  }

  /** The only value of a path inside a filter. */
  #resolve({ type, steps }: Term & { readonly type: 'current' | 'root' }, current: number): Node | undefined {
    let count = 0;
    let only = 0;
    const run = new PathRun(this.tape, (at) => {
      count++;
      only = at;
    });
    run.#visits = this.#visits;
    run.run(steps, type === 'current' ? current : 0);
    this.#visits = run.#visits;
    return count === 1 ? { tape: this.tape, at: only } : undefined;
  }

  #forEach(at: number, visit: Visit): void {
    if (!isContainer(this.tape, at)) return;
    this.#inside(at, () => forEachMember(this.tape, at, (entry, value) => visit(value, entry)));
  }

  #inside(container: number, body: () => void): void {
    this.containers.push(container);
    body();
    this.containers.pop();
  }
}

/** The places of a list that lie in no other of it, each once, the last of the document first: the order to change them in. */
export function outermostFromEnd(tape: Buffer, places: readonly Place[]): Place[] {
  const inOrder = [...places].sort((a, b) => a.at - b.at);
  const kept: Place[] = [];
  let end = 0;
  for (const place of inOrder) {
    if (kept.length > 0 && place.at < end) continue;
    kept.push(place);
    end = endOf(tape, place.at);
  }
  return kept.reverse();
}
