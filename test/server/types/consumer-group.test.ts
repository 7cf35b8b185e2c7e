import { seededRandom } from '#server/base/random.js';
import { Arena } from '#server/memory/arena.js';
import { ConsumerGroup, READS_UNKNOWN } from '#server/types/consumer-group.js';
import { StreamId } from '#server/types/stream-id.js';

const idOf = (number: number): StreamId => StreamId.of(1000 + Math.floor(number / 4), number % 4);

function groupIn(arena: Arena): ConsumerGroup {
  return new ConsumerGroup(arena, StreamId.zero, READS_UNKNOWN);
}

/** Pending entries as `id consumer deliveries`. */
function pendingOf(group: ConsumerGroup, name?: string): string[] {
  const found: string[] = [];
  const consumer = name === undefined ? undefined : group.consumer(name);
  group.forEachPending(StreamId.zero, consumer, ({ id, consumer: { name: owner }, deliveries }) => {
    found.push(`${id.text()} ${owner} ${deliveries}`);
    return true;
  });
  return found;
}

describe('a consumer group', () => {
  test('keeps account of who has which entry, as a map does', () => {
    const random = seededRandom(11);
    const arena = new Arena();
    const group = groupIn(arena);
    const twin = new Map<number, { name: string; deliveries: number }>();
    const names = ['c', 'd', 'e', 'f'];
    for (let step = 0; step < 6000; step++) {
      const number = random.below(700);
      const name = names[random.below(names.length)] ?? '';
      const dice = random.below(100);
      if (dice < 55) {
        const consumer = group.consumer(name) ?? group.addConsumer(name, step);
        const deliveries = random.below(9);
        const entry = group.assign(idOf(number), consumer, step, deliveries);
        expect([entry.consumer.name, entry.deliveredMs]).toEqual([name, step]);
        twin.set(number, { name, deliveries });
      } else if (dice < 98) {
        expect(group.acknowledge(idOf(number))).toBe(twin.delete(number));
      } else {
        const consumer = group.consumer(name);
        if (consumer !== undefined) group.removeConsumer(consumer);
        for (const [key, owned] of twin) if (owned.name === name) twin.delete(key);
      }
      const entry = group.pendingEntry(idOf(number));
      expect(entry === undefined ? undefined : [entry.consumer.name, entry.deliveries]).toEqual(
        twin.has(number) ? [twin.get(number)?.name, twin.get(number)?.deliveries] : undefined,
      );
      if (step % 500 > 0) continue;
      group.validate();
      const expected = [...twin].sort(([a], [b]) => a - b);
      const lines = expected.map(([key, { name: owner, deliveries }]) => `${idOf(key).text()} ${owner} ${deliveries}`);
      expect(pendingOf(group)).toEqual(lines);
      for (const each of names) {
        if (group.consumer(each) === undefined) continue;
        expect(pendingOf(group, each)).toEqual(lines.filter((line) => line.includes(` ${each} `)));
      }
      expect(group.pendingEdges()?.map((id) => id.text())).toEqual(
        lines.length === 0 ? undefined : [lines[0]?.split(' ')[0], lines.at(-1)?.split(' ')[0]],
      );
    }
    group.free();
    arena.validate();
    expect(arena.usage().liveBytes).toBe(0);
  });

  test('counts deliveries, up to 64 bits', () => {
    const group = groupIn(new Arena());
    const consumer = group.addConsumer('c', 0);
    group.deliverAgain(group.assign(idOf(1), consumer, 5, 1), 9);
    expect(group.pendingEntry(idOf(1))).toMatchObject({ deliveredMs: 9, deliveries: 2 });
    group.deliverAgain(group.assign(idOf(1), consumer, 5, 2n ** 63n - 2n), 9);
    expect(group.pendingEntry(idOf(1))?.deliveries).toBe(2n ** 63n - 1n);
    expect(group.firstPending(idOf(2))).toBeUndefined();
    expect(group.firstPending(idOf(0))?.id.text()).toBe(idOf(1).text());
  });

  test('knows its consumers in the order of their names, and gives numbers of removed ones away again', () => {
    const group = groupIn(new Arena());
    for (const name of ['b', '', 'a\xff', 'a', 'B']) group.addConsumer(name, 0);
    const removed = group.consumer('');
    expect(group.consumers().map(({ name }) => name)).toEqual(['', 'B', 'a', 'a\xff', 'b']);
    if (removed !== undefined) group.removeConsumer(removed);
    expect(group.addConsumer('new', 0).number).toBe(removed?.number);
    expect([group.consumerCount, group.consumer('')]).toEqual([5, undefined]);
    group.validate();
  });

  test('is copied whole, and costs little more than its records', () => {
    const group = groupIn(new Arena());
    const consumer = group.addConsumer('c', 7);
    for (let number = 0; number < 10_000; number++) group.assign(idOf(number), consumer, 1, 1);
    expect(group.memoryBytes() / 10_000).toBeLessThan(60);
    const target = new Arena();
    const copy = group.copyTo(target);
    group.acknowledge(idOf(5));
    copy.validate();
    expect([copy.pendingCount, group.pendingCount, copy.consumer('c')?.seenMs]).toEqual([10_000, 9999, 7]);
    copy.free();
    expect(target.usage().liveBytes).toBe(0);
  });
});
