import { SortedStrings } from '#index/sorted-strings.js';
import { Random } from './random.js';

function all(strings: SortedStrings, from = ''): string[] {
  const found: string[] = [];
  strings.walk(from, (text) => found.push(text) > 0);
  return found;
}

function containing(strings: SortedStrings, part: string): string[] {
  const found: string[] = [];
  strings.walkContaining(part, (text) => found.push(text) > 0);
  return found;
}

describe('SortedStrings', () => {
  it('visits those that begin alike, as long as it is told to', () => {
    const strings = new SortedStrings();
    for (const text of ['run', 'runner', 'rust', 'ran', 'running']) expect(strings.add(text)).toBe(true);
    expect(strings.add('run')).toBe(false);
    const found: string[] = [];
    strings.walkPrefix('run', (text) => found.push(text) < 2);
    expect(found).toEqual(['run', 'runner']);
    expect([strings.has('rust'), strings.has('rus'), strings.size]).toEqual([true, false, 5]);
  });

  it('are found by what they hold, each once, until the visitor has enough', () => {
    const strings = new SortedStrings();
    for (const text of ['banana', 'ananas', 'nana', 'other', '']) strings.add(text);
    expect(containing(strings, 'an')).toEqual(['ananas', 'banana', 'nana']);
    expect(containing(strings, 'none')).toEqual([]);
    let seen = 0;
    strings.walkContaining('a', () => ++seen < 2);
    expect(seen).toBe(2);
  });

  it('goes on where the visitor says', () => {
    const strings = new SortedStrings();
    for (let at = 0; at < 5000; at++) strings.add(String(at).padStart(4, '0'));
    const found: string[] = [];
    strings.walk('0100', (text) => {
      found.push(text);
      return text === '0101' ? '4998' : text !== '4999';
    });
    expect(found).toEqual(['0100', '0101', '4998', '4999']);
  });

  it.each([1, 2])('holds what a sorted array holds, with seed %i', (seed) => {
    const random = new Random(seed);
    const strings = new SortedStrings();
    const twin = new Set<string>();
    for (let step = 0; step < 20_000; step++) {
      const text = random.integer(4000).toString(36);
      if (random.chance(step < 10_000 ? 0.3 : 0.6)) expect(strings.delete(text)).toBe(twin.delete(text));
      else expect(strings.add(text)).toBe(!twin.has(text) && twin.add(text).has(text));
      if (step % 2000 === 0) expect(strings.validate()).toEqual([]);
    }
    const sorted = [...twin].sort();
    expect(all(strings)).toEqual(sorted);
    expect(all(strings, 'm')).toEqual(sorted.filter((text) => text >= 'm'));
    for (const part of ['a', '1z', 'q', '33']) {
      expect(containing(strings, part)).toEqual(sorted.filter((text) => text.includes(part)));
      strings.add(`${part}!`);
      expect(containing(strings, part)).toContain(`${part}!`);
      strings.delete(`${part}!`);
      expect(containing(strings, part)).not.toContain(`${part}!`);
    }
    expect(strings.validate()).toEqual([]);
    for (const text of sorted) strings.delete(text);
    expect([strings.size, all(strings)]).toEqual([0, []]);
  });
});
