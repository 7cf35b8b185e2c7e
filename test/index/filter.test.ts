import { createAttribute, stage } from '#index/attribute/attribute.js';
import { Deadline } from '#index/deadline.js';
import { DocumentTable } from '#index/document-table.js';
import { bindFilter, type Filter, filterBits } from '#index/filter.js';
import { parseQuery } from '#index/query/parser.js';
import { defineSchema } from '#index/schema.js';
import { TextIndex } from '#index/text/text-index.js';
import { hnswlibEngine } from '#index/vector/vector-engine.js';
import { floats, parameters, text } from './documents.js';

const schema = defineSchema([
  { type: 'TAG', identifier: 'tag' },
  { type: 'NUMERIC', identifier: 'number' },
  { type: 'VECTOR', algorithm: 'HNSW', identifier: 'v', dim: 1, metric: 'L2' },
]);

const documents = new DocumentTable();
const attributes = new Map(
  schema.fields.map((field) => [
    field.alias,
    createAttribute(field, { sequenceOf: (id) => documents.sequenceOf(id), seed: 1, engine: hnswlibEngine }),
  ]),
);

function put(alias: string, id: number, bytes: Uint8Array): void {
  const attribute = attributes.get(alias);
  const staged = attribute && stage(attribute, bytes);
  if (staged !== undefined && 'store' in staged) staged.store(id);
}

for (let at = 0; at < 100; at++) {
  const id = documents.assign(`k${at}`);
  put('tag', id, text(at % 2 === 0 ? 'even,all' : 'odd,all'));
  put('number', id, text(`${at}`));
  put('v', id, floats([at]));
}

function bind(query: string): Filter {
  const { filter } = parseQuery(query, { schema, parameters: parameters({ q: [50] }) });
  return bindFilter(filter, {
    documents,
    text: new TextIndex({ weights: [], hasOffsets: true, hasSuffixes: false }),
    missing: () => undefined,
    expansionsMax: 200,
    deadline: new Deadline(undefined),
    attribute: (alias) => attributes.get(alias),
  });
}

function visited(filter: Filter): number[] {
  const ids: number[] = [];
  filter.forEach((id) => {
    ids.push(id);
  });
  return ids.sort((a, b) => a - b);
}

describe('a filter', () => {
  it.each([
    ['*', 100, 100],
    ['@tag:{even}', 50, 50],
    ['@tag:{even|all}', 100, 100],
    ['@tag:{ev*|od*}', 100, 100],
    ['@number:[10 19]', 10, 10],
    ['-@number:[10 19]', 100, 90],
    ['@tag:{even} @number:[10 19]', 10, 5],
    ['@tag:{even} | @number:[10 19]', 60, 55],
    ['(@tag:{even} | @number:[10 19]) @number:[0 29] @tag:{all}', 30, 20],
    ['-@number:[10 99] | @tag:{even} | -@number:[0 89]', 100, 60],
    ['@v:[VECTOR_RANGE 4 $q]', 100, 5],
    ['@v:[VECTOR_RANGE 4 $q] | @number:[0 50]', 100, 53],
    ['@v:[VECTOR_RANGE 4 $q] @tag:{odd}', 50, 2],
    ['@tag:{even} -@tag:{all}', 50, 0],
  ])('of %s bounds its matches by %i and visits %i', (query, matchesMax, matches) => {
    const filter = bind(query);
    const ids = visited(filter);
    expect([filter.matchesMax, ids.length]).toEqual([matchesMax, matches]);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(Array.from({ length: 100 }, (_, id) => id).filter((id) => filter.test(id)));
  });

  it('knows when visiting may miss a match', () => {
    expect(bind('@v:[VECTOR_RANGE 4 $q]').approximate).toBe(true);
    expect(bind('@v:[VECTOR_RANGE 4 $q] @number:[1 2]').approximate).toBe(false);
    expect(bind('-@v:[VECTOR_RANGE 4 $q]').approximate).toBe(false);
    expect(bind('@v:[VECTOR_RANGE 4 $q] | @number:[1 2]').approximate).toBe(true);
  });

  it('visits what it tests when ranges of a graph overlap in an OR', () => {
    const filter = bind('@v:[VECTOR_RANGE 4 $q] | @v:[VECTOR_RANGE 9 $q] | @number:[49 60]');
    expect(visited(filter)).toEqual(Array.from({ length: 14 }, (_, at) => at + 47));
  });
});

test.each([
  '@tag:{even} @number:[10 60]',
  '@number:[0 3] | @tag:{odd} | @number:[2 8]',
  '@tag:{all} @number:[7 7]',
  '@number:[0 99] @number:[90 200]',
])('the bits of %s are those of what it visits', (query) => {
  const filter = bind(query);
  expect(filter.bits).toBeDefined();
  const bits = filterBits(filter, documents.idLimit);
  const set = Array.from({ length: documents.idLimit }, (_, id) => id).filter(
    (id) => ((bits[id >>> 5] ?? 0) >>> (id & 31)) & 1,
  );
  expect(set).toEqual(visited(filter).sort((a, b) => a - b));
});
