import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import { Arena } from '#server/memory/arena.js';
import { StreamId } from '#server/types/stream-id.js';
import { StreamNode } from '#server/types/stream-node.js';

const pairs = (...texts: string[]): ByteSlice[] => texts.map(ByteSlice.fromLatin1);

function entriesOf(node: StreamNode): string[] {
  const found: string[] = [];
  const cursor = node.cursor();
  for (let there = cursor.toFirst(); there; there = cursor.next()) {
    const texts: string[] = [];
    cursor.forEachText((text) => texts.push(text.latin1()));
    expect(texts.length).toBe(cursor.fieldCount * 2);
    found.push(`${cursor.isDeleted ? '-' : '+'}${cursor.id.text()} ${texts.join(' ')}`);
  }
  return found;
}

function idsBackwards(node: StreamNode): string[] {
  const found: string[] = [];
  const cursor = node.cursor();
  for (let there = cursor.toLast(); there; there = cursor.previous()) found.push(cursor.id.text());
  return found;
}

test('a node is the listpack that redis-server would make of the same entries', () => {
  const first = StreamId.of(1, 1);
  const node = StreamNode.create(new Arena(), first, pairs('f', '1'));
  node.append(first, pairs('f', '1'));
  node.append(StreamId.of(3, 0), pairs('f', 'x'));
  node.append(StreamId.of(4, 0), pairs('g', '2'));
  // What DUMP of redis-server 7.0.15 holds of XADD s 1-1 f 1, 3-0 f x, 4-0 g 2.
  const expected = [
    ...['380000001600', '0301', '0001', '0101', '816602', '0001'],
    ...['0201', '0001', '0001', '0101', '0401'],
    ...['0201', '0201', 'dfff02', '817802', '0401'],
    ...['0001', '0301', 'dfff02', '0101', '816702', '0201', '0601', 'ff'],
  ].join('');
  expect(node.list().toString('hex')).toBe(expected);
});

test('entries are read back in both directions, deleted ones with a mark', () => {
  const arena = new Arena();
  const first = StreamId.of(1_700_000_000_000, 5);
  const node = StreamNode.create(arena, first, pairs('a', '', 'b', ''));
  const random = seededRandom(3);
  const expected: string[] = [];
  let id = first;
  for (let i = 0; i < 300; i++) {
    const texts = ['a', 'v'.repeat(random.below(200)), random.below(2) === 0 ? 'b' : 'c', `${random.below(10 ** 6)}`];
    node.append(id, pairs(...texts));
    expected.push(`+${id.text()} ${texts.join(' ')}`);
    id = id.plus(random.below(3), random.below(5) + 1);
  }
  expect([node.liveCount, node.deletedCount]).toEqual([300, 0]);
  expect(entriesOf(node)).toEqual(expected);
  expect(idsBackwards(node)).toEqual(expected.map((line) => line.slice(1).split(' ')[0]).reverse());
  const offsets: number[] = [];
  const cursor = node.cursor();
  let index = 0;
  for (let there = cursor.toFirst(); there; there = cursor.next(), index++) {
    if (index % 2 === 0) continue;
    offsets.push(cursor.offset);
    expected[index] = (expected[index] ?? '').replace('+', '-');
  }
  node.delete(offsets);
  expect([node.liveCount, node.deletedCount]).toEqual([150, 150]);
  expect(entriesOf(node)).toEqual(expected);
  node.shrink();
  expect(arena.capacity(node.address) - node.bytes).toBeLessThan(node.bytes / 4);
  expect(entriesOf(node)).toEqual(expected);
  const other = new Arena();
  const copy = new StreamNode(other, node.copyTo(other), first);
  node.free();
  expect(arena.usage().liveBytes).toBe(0);
  expect(entriesOf(copy)).toEqual(expected);
});
