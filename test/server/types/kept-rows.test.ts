import type { SharedRows } from '@nearkey/index';
import { ByteSlice } from '#server/base/byte-slice.js';
import { KeptRows, REFERENCE_BYTES } from '#server/types/kept-rows.js';
import { PlainRows } from '../../support/plain-rows.js';

const bytes = ByteSlice.fromLatin1;

/** A reference is a view that lives until the next call. */
function kept(home: KeptRows, rows: SharedRows, id: number, text: string): ByteSlice {
  const reference = home.keep(rows, id, bytes(text));
  if (reference === undefined) throw new Error(`${text} is not kept`);
  return ByteSlice.of(reference.copy());
}

describe('rows that are kept', () => {
  test('are read by their references, and counted', () => {
    const beyond = { bytes: 0 };
    const home = new KeptRows(beyond);
    const rows = new PlainRows(3, ['abc', 'def']);
    const other = new PlainRows(3, ['ghi']);
    const references = [kept(home, rows, 0, 'abc'), kept(home, other, 0, 'ghi'), kept(home, rows, 1, 'def')];
    expect(references.map((at) => home.read(at).latin1())).toEqual(['abc', 'ghi', 'def']);
    expect(references.map((at) => at.length)).toEqual([REFERENCE_BYTES, REFERENCE_BYTES, REFERENCE_BYTES]);
    expect(references.map((at) => home.lengthOf(at))).toEqual([3, 3, 3]);
    expect([home.count, beyond.bytes]).toEqual([3, 9]);
    for (const at of references) home.release(at);
    expect([home.count, beyond.bytes, rows.kept.size, other.kept.size]).toEqual([0, 0, 0, 0]);
  });

  test.each([
    ['bytes of another length', 'ab'],
    ['other bytes', 'abd'],
  ])('are not those of %s', (_what, text) => {
    const home = new KeptRows({ bytes: 0 });
    expect(home.keep(new PlainRows(3, ['abc']), 0, bytes(text))).toBeUndefined();
    expect(home.count).toBe(0);
  });

  test('are the own of an index until it has let go', () => {
    const home = new KeptRows({ bytes: 0 });
    const rows = new PlainRows(3, ['abc']);
    const at = kept(home, rows, 0, 'abc');
    expect(home.isIndexed(at)).toBe(true);
    rows.vectors[0] = undefined;
    expect([home.isIndexed(at), home.read(at).latin1()]).toEqual([false, 'abc']);
  });

  test('of an index of which nothing is kept any more leave their number to the next', () => {
    const home = new KeptRows({ bytes: 0 });
    const [first, second, third] = ['a', 'b', 'c'].map((text) => new PlainRows(1, [text]));
    if (first === undefined || second === undefined || third === undefined) throw new Error('three were made');
    const gone = kept(home, first, 0, 'a');
    const stays = kept(home, second, 0, 'b');
    home.release(gone);
    expect(kept(home, third, 0, 'c').equals(gone)).toBe(true);
    expect(home.read(stays).latin1()).toBe('b');
  });

  test('are all let go at once when the values are forgotten', () => {
    const home = new KeptRows({ bytes: 0 });
    const rows = new PlainRows(3, ['abc', 'def']);
    kept(home, rows, 0, 'abc');
    kept(home, rows, 1, 'def');
    home.abandon();
    expect(rows.kept.size).toBe(0);
  });
});
