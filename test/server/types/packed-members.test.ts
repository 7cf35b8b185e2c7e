import { ByteSlice } from '#server/base/byte-slice.js';
import { Arena } from '#server/memory/arena.js';
import { PackedMembers } from '#server/types/packed-members.js';
import { describeScoredMembers } from './scored-members-suite.js';

const bytes = ByteSlice.fromLatin1;

describeScoredMembers('packed members', (arena) => new PackedMembers(arena));

describe('packed members', () => {
  test('keep 0 for -0, as a listpack does', () => {
    const members = new PackedMembers(new Arena());
    members.insert(bytes('m'), -0);
    expect(Object.is(members.scoreAt(members.place(bytes('m'))), 0)).toBe(true);
  });

  test('among scores that are not equal, begin a range where its end is met first', () => {
    const members = new PackedMembers(new Arena());
    for (const [score, name] of [...'cadbe'].entries()) members.insert(bytes(name), score);
    const range = { min: { member: bytes('b'), excluded: false }, max: { member: bytes('c'), excluded: false } };
    expect(members.byLex(range, false)).toEqual({ start: 0, end: 2 });
    expect(members.byLex(range, true)).toEqual({ start: 2, end: 4 });
  });
});
