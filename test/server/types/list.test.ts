import { ByteSlice } from '#server/base/byte-slice.js';
import { type Random, seededRandom } from '#server/base/random.js';
import { Arena } from '#server/memory/arena.js';
import { type End, ListValue } from '#server/types/list.js';
import { valueHome } from '../../support/value-home.js';

const bytes = ByteSlice.fromLatin1;

function elementsOf(list: ListValue): string[] {
  const elements: string[] = [];
  list.forEach((element) => {
    elements.push(element.latin1());
  });
  return elements;
}

/** A list and an array that are told the same things. */
class Twins {
  readonly arena = new Arena();
  readonly list: ListValue;
  array: string[] = [];

  constructor(nodeSize: number) {
    this.list = new ListValue({ ...valueHome({ listListpackSize: nodeSize }), arena: this.arena });
  }

  push(end: End, element: string): void {
    this.list.push(end, bytes(element));
    if (end === 'tail') this.array.push(element);
    else this.array.unshift(element);
  }

  pop(end: End): void {
    const expected = end === 'tail' ? this.array.pop() : this.array.shift();
    if (expected === undefined) return;
    expect(this.list.peek(end).latin1()).toBe(expected);
    this.list.drop(end);
  }

  insert(side: 'before' | 'after', pivot: string, element: string): void {
    const at = this.array.indexOf(pivot);
    expect(this.list.insert(side, bytes(pivot), bytes(element))).toBe(at >= 0);
    if (at >= 0) this.array.splice(side === 'before' ? at : at + 1, 0, element);
  }

  set(index: number, element: string): void {
    const at = index < 0 ? index + this.array.length : index;
    const isThere = at >= 0 && at < this.array.length;
    expect(this.list.set(index, bytes(element))).toBe(isThere);
    if (isThere) this.array[at] = element;
  }

  remove(element: string, countMax: number, from: End): void {
    const matches = this.array.flatMap((each, i) => (each === element ? [i] : []));
    const gone = new Set(from === 'head' ? matches.slice(0, countMax) : matches.toReversed().slice(0, countMax));
    expect(this.list.remove(bytes(element), countMax, from)).toBe(gone.size);
    this.array = this.array.filter((_, i) => !gone.has(i));
  }

  trim(start: number, end: number): void {
    this.list.trim(start, end);
    this.array = this.array.slice(start, end);
  }

  check(): void {
    this.list.validate();
    this.arena.validate();
    expect(this.list.size).toBe(this.array.length);
    expect(elementsOf(this.list)).toEqual(this.array);
  }
}

function randomElement(random: Random, lengthMax: number): string {
  const kind = random.below(4);
  if (kind === 0) return String(random.below(50) - 20);
  if (kind === 1) return `e${random.below(30)}`;
  return String.fromCharCode(random.below(256)).repeat(random.below(lengthMax + 1));
}

const operations: readonly ((twins: Twins, random: Random, lengthMax: number) => void)[] = [
  ...Array<(twins: Twins, random: Random, lengthMax: number) => void>(6).fill((twins, random, lengthMax) =>
    twins.push(random.below(2) === 0 ? 'head' : 'tail', randomElement(random, lengthMax)),
  ),
  (twins, random) => twins.pop(random.below(2) === 0 ? 'head' : 'tail'),
  (twins, random, lengthMax) =>
    twins.insert(
      random.below(2) === 0 ? 'before' : 'after',
      twins.array[random.below(twins.array.length + 1)] ?? 'none',
      randomElement(random, lengthMax),
    ),
  (twins, random, lengthMax) =>
    twins.set(random.below(twins.array.length * 2 + 2) - twins.array.length - 1, randomElement(random, lengthMax)),
  (twins, random, lengthMax) =>
    twins.remove(randomElement(random, lengthMax), 1 + random.below(4), random.below(2) === 0 ? 'head' : 'tail'),
];

describe('a list', () => {
  test.each([
    { nodeSize: -2, lengthMax: 20, most: 3000 },
    { nodeSize: -1, lengthMax: 300, most: 300 },
    { nodeSize: 4, lengthMax: 30, most: 100 },
    { nodeSize: 0, lengthMax: 5, most: 20 },
    { nodeSize: -2, lengthMax: 9000, most: 60 },
  ])('is what an array is after random operations (nodes of $nodeSize, elements of up to $lengthMax bytes)', (size) => {
    const random = seededRandom(size.nodeSize * 7 + size.lengthMax);
    const twins = new Twins(size.nodeSize);
    for (let i = 0; i < 4000; i++) {
      operations[random.below(operations.length)]?.(twins, random, size.lengthMax);
      if (twins.array.length > size.most) {
        const start = random.below(size.most / 2);
        twins.trim(start, start + 1 + random.below(size.most / 2));
      }
      if (i % 100 === 0) twins.check();
    }
    twins.check();
    while (twins.array.length > 0) twins.pop(random.below(2) === 0 ? 'head' : 'tail');
    twins.check();
    expect(twins.arena.usage().liveBytes).toBe(0);
  });

  test('is read by index from either end', () => {
    const twins = new Twins(3);
    for (let i = 0; i < 100; i++) twins.push('tail', `e${i}`);
    for (const index of [0, 1, 49, 50, 99, -1, -50, -51, -100]) {
      expect(twins.list.at(index)?.latin1()).toBe(twins.array.at(index));
    }
    expect([twins.list.at(100), twins.list.at(-101)]).toEqual([undefined, undefined]);
  });

  test('is visited in ranges', () => {
    const twins = new Twins(3);
    for (let i = 0; i < 20; i++) twins.push('tail', `e${i}`);
    for (const [start, count] of [
      [0, 20],
      [5, 1],
      [7, 9],
      [19, 5],
      [20, 1],
    ] as const) {
      const visited: string[] = [];
      twins.list.range(start, count, (element) => {
        visited.push(element.latin1());
      });
      expect(visited).toEqual(twins.array.slice(start, start + count));
    }
  });

  test('is searched from either end, for as long as asked', () => {
    const twins = new Twins(3);
    for (let i = 0; i < 12; i++) twins.push('tail', String(i % 4));
    const found = (from: End, compareMax: number, most: number): number[] => {
      const indexes: number[] = [];
      twins.list.find(bytes('1'), from, compareMax, (index) => indexes.push(index) < most);
      return indexes;
    };
    expect(found('head', 12, 9)).toEqual([1, 5, 9]);
    expect(found('tail', 12, 2)).toEqual([9, 5]);
    expect([found('head', 1, 9), found('tail', 4, 9)]).toEqual([[], [9]]);
    new ListValue(valueHome()).find(bytes('1'), 'head', 9, () => {
      throw new Error('nothing is there');
    });
  });

  test('as a queue moves through its memory and keeps no more than it needs', () => {
    const twins = new Twins(-2);
    for (let i = 0; i < 200; i++) twins.push('head', `job:${i}`);
    for (let i = 0; i < 20_000; i++) {
      twins.push('head', `job:${i}`);
      twins.pop('tail');
    }
    twins.check();
    expect(twins.list.memoryBytes()).toBeLessThan(3 * 8192);
  });

  test('gives memory back when it becomes short', () => {
    const twins = new Twins(-2);
    for (let i = 0; i < 2000; i++) twins.push('tail', `element:${i}`);
    while (twins.array.length > 3) twins.pop('head');
    expect(twins.list.memoryBytes()).toBeLessThanOrEqual(512);
    twins.check();
  });

  test('costs little beside its elements', () => {
    const twins = new Twins(-2);
    let elementBytes = 0;
    for (let i = 0; i < 20_000; i++) {
      const element = `element:${i}`;
      elementBytes += element.length;
      twins.list.push('tail', bytes(element));
    }
    expect(twins.list.memoryBytes()).toBeLessThan(elementBytes * 1.25);
  });

  test('is copied whole, into the same arena or another', () => {
    const twins = new Twins(3);
    for (let i = 0; i < 50; i++) twins.push('tail', i % 7 === 0 ? 'x'.repeat(9000) : `e${i}`);
    for (const home of [valueHome(), { ...valueHome(), arena: twins.arena }]) {
      const copy = twins.list.copyTo(home);
      copy.validate();
      copy.push('tail', bytes('more'));
      copy.drop('head');
      expect(elementsOf(copy)).toEqual([...twins.array.slice(1), 'more']);
      copy.free();
    }
    twins.check();
    twins.list.free();
    expect([twins.list.size, twins.arena.usage().liveBytes]).toEqual([0, 0]);
  });
});
