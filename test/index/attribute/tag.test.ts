import { TagIndex } from '#index/attribute/tag.js';
import type { TagField } from '#index/schema.js';
import { Random } from '../random.js';

const field: TagField = {
  type: 'TAG',
  identifier: 't',
  alias: 't',
  separator: ',',
  caseSensitive: false,
  sortable: false,
  indexEmpty: false,
  noIndex: false,
  indexMissing: false,
};

function visited(index: TagIndex, value: string): number[] {
  const ids: number[] = [];
  index.forEach(value, (id) => ids.push(id));
  return ids;
}

describe('TagIndex', () => {
  it('cuts at the separator, trims, lower-cases, and drops empty values and repeats', () => {
    expect(new TagIndex(field).split(' Red, blue ,,RED, light green ')).toEqual(['red', 'blue', 'light green']);
    expect(new TagIndex(field).split('')).toEqual([]);
    expect(new TagIndex({ ...field, separator: ';', caseSensitive: true }).split('Red;red,x')).toEqual([
      'Red',
      'red,x',
    ]);
  });

  it('resolves terms to the values it has', () => {
    const index = new TagIndex(field);
    index.put(0, ['apple', 'apricot', 'grape']);
    const resolve = (match: 'exact' | 'prefix' | 'suffix' | 'infix', text: string): string[] =>
      [...index.resolve([{ match, text }])].sort();
    expect(resolve('exact', 'APPLE')).toEqual(['apple']);
    expect(resolve('exact', 'pear')).toEqual([]);
    expect(resolve('prefix', 'Ap')).toEqual(['apple', 'apricot']);
    expect(resolve('suffix', 'pe')).toEqual(['grape']);
    expect(resolve('infix', 'ap')).toEqual(['apple', 'apricot', 'grape']);
  });

  it('tells case apart when the field does', () => {
    const index = new TagIndex({ ...field, caseSensitive: true });
    index.put(0, ['Red']);
    expect(index.resolve([{ match: 'exact', text: 'red' }]).size).toBe(0);
    expect(index.resolve([{ match: 'exact', text: 'Red' }]).size).toBe(1);
  });

  it('forgets a value with its last document', () => {
    const index = new TagIndex(field);
    index.put(1, ['a', 'b']);
    index.put(2, ['a']);
    index.put(1, ['b']);
    index.delete(2);
    index.delete(2);
    expect(visited(index, 'a')).toEqual([]);
    expect(visited(index, 'b')).toEqual([1]);
    expect([index.documents, index.records, index.values]).toEqual([1, 1, 1]);
  });

  it('goes on telling who carries one of many values while values come and go', () => {
    const index = new TagIndex(field);
    const wanted = new Set(['a', 'b', 'c', 'd', 'e', 'later']);
    const few = new Set(['a', 'later']);
    index.put(1, ['a']);
    index.put(2, ['x', 'e']);
    index.put(3, ['x']);
    const [ofMany, ofFew] = [index.carriesAny(wanted), index.carriesAny(few)];
    const told = (): number[][] => [ofMany, ofFew].map((carries) => [0, 1, 2, 3, 9].filter((id) => carries(id)));
    expect(told()).toEqual([[1, 2], [1]]);
    // The number of the one is given to the other.
    index.delete(1);
    index.put(1, ['y']);
    expect(told()).toEqual([[2], []]);
    index.put(3, ['y', 'later']);
    index.put(9, ['a']);
    expect(told()).toEqual([
      [2, 3, 9],
      [3, 9],
    ]);
    expect(index.valuesOf(3)).toEqual(['y', 'later']);
    expect(index.validate()).toEqual([]);
  });

  it('visits a document with several of the values once', () => {
    const index = new TagIndex(field);
    index.put(0, ['a', 'b']);
    index.put(1, ['b', 'a', 'c']);
    index.put(2, ['c']);
    index.put(3, ['d']);
    const ids: number[] = [];
    index.forEachOfAny(new Set(['c', 'b']), (id) => ids.push(id));
    expect(ids.sort()).toEqual([0, 1, 2]);
  });

  it('sorts a document by its values as they are written', () => {
    const index = new TagIndex(field);
    index.put(4, ['b', 'a']);
    expect(index.sortKeyOf(4)).toBe('b,a');
    expect(index.sortKeyOf(5)).toBeUndefined();
  });

  it('equals a plain map under random operations', () => {
    const random = new Random(21);
    const index = new TagIndex(field);
    const plain = new Map<number, string[]>();
    for (let step = 0; step < 4000; step++) {
      const id = random.integer(300);
      if (random.chance(0.3)) {
        index.delete(id);
        plain.delete(id);
      } else {
        const values = index.split(Array.from({ length: random.integer(4) }, () => `v${random.integer(40)}`).join(','));
        index.put(id, values);
        if (values.length > 0) plain.set(id, values);
        else plain.delete(id);
      }
      if (step % 400 === 0) expect(index.validate()).toEqual([]);
    }
    for (let value = 0; value < 40; value++) {
      const expected = [...plain].filter(([, values]) => values.includes(`v${value}`)).map(([id]) => id);
      expect(visited(index, `v${value}`)).toEqual(expected.sort((a, b) => a - b));
      expect(index.count(`v${value}`)).toBe(expected.length);
    }
    expect(index.documents).toBe(plain.size);
    expect(index.memoryBytes).toBeGreaterThan(0);
  });
});
