import { declaredColumn, fieldColumn, keyColumn, namedColumn } from '#index/aggregate/document-columns.js';
import { NumericIndex } from '#index/attribute/numeric.js';
import { TagIndex } from '#index/attribute/tag.js';
import { DocumentTable } from '#index/document-table.js';
import { defineSchema } from '#index/schema.js';

const [field] = defineSchema([{ type: 'TAG', identifier: 'tag' }]).fields;

function setUp(isPlain: boolean) {
  if (field?.type !== 'TAG') throw new Error('no tag');
  const documents = new DocumentTable();
  const index = new TagIndex(field);
  for (const [at, text] of ['red', 'Red', 'a, b', '', 'grün'].entries()) {
    documents.assign(`k${at}`);
    index.put(at, index.split(text), text);
  }
  documents.assign('k5');
  const source = {
    documents,
    attribute: (alias: string) => (alias === 'tag' ? { type: 'TAG' as const, field, index } : undefined),
  };
  const reader = { isPlain, field: (name: string) => (key: string) => `${key}.${name}`, forEach: () => undefined };
  return { source, reader };
}

const ids = [0, 1, 2, 3, 4, 5];

test('a tag is read from the index where that is what the document says', () => {
  const { source, reader } = setUp(true);
  const column = declaredColumn('tag', source, reader);
  expect(ids.map((id) => column?.(id))).toEqual(['red', 'k1.tag', 'k2.tag', 'k3.tag', 'k4.tag', undefined]);
});

test('documents that are not plain are read where the index has nothing, too', () => {
  const { source, reader } = setUp(false);
  const column = declaredColumn('tag', source, reader);
  expect(ids.map((id) => column?.(id))).toEqual(['red', 'k1.tag', 'k2.tag', 'k3.tag', 'k4.tag', 'k5.tag']);
});

test('a number is read from the index, unless the document shows a list', () => {
  const [number] = defineSchema([{ type: 'NUMERIC', identifier: 'n' }]).fields;
  if (number?.type !== 'NUMERIC') throw new Error('no number');
  const documents = new DocumentTable();
  const index = new NumericIndex();
  for (const id of [0, 1, 2]) documents.assign(`k${id}`);
  index.put(0, 5);
  index.put(1, 6, 7);
  index.setListed(1, true);
  const source = { documents, attribute: () => ({ type: 'NUMERIC' as const, field: number, index }) };
  const shown = new Map([
    ['k0', '9'],
    ['k1', '[6,7]'],
  ]);
  const reader = { isPlain: false, field: () => (key: string) => shown.get(key), forEach: () => undefined };
  const column = declaredColumn('n', source, reader);
  expect([0, 1, 2].map((id) => column?.(id))).toEqual([5, '[6,7]', undefined]);
  index.put(1, 8);
  index.setListed(1, false);
  expect(column?.(1)).toBe(8);
});

test('other names are those of the documents', () => {
  const { source, reader } = setUp(true);
  expect(declaredColumn('größe', source, reader)).toBeUndefined();
  expect(namedColumn('größe', source, reader)(0)).toBe(`k0.${Buffer.from('größe').toString('latin1')}`);
  expect(fieldColumn('x', source, reader)(9)).toBeUndefined();
  expect(keyColumn(source)(2)).toBe('k2');
});
