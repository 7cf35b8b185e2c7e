import { hnswlibEngine, nativeEngine } from '#index/mod.js';
import { ByteSlice } from '#server/base/byte-slice.js';
import { seededRandom } from '#server/base/random.js';
import { type Quantisation, type Similar, VectorSetValue } from '#server/types/vector-set.js';
import { valueHome } from '../../support/value-home.js';

const bytes = ByteSlice.fromLatin1;
const wish = { count: 3, ef: 50, exact: false, accepts: undefined, effort: 300 };

function vectorSet(home = valueHome(), quantisation: Quantisation = 'int8', dim = 2): VectorSetValue {
  const set = new VectorSetValue(home);
  set.define({ dim, quantisation, m: 16, inputDim: 0 });
  return set;
}

const names = (found: readonly Similar[]): string[] => found.map(({ element }) => element.latin1());

describe('a vector set', () => {
  test('holds what a Map holds after random operations, and finds the nearest', () => {
    const random = seededRandom(3);
    const home = valueHome();
    const set = vectorSet(home, 'f32');
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
    set.free();
    expect([home.arena.liveBytes, home.beyond.bytes]).toEqual([0, 0]);
  });

  test('keeps eight bits of an element, or one, and the length of the vector', () => {
    const random = seededRandom(4);
    const [eight, one] = [vectorSet(valueHome(), 'int8', 16), vectorSet(valueHome(), 'bin', 16)];
    for (let i = 0; i < 50; i++) {
      const vector = Float32Array.from({ length: 16 }, () => random.below(2000) / 100 - 10 + 0.001);
      const [name, length] = [bytes(`e${i}`), Math.hypot(...vector)];
      const greatest = Math.max(...vector.map(Math.abs));
      for (const set of [eight, one]) set.add(name, vector, undefined);
      const kept = eight.vector(name) ?? new Float32Array();
      expect(Math.max(...vector.map((element, at) => Math.abs(element - (kept[at] ?? 0))))).toBeLessThan(
        greatest / 100,
      );
      expect(Math.hypot(...kept)).toBeCloseTo(length, 4);
      const signs = one.vector(name) ?? new Float32Array();
      expect(signs).toEqual(Float32Array.from(vector, (element) => (Math.sign(element) * Math.fround(length)) / 4));
      // What is read and put again, as DUMP and RESTORE do, stays as it is.
      for (const [set, vectors] of [[eight, kept] as const, [one, signs] as const]) {
        set.add(name, vectors, undefined);
        for (const [at, element] of (set.vector(name) ?? []).entries())
          expect(element).toBeCloseTo(vectors[at] ?? 0, 4);
      }
    }
    const exact = vectorSet(valueHome(), 'f32', 16);
    eight.forEach((element, _attributes, vector) => {
      exact.add(ByteSlice.of(element.copy()), vector, undefined);
    });
    expect(eight.memoryBytes()).toBeLessThan(exact.memoryBytes());
    for (const set of [eight, one, exact]) set.validate();
  });

  test('tells what it holds beyond the arena, and gives it up when all is forgotten', () => {
    const home = valueHome();
    const set = vectorSet(home);
    const before = home.beyond.bytes;
    for (let i = 0; i < 500; i++) set.add(bytes(`e${i}`), Float32Array.of(1, i), undefined);
    expect(home.beyond.bytes - before).toBeGreaterThan(500 * 2 * 2 * 16);
    expect(set.memoryBytes()).toBeGreaterThan(home.beyond.bytes);
    set.validate();
    set.abandon();
    expect(home.beyond.bytes).toBe(0);
  });

  test('shows with whom an element is linked, and it with them', () => {
    const set = vectorSet();
    for (let i = 0; i < 300; i++)
      set.add(bytes(`e${i}`), Float32Array.of(Math.cos(i / 100), Math.sin(i / 100)), undefined);
    let levelsMax = 0;
    for (let i = 0; i < 300; i++) {
      const levels = set.links(bytes(`e${i}`)) ?? [];
      levelsMax = Math.max(levelsMax, levels.length);
      for (const [from, linked] of levels.entries()) {
        for (const { element } of linked) {
          const back = set.links(element)?.at(from - levels.length) ?? [];
          expect(names(back)).toContain(`e${i}`);
        }
      }
    }
    expect(set.topLevel + 1).toBe(levelsMax);
    expect(set.links(bytes('none'))).toBeUndefined();
  });

  test('a search beside this thread answers with what is there when it is done', async () => {
    const engine = nativeEngine(2);
    if (typeof engine === 'string') throw new Error(engine);
    const set = vectorSet({ ...valueHome(), vectorEngine: engine });
    const query = Float32Array.of(1, 0.001);
    const later = {
      count: 4,
      ef: 64,
      exact: true,
      effort: 400,
      accepts: (attributes: ByteSlice | undefined) => attributes === undefined,
    };
    expect(set.similarLater(query, wish)).toBeUndefined();
    for (let i = 0; i < 2000; i++) set.add(bytes(`e${i}`), Float32Array.of(1, 1 + i), undefined);
    for (const name of ['a', 'b', 'c', 'd']) set.add(bytes(name), Float32Array.of(1, 0), undefined);
    const found = set.similarLater(query, later);
    set.remove(bytes('a'));
    set.setAttributes(bytes('b'), bytes('{}'));
    set.remove(bytes('c'));
    set.add(bytes('far'), Float32Array.of(-1, 0), undefined);
    const answer = names((await found)?.() ?? []);
    expect(answer).toContain('d');
    for (const gone of ['a', 'b', 'c', 'far']) expect(answer).not.toContain(gone);
    const closed = set.similarLater(query, later);
    set.free();
    expect((await closed)?.()).toEqual([]);
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

  test('of one bit an element finds what one of whole numbers finds, in an eighth of the bytes', () => {
    const random = seededRandom(5);
    const dim = 200;
    const packed = vectorSet(valueHome(), 'bin', dim);
    const whole = vectorSet({ ...valueHome(), vectorEngine: hnswlibEngine }, 'bin', dim);
    const vectorOf = (): Float32Array => Float32Array.from({ length: dim }, () => random.below(2000) / 100 - 10);
    const vectors = Array.from({ length: 300 }, vectorOf);
    for (const [at, vector] of vectors.entries()) {
      for (const set of [packed, whole]) set.add(bytes(`e${at}`), vector, undefined);
    }
    for (let at = 0; at < 300; at += 3) for (const set of [packed, whole]) set.remove(bytes(`e${at}`));
    for (const query of [vectorOf(), vectors[1] ?? vectorOf()]) {
      const [ours, theirs] = [packed, whole].map((set) => set.similar(query, { ...wish, count: 20, exact: true }));
      expect(ours?.map(({ distance }) => distance.toFixed(5))).toEqual(
        theirs?.map(({ distance }) => distance.toFixed(5)),
      );
    }
    for (const set of [packed, whole]) set.validate();
    const eight = vectorSet(valueHome(), 'int8', dim);
    for (const [at, vector] of vectors.entries()) eight.add(bytes(`e${at}`), vector, undefined);
    // Of a vector and its code of 200 bytes each 32 are left.
    expect(eight.memoryBytes() - packed.memoryBytes()).toBeGreaterThan(300 * 350);
  });

  describe('with a filter', () => {
    const size = 3000;
    const query = Float32Array.of(1, 0);

    /** Elements ever farther from the query, of which those from `from` on pass. */
    function looking(from: number) {
      const engine = nativeEngine(2);
      if (typeof engine === 'string') throw new Error(engine);
      const set = vectorSet({ ...valueHome(), vectorEngine: engine }, 'f32');
      for (let i = 0; i < size; i++) {
        const angle = (Math.PI * i) / size;
        set.add(bytes(`e${i}`), Float32Array.of(Math.cos(angle), Math.sin(angle)), bytes(`${i}`));
      }
      const looked = new Set<string>();
      const accepts = (attributes: ByteSlice | undefined): boolean => {
        looked.add(attributes?.latin1() ?? '');
        return Number(attributes?.latin1()) >= from;
      };
      return { set, looked, request: { count: 5, ef: 50, exact: false, accepts, effort: 500 } };
    }

    test.each([
      ['as many of the nearest as do', 10, 500, ['e10', 'e11', 'e12', 'e13', 'e14'], 20],
      ['more of them when they do not do', 70, 500, ['e70', 'e71', 'e72', 'e73', 'e74'], 80],
      ['as many as it may, and answers what passed', 498, 500, ['e498', 'e499'], 500],
      ['none when all it may look at do not pass', 2000, 500, [], 500],
      ['all when it may', 2000, size, ['e2000', 'e2001', 'e2002', 'e2003', 'e2004'], size],
    ])('looks at %s', async (_what, from, effort, expected, lookedAt) => {
      for (const isLater of [false, true]) {
        const { set, looked, request } = looking(from);
        const wished = { ...request, effort };
        const found = isLater ? (await set.similarLater(query, wished))?.() : set.similar(query, wished);
        expect(names(found ?? [])).toEqual(expected);
        expect(looked.size).toBeLessThanOrEqual(lookedAt);
      }
    });

    test('looks at all to tell the truth', () => {
      const { set, request } = looking(2990);
      const found = set.similar(query, { ...request, exact: true, effort: 5 });
      expect(names(found)).toEqual(['e2990', 'e2991', 'e2992', 'e2993', 'e2994']);
    });

    test('answers nothing of a set that is gone between two looks', async () => {
      const { set, request } = looking(400);
      const later = set.similarLater(query, request);
      set.free();
      expect((await later)?.()).toEqual([]);
    });
  });
});
