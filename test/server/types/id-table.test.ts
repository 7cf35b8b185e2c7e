import { type Random, seededRandom } from '#server/base/random.js';
import { Arena } from '#server/memory/arena.js';
import { IdTable, NOWHERE } from '#server/types/id-table.js';
import { StreamId } from '#server/types/stream-id.js';

const RECORD_BYTES = StreamId.bytes + 4;

/** A sorted array that does the same. */
class Twin {
  readonly ids: number[] = [];

  insert(id: number): void {
    this.ids.push(id);
    this.ids.sort((a, b) => a - b);
  }

  remove(id: number): void {
    this.ids.splice(this.ids.indexOf(id), 1);
  }
}

const idOf = (number: number): StreamId => StreamId.of(Math.floor(number / 10), number % 10);

function put(table: IdTable, number: number): void {
  const at = table.insert(idOf(number));
  table.words(at).setUint32(table.dataAt(at), number, true);
}

function numberAt(table: IdTable, position: number): number | undefined {
  return position === NOWHERE ? undefined : table.words(position).getUint32(table.dataAt(position), true);
}

function forwards(table: IdTable): (number | undefined)[] {
  const found: (number | undefined)[] = [];
  for (let at = table.first(); at !== NOWHERE; at = table.next(at)) found.push(numberAt(table, at));
  return found;
}

function backwards(table: IdTable): (number | undefined)[] {
  const found: (number | undefined)[] = [];
  for (let at = table.last(); at !== NOWHERE; at = table.previous(at)) found.push(numberAt(table, at));
  return found;
}

function change(table: IdTable, twin: Twin, random: Random, numbers: number, growing: boolean): void {
  const number = random.below(numbers);
  const at = table.find(idOf(number));
  expect(at !== NOWHERE).toBe(twin.ids.includes(number));
  if (at === NOWHERE && (growing || random.below(3) > 0)) {
    put(table, number);
    twin.insert(number);
  } else if (at !== NOWHERE && (!growing || random.below(4) === 0)) {
    table.remove(at);
    twin.remove(number);
  }
}

describe('a table of ids', () => {
  test.each([
    { seed: 1, numbers: 30, rounds: 4 },
    { seed: 2, numbers: 400, rounds: 6 },
    { seed: 3, numbers: 3000, rounds: 12 },
  ])('holds what a sorted array holds ($numbers ids)', ({ seed, numbers, rounds }) => {
    const random = seededRandom(seed);
    const arena = new Arena();
    const table = new IdTable(arena, RECORD_BYTES);
    const twin = new Twin();
    for (let round = 0; round < rounds; round++) {
      for (let i = 0; i < 500; i++) change(table, twin, random, numbers, round % 4 < 2);
      table.validate();
      expect(table.size).toBe(twin.ids.length);
      expect(forwards(table)).toEqual(twin.ids);
      expect(backwards(table)).toEqual([...twin.ids].reverse());
      for (let i = 0; i < 50; i++) {
        const number = random.below(numbers + 10);
        expect(numberAt(table, table.atOrAfter(idOf(number)))).toBe(twin.ids.find((id) => id >= number));
        expect(numberAt(table, table.atOrBefore(idOf(number)))).toBe(twin.ids.findLast((id) => id <= number));
      }
    }
    table.clear();
    arena.validate();
    expect([arena.usage().liveBytes, forwards(table)]).toEqual([0, []]);
  });

  test('is filled page by page when ids ascend, and gives pages back when they leave', () => {
    const arena = new Arena();
    const table = new IdTable(arena, RECORD_BYTES);
    for (let number = 0; number < 10_000; number++) put(table, number);
    table.validate();
    expect(table.memoryBytes() / 10_000).toBeLessThan(RECORD_BYTES * 1.05);
    for (let number = 0; number < 10_000; number++) if (number % 50 > 0) table.remove(table.find(idOf(number)));
    table.validate();
    expect([table.size, forwards(table)[7]]).toEqual([200, 350]);
    expect(table.memoryBytes()).toBeLessThan(200 * RECORD_BYTES * 9);
  });

  test('is copied whole into another arena', () => {
    const table = new IdTable(new Arena(), RECORD_BYTES);
    for (let number = 0; number < 500; number++) put(table, number);
    const target = new Arena();
    const copy = table.copyTo(target);
    table.remove(table.find(idOf(3)));
    put(copy, 777);
    copy.validate();
    expect([copy.size, table.size, numberAt(copy, copy.find(idOf(3)))]).toEqual([501, 499, 3]);
    copy.clear();
    expect(target.usage().liveBytes).toBe(0);
  });
});
