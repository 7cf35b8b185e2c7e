import { explainQuery } from '#index/query/explain.js';
import { parseQuery } from '#index/query/parser.js';
import { restrict } from '#index/query/restriction.js';
import { defineSchema } from '#index/schema.js';
import { parameters } from '../documents.js';

const schema = defineSchema([
  { type: 'TEXT', identifier: 't' },
  { type: 'TEXT', identifier: 'u', noStem: true },
  { type: 'TAG', identifier: 'c', indexMissing: true },
  { type: 'NUMERIC', identifier: 'n' },
  { type: 'GEO', identifier: 'g' },
  { type: 'GEOSHAPE', identifier: 's' },
  { type: 'VECTOR', algorithm: 'FLAT', identifier: 'v', dim: 2, metric: 'L2' },
]);
const parse = (text: string) =>
  parseQuery(text, { schema, parameters: parameters({ q: [1, 2], point: 'POINT(1 2)' }) });
const lines = (text: string): string => explainQuery(parse(text), ['t', 'u']).join('\n');

it.each([
  ['*', '<WILDCARD>'],
  ['the', '<empty>'],
  ['@u:hi', '@u:hi'],
  ['cats', 'UNION {\n  cats\n  +cat(expanded)\n  cat(expanded)\n}'],
  ['@u:(a1 -b1)', 'INTERSECT {\n  @u:a1\n  NOT {\n    @u:b1\n  }\n}'],
  ['(@u:a1 @u:b1)=>{$slop: 2}', 'INTERSECT {\n  @u:a1\n  @u:b1\n} => { $slop: 2; $inorder: false; }'],
  ['@u:a1 | ~@u:b1', 'UNION {\n  @u:a1\n  OPTIONAL {\n    @u:b1\n  }\n}'],
  ['@u:a1=>{$weight: 2}', '@u:a1 => { $weight: 2; }'],
  ['"a1 b1"', 'EXACT {\n  a1\n  b1\n}'],
  ['@u:"a1 b1"=>{$inorder: false}', '@u:EXACT {\n  a1\n  b1\n} => { $slop: 0; $inorder: false; }'],
  ['ab* | *ab | *ab* | %ab%', 'UNION {\n  PREFIX{ab*}\n  SUFFIX{*ab}\n  INFIX{*ab*}\n  FUZZY{ab, distance 1}\n}'],
  ["w'a?'", 'WILDCARD{a?}'],
  [
    "@c:{red | bl* | *ue | *lu* | w'x?'}",
    'TAG:@c {\n  red\n  PREFIX{bl*}\n  SUFFIX{*ue}\n  INFIX{*lu*}\n  WILDCARD{x?}\n}',
  ],
  ['@n:[(1 +inf]', 'NUMERIC {1.000000 < @n <= inf}'],
  ['@g:[1 2 3 km]', 'GEO g:{1.000000,2.000000 --> 3000.000000 m}'],
  ['@s:[WITHIN $point]', 'GEOSHAPE s:{within}'],
  ['ismissing(@c)', 'ISMISSING{c}'],
  [
    '@v:[VECTOR_RANGE 1 $q]=>{$yield_distance_as: d}',
    'VECTOR {Vectors that are within 1 distance radius from query in vector index associated with field @v, yields distance as `d`}',
  ],
  [
    '@n:[1 2]=>[KNN 3 @v $q EF_RUNTIME 5]',
    'VECTOR {\n  NUMERIC {1.000000 <= @n <= 2.000000}\n  K=3 nearest vectors in vector index associated with field @v, EF_RUNTIME = 5, yields distance as `__v_score`\n}',
  ],
])('%s is explained', (query, expected) => {
  expect(lines(query)).toBe(expected);
});

it('shows what a word is found by by its mark', () => {
  const sounds = defineSchema([{ type: 'TEXT', identifier: 't', phonetic: 'dm:en' }]);
  const explained = explainQuery(parseQuery('cats', { schema: sounds }), ['t']);
  expect(explained).toEqual([
    'UNION {',
    ...['cats', '+cat(expanded)', 'cat(expanded)', '<KTS(expanded)'].map((w) => `  ${w}`),
    '}',
  ]);
});

it('names keys that were given beside the query', () => {
  const query = restrict(parse('*'), schema, [{ kind: 'keys', keys: ['a', 'b'] }]);
  expect(explainQuery(query, [])).toEqual(['IDS {', '  a', '  b', '}']);
});
