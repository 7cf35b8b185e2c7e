import { ByteSlice } from '#server/base/byte-slice.js';
import { type Random, seededRandom } from '#server/base/random.js';
import { READS_UNKNOWN } from '#server/types/consumer-group.js';
import { StreamValue, type Trim } from '#server/types/stream.js';
import { StreamId } from '#server/types/stream-id.js';
import type { StreamEntry } from '#server/types/stream-node.js';
import type { ValueHome } from '#server/types/value.js';
import { valueHome } from '../../support/value-home.js';

const pairs = (...texts: string[]): ByteSlice[] => texts.map(ByteSlice.fromLatin1);
const everything = { start: StreamId.zero, end: StreamId.max, count: Number.POSITIVE_INFINITY };

function shown(entry: StreamEntry): string {
  const texts: string[] = [];
  entry.forEachText((text) => texts.push(text.latin1()));
  return `${entry.id.text()} ${texts.join(' ')}`;
}

function entriesOf(stream: StreamValue, range = everything): string[] {
  const found: string[] = [];
  stream.forEach(range, (entry) => found.push(shown(entry)));
  return found;
}

function filled(home: ValueHome, count: number): StreamValue {
  const stream = new StreamValue(home);
  for (let i = 1; i <= count; i++) stream.append(StreamId.of(i, 0), pairs('n', `${i}`));
  return stream;
}

/** A list of entries that does the same, but for whole nodes. */
class Twin {
  entries: { id: StreamId; line: string }[] = [];

  between({ start, end, count }: typeof everything): string[] {
    const inside = this.entries.filter(({ id }) => id.compare(start) >= 0 && id.compare(end) <= 0);
    return inside.slice(0, count).map(({ line }) => line);
  }

  trim({ threshold }: Trim): number {
    const before = this.entries.length;
    this.entries = this.entries.filter(({ id }, index) =>
      typeof threshold === 'number' ? before - index <= threshold : id.compare(threshold) >= 0,
    );
    return before - this.entries.length;
  }
}

class Story {
  readonly stream: StreamValue;
  readonly twin = new Twin();
  #ms = 1;

  constructor(
    readonly home: ValueHome,
    readonly random: Random,
  ) {
    this.stream = new StreamValue(home);
  }

  step(): void {
    const dice = this.random.below(100);
    if (dice < 58) this.#append();
    else if (dice < 60) this.#takeBack();
    else if (dice < 90) this.#delete();
    else if (dice < 92) this.#trim();
    else this.#read();
  }

  #append(): void {
    this.#ms += this.random.below(3);
    const after = this.stream.lastId.next() ?? StreamId.max;
    const id = after.compare(StreamId.of(this.#ms, 0)) > 0 ? after : StreamId.of(this.#ms, this.random.below(3));
    const texts = this.random.below(3) > 0 ? ['a', `${this.#ms}`] : ['a', 'x'.repeat(this.random.below(90)), 'b', ''];
    this.stream.append(id, pairs(...texts));
    this.twin.entries.push({ id, line: `${id.text()} ${texts.join(' ')}` });
  }

  #delete(): void {
    const { entries } = this.twin;
    const index = this.random.below(entries.length + 1);
    const id = entries[index]?.id ?? StreamId.of(this.random.below(this.#ms), 7);
    expect(this.stream.has(id)).toBe(index < entries.length);
    expect(this.stream.delete(id)).toBe(index < entries.length);
    entries.splice(index, 1);
  }

  /** Takes the last id back to that of the last live entry: ids of deleted entries come again. */
  #takeBack(): void {
    const id = this.stream.lastLiveId();
    this.stream.lastId = id;
    this.#ms = Number(id.ms);
  }

  #trim(): void {
    const byLength = this.random.below(2) === 0;
    const threshold = byLength
      ? Math.max(0, this.stream.size - this.random.below(40))
      : this.stream.firstId.plus(this.random.below(20), 0);
    const trim = { threshold, approximate: false, limit: 0 };
    expect(this.stream.trim(trim)).toBe(this.twin.trim(trim));
  }

  #read(): void {
    const range = {
      start: StreamId.of(this.random.below(this.#ms + 5), this.random.below(3)),
      end: StreamId.of(this.random.below(this.#ms + 5), this.random.below(3)),
      count: this.random.below(3) === 0 ? Number.POSITIVE_INFINITY : 1 + this.random.below(30),
    };
    const expected = this.twin.between(range);
    expect(this.stream.countIn(range)).toBe(expected.length);
    expect(entriesOf(this.stream, range)).toEqual(expected);
    const reversed: string[] = [];
    this.stream.forEachReversed(range, (entry) => reversed.push(shown(entry)));
    expect(reversed).toEqual(
      this.twin
        .between({ ...range, count: Number.POSITIVE_INFINITY })
        .reverse()
        .slice(0, range.count),
    );
  }

  check(): void {
    this.stream.validate();
    expect(entriesOf(this.stream)).toEqual(this.twin.entries.map(({ line }) => line));
    expect(this.stream.size).toBe(this.twin.entries.length);
    expect(this.stream.firstId.text()).toBe(this.twin.entries[0]?.id.text() ?? '0-0');
    expect(this.stream.lastLiveId().text()).toBe(this.twin.entries.at(-1)?.id.text() ?? '0-0');
  }
}

describe('a stream', () => {
  test.each([
    { seed: 1, limits: {} },
    { seed: 2, limits: { streamNodeEntriesMax: 5 } },
    { seed: 3, limits: { streamNodeEntriesMax: 0, streamNodeBytesMax: 100 } },
    { seed: 4, limits: { streamNodeEntriesMax: 1 } },
    { seed: 5, limits: { streamNodeEntriesMax: 0, streamNodeBytesMax: 0 } },
  ])('holds what a list holds after random operations (seed $seed)', ({ seed, limits }) => {
    const home = valueHome(limits, seed);
    const story = new Story(home, seededRandom(seed));
    for (let i = 0; i < 3000; i++) {
      story.step();
      if (i % 200 === 0) story.check();
    }
    story.check();
    home.arena.validate();
    story.stream.free();
    home.arena.validate();
    expect(home.arena.usage().liveBytes).toBe(0);
  });

  test('fills nodes up to their limits, which may change', () => {
    expect(filled(valueHome(), 250).nodeCount).toBe(3);
    expect(filled(valueHome({ streamNodeEntriesMax: 10 }), 250).nodeCount).toBe(25);
    expect(filled(valueHome({ streamNodeEntriesMax: 0 }), 250).nodeCount).toBe(1);
    expect(filled(valueHome({ streamNodeEntriesMax: 0, streamNodeBytesMax: 0 }), 5000).nodeCount).toBe(1);
    const long = new StreamValue(valueHome());
    for (let i = 1; i <= 4; i++) long.append(StreamId.of(i, 0), pairs('f', 'x'.repeat(5000)));
    expect(long.nodeCount).toBe(4);
  });

  test.each<[Trim['threshold'], number, number]>([
    [201, 0, 40],
    [200, 0, 50],
    [0, 0, 250],
    [0, 95, 90],
    [0, 9, 0],
    [StreamId.of(51, 0), 0, 50],
    [StreamId.of(50, 0), 0, 40],
    [StreamId.max, 100, 100],
  ])('is trimmed to %o by whole nodes, within %i entries: %i go', (threshold, limit, removed) => {
    const stream = filled(valueHome({ streamNodeEntriesMax: 10 }), 250);
    expect(stream.trim({ threshold, approximate: true, limit })).toBe(removed);
    expect([stream.size, stream.firstId.text()]).toEqual([250 - removed, removed === 250 ? '0-0' : `${removed + 1}-0`]);
    stream.validate();
  });

  test('gives ids by the clock, and goes on from the last one when the clock stands back', () => {
    const stream = new StreamValue(valueHome());
    expect(stream.nextId(5000)?.text()).toBe('5000-0');
    stream.append(StreamId.of(6000, 7), pairs('a', 'b'));
    expect(stream.nextId(5000)?.text()).toBe('6000-8');
    stream.lastId = StreamId.max;
    expect(stream.nextId(5000)).toBeUndefined();
  });

  test('finds what came under the id of an entry that is deleted, or a lower one', () => {
    const stream = filled(valueHome(), 6);
    for (const ms of [4, 5, 6]) stream.delete(StreamId.of(ms, 0));
    stream.lastId = StreamId.of(3, 0);
    for (const ms of [5, 6]) stream.append(StreamId.of(ms, 0), pairs('again', `${ms}`));
    stream.validate();
    expect([stream.has(StreamId.of(4, 0)), stream.has(StreamId.of(5, 0)), stream.has(StreamId.of(6, 0))]).toEqual([
      ...[false, true, true],
    ]);
    expect(stream.countIn({ ...everything, end: StreamId.of(5, 0) })).toBe(4);
    expect([stream.delete(StreamId.of(5, 0)), stream.delete(StreamId.of(5, 0))]).toEqual([true, false]);
    expect(entriesOf(stream)).toEqual(['1-0 n 1', '2-0 n 2', '3-0 n 3', '6-0 again 6']);
  });

  test('tells a lag while no entry was deleted among those to come, and nothing when it cannot', () => {
    const stream = new StreamValue(valueHome());
    const group = stream.addGroup('g', StreamId.zero, READS_UNKNOWN);
    expect(stream.lag(group)).toBe(0);
    for (let i = 1; i <= 10; i++) stream.append(StreamId.of(i, 0), pairs('n', `${i}`));
    expect(stream.lag(group)).toBe(10);
    for (let i = 1; i <= 4; i++) stream.advance(group, StreamId.of(i, 0));
    expect([group.entriesRead, stream.lag(group)]).toEqual([4, 6]);
    stream.delete(StreamId.of(8, 0));
    expect(stream.lag(group)).toBeUndefined();
    stream.advance(group, StreamId.of(5, 0));
    expect([group.entriesRead, stream.lag(group)]).toEqual([READS_UNKNOWN, undefined]);
    stream.advance(group, StreamId.of(10, 0));
    expect([group.entriesRead, stream.lag(group)]).toEqual([10, 0]);
    expect(stream.lag(stream.addGroup('beyond', StreamId.of(99, 0), READS_UNKNOWN))).toBeUndefined();
  });

  test('is copied whole, groups and all, into another home', () => {
    const stream = filled(valueHome({ streamNodeEntriesMax: 10 }), 55);
    stream.delete(StreamId.of(5, 0));
    const group = stream.addGroup('g', StreamId.of(7, 0), 6);
    group.assign(StreamId.of(7, 0), group.addConsumer('c', 1), 2, 3);
    const home = valueHome();
    const copy = stream.copyTo(home);
    copy.validate();
    expect(entriesOf(copy)).toEqual(entriesOf(stream));
    expect([copy.lastId, copy.maxDeletedId, copy.entriesAdded, copy.size, copy.firstId]).toEqual([
      ...[stream.lastId, stream.maxDeletedId, stream.entriesAdded, stream.size, stream.firstId],
    ]);
    expect(copy.group('g')?.pendingEntry(StreamId.of(7, 0))?.deliveries).toBe(3);
    stream.delete(StreamId.of(6, 0));
    stream.removeGroup('g');
    expect([copy.size, copy.groupCount, stream.groupCount, stream.removeGroup('g')]).toEqual([54, 1, 0, false]);
    copy.free();
    expect(home.arena.usage().liveBytes).toBe(0);
  });

  test('shows its nodes as they are, and its groups in the order of their names', () => {
    const stream = filled(valueHome({ streamNodeEntriesMax: 10 }), 25);
    const nodes: [string, number][] = [];
    stream.forEachNode((firstId, list) => nodes.push([firstId.text(), list.readUInt32LE(0) - list.length]));
    expect(nodes).toEqual([
      ['1-0', 0],
      ['11-0', 0],
      ['21-0', 0],
    ]);
    for (const name of ['b', '', 'a']) stream.addGroup(name, StreamId.zero, 0);
    expect(stream.groups().map(([name]) => name)).toEqual(['', 'a', 'b']);
  });

  test('takes little more than its bytes', () => {
    const home = valueHome();
    const stream = filled(home, 10_000);
    expect(stream.memoryBytes()).toBeGreaterThanOrEqual(home.arena.usage().liveBytes);
    expect(stream.memoryBytes() / 10_000).toBeLessThan(16);
  });
});
