import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import { type Similar, VectorSetValue } from '#server/types/vector-set.js';
import { valueHome } from '../../support/value-home.js';

const bytes = ByteSlice.fromLatin1;
const wish = { count: 3, ef: 50, exact: false, accepts: undefined };

function vectorSet(home = valueHome()): VectorSetValue {
  const set = new VectorSetValue(home);
  set.define({ dim: 2, quantisation: 'int8', m: 16, inputDim: 0 });
  return set;
}

const names = (found: readonly Similar[]): string[] => found.map(({ element }) => element.latin1());

describe('a vector set', () => {
  test('holds what a Map holds after random operations, and finds the nearest', () => {
    const random = seededRandom(3);
    const set = vectorSet();
    const twin = new Map<string, { vector: number[]; attributes: string | undefined }>();
    for (let i = 0; i < 2000; i++) {
      const name = `e${random.below(60)}`;
      const vector = [Math.fround(random.below(100) / 10 + 0.1), Math.fround(random.below(100) / 10)];
      const known = twin.get(name);
      const choice = random.below(4);
      if (choice === 0) {
        expect(set.remove(bytes(name))).toBe(twin.delete(name));
      } else if (choice === 1) {
        const attributes = random.below(3) === 0 ? '' : `{"n":${random.below(1000)}}`;
        expect(set.setAttributes(bytes(name), bytes(attributes))).toBe(known !== undefined);
        if (known !== undefined) known.attributes = attributes === '' ? undefined : attributes;
      } else {
        const attributes = random.below(2) === 0 ? '{"x":1}' : undefined;
        expect(set.add(bytes(name), Float32Array.from(vector), attributes && bytes(attributes))).toBe(
          known === undefined,
        );
        twin.set(name, { vector, attributes: attributes ?? known?.attributes });
      }
      expect([set.size, set.attributes(bytes(name))?.latin1(), set.has(bytes(name))]).toEqual([
        twin.size,
        twin.get(name)?.attributes,
        twin.has(name),
      ]);
      if (i % 200 === 0) set.validate();
    }
    for (const [name, { vector }] of twin) expect([...(set.vector(bytes(name)) ?? [])]).toEqual(vector);
    const angle = ([x = 0, y = 0]: number[]): number => (x + y) / Math.hypot(x, y) / Math.SQRT2;
    const best = Math.max(...[...twin.values()].map(({ vector }) => angle(vector)));
    const [nearest] = set.similar(Float32Array.of(1, 1), wish);
    expect(nearest?.score).toBeCloseTo((1 + best) / 2, 5);
  });

  test('answers scores, and only elements that are accepted', () => {
    const set = vectorSet();
    set.add(bytes('same'), Float32Array.of(2, 0), undefined);
    set.add(bytes('right'), Float32Array.of(0, 1), bytes('{"ok":1}'));
    set.add(bytes('opposite'), Float32Array.of(-1, 0), bytes('{"ok":1}'));
    const found = set.similar(Float32Array.of(1, 0), wish);
    expect(found.map(({ element, score }) => [element.latin1(), score])).toEqual([
      ['same', 1],
      ['right', 0.5],
      ['opposite', 0],
    ]);
    const accepts = (attributes: ByteSlice | undefined): boolean => attributes !== undefined;
    expect(names(set.similar(Float32Array.of(1, 0), { ...wish, accepts }))).toEqual(['right', 'opposite']);
    expect(set.similar(Float32Array.of(1, 0), { ...wish, accepts: () => false })).toEqual([]);
    expect(names(set.similar(Float32Array.of(1, 0), { ...wish, exact: true, count: 1 }))).toEqual(['same']);
  });

  test('is copied into another home, and gives its memory back', () => {
    const home = valueHome();
    const set = vectorSet(home);
    for (let i = 0; i < 50; i++)
      set.add(bytes(`e${i}`), Float32Array.of(1, i), i % 2 === 0 ? bytes(`{"i":${i}}`) : undefined);
    const other = valueHome();
    const copy = set.copyTo(other);
    copy.validate();
    expect([copy.size, copy.attributed, copy.attributes(bytes('e4'))?.latin1()]).toEqual([50, 25, '{"i":4}']);
    expect(copy.memoryBytes()).toBeGreaterThan(50 * 8);
    set.free();
    expect(home.arena.liveBytes).toBe(0);
  });

  test('reduces vectors when it was made so', () => {
    const set = new VectorSetValue(valueHome());
    set.define({ dim: 2, quantisation: 'f32', m: 8, inputDim: 4 });
    expect(set.reduced(Float32Array.of(1, 2, 3, 4))).toHaveLength(2);
    expect(set.reduced(Float32Array.of(1, 2))).toEqual(Float32Array.of(1, 2));
  });
});
