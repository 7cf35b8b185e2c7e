import { QueryError } from '#index/errors.js';
import { parseQuery } from '#index/query/parser.js';
import { describeQuery } from '#index/query/query.js';
import { Random } from '../random.js';
import { catalogParameters, catalogSchema } from './catalog.js';

const context = { schema: catalogSchema, parameters: catalogParameters };

const trees: readonly (readonly [query: string, tree: string])[] = [
  ['*', '*'],
  ['  * ', '*'],
  ['(*)', '*'],
  ['@color:{red}', 'tag(color: "red")'],
  ['@color : { red }', 'tag(color: "red")'],
  ['@metadata.userId:{u1}', 'tag(metadata.userId: "u1")'],
  ['@metadata\\.userId:{u1}', 'tag(metadata.userId: "u1")'],
  ['@price:[1 2]', 'numeric(price: [1, 2])'],
  ['@price>=3', 'numeric(price: [3, Infinity])'],
  ['@price >= 3', 'numeric(price: [3, Infinity])'],
  ['@color:{a} @price:[1 2]', 'and(tag(color: "a"), numeric(price: [1, 2]))'],
  ['@color:{a}@color:{b}', 'and(tag(color: "a"), tag(color: "b"))'],
  ['@color:{a} @color:{b} | @color:{c}', 'or(and(tag(color: "a"), tag(color: "b")), tag(color: "c"))'],
  ['@color:{a} (@color:{b} | @color:{c})', 'and(tag(color: "a"), or(tag(color: "b"), tag(color: "c")))'],
  ['@color:{a}|@color:{b}|@color:{c}', 'or(tag(color: "a"), tag(color: "b"), tag(color: "c"))'],
  ['@color:{a} AND @color:{b}', 'and(tag(color: "a"), tag(color: "b"))'],
  ['@color:{a} and (@color:{b})', 'and(tag(color: "a"), tag(color: "b"))'],
  ['-@color:{a}', 'not(tag(color: "a"))'],
  ['- @color:{a} @price:[1 2]', 'and(not(tag(color: "a")), numeric(price: [1, 2]))'],
  ['--@color:{a}', 'not(not(tag(color: "a")))'],
  ['~@color:{a} @price<1', 'and(optional(tag(color: "a")), numeric(price: [-Infinity, 1)))'],
  ['@color:{w\'r?d*\' | "a b"}', 'tag(color: w"r?d*" | "a b")'],
  ['(-(@color:{a} | @price<1))', 'not(or(tag(color: "a"), numeric(price: [-Infinity, 1))))'],
  ['(@color:{a})=>{$weight: 2}', 'tag(color: "a")'],
  ['@price:[1 2] => { $weight : 2.0; }', 'numeric(price: [1, 2])'],
  ['*=>[KNN 5 @v $q]', '* => knn(v k 5 as __v_score)'],
  ['* => [ knn 5 @v $q as score ]', '* => knn(v k 5 as score)'],
  ['(@color:{a})=>[KNN 5 @v $q AS d]', 'tag(color: "a") => knn(v k 5 as d)'],
  [
    '@color:{a} @price>1=>[KNN 5 @v $q]',
    'and(tag(color: "a"), numeric(price: (1, Infinity])) => knn(v k 5 as __v_score)',
  ],
  ['@color:{a} | @color:{b}=>[KNN 1 @v $q]', 'or(tag(color: "a"), tag(color: "b")) => knn(v k 1 as __v_score)'],
  ['@v:[VECTOR_RANGE 0.5 $q]', 'range(v <= 0.5)'],
  ['@v:[vector_range $five $q] @color:{a}', 'and(range(v <= 5), tag(color: "a"))'],
  [
    '@v:[VECTOR_RANGE 1 $q]=>{$YIELD_DISTANCE_AS: a} AND @w:[VECTOR_RANGE 2 $q3]=>{$yield_distance_as: b}',
    'and(range(v <= 1 as a), range(w <= 2 as b))',
  ],
  [
    '(@v:[VECTOR_RANGE 1 $q]=>{$YIELD_DISTANCE_AS: d; $EPSILON: 0.1} (@color:{a}))',
    'and(range(v <= 1 as d epsilon 0.1), tag(color: "a"))',
  ],
];

type ErrorRow = readonly [query: string, code: string, message: string, offset?: number];

const errors: readonly ErrorRow[] = [
  ['', 'syntax', 'Syntax error at offset 0 near the end of the query: Invalid query string syntax', 0],
  ['   ', 'syntax', 'Invalid query string syntax', 3],
  ['hello', 'text', 'Index does not have any text field', 0],
  ['@color:{a} hello', 'text', 'Index does not have any text field', 11],
  ['"a phrase"', 'text', 'Index does not have any text field'],
  ['%fuzzy%', 'text', 'Index does not have any text field'],
  ['@color:red', 'text', 'Index does not have any text field', 7],
  ['@color:(red)', 'text', 'Index does not have any text field'],
  ['and @color:{a}', 'text', 'Index does not have any text field', 0],
  ['@nope:{a}', 'field', 'Index field `nope` does not exist (Unknown field at offset 1)', 1],
  ['@Color:{a}', 'field', 'Index field `Color` does not exist', 1],
  ['@price:{a}', 'field', '`price` is not indexed as a tag field', 1],
  ['@color:[1 2]', 'field', '`color` is not indexed as a numeric field', 1],
  ['@v:[1 2]', 'field', '`v` is not indexed as a numeric field'],
  ['@color:[VECTOR_RANGE 1 $q]', 'field', 'Index field `color` is not a Vector index'],
  ['@color', 'syntax', 'Expected `:` after the field name', 6],
  ['@color==5', 'syntax', 'Expected `:` after the field name', 6],
  ['@price', 'syntax', 'Expected `:` or a comparison', 6],
  ['@price=5', 'syntax', 'Expected `:` or a comparison', 6],
  ['@', 'syntax', 'Missing field name', 1],
  ['@:{a}', 'syntax', 'Missing field name', 1],
  ['@color|price:{a}', 'text', 'Index does not have any text field'],
  ['ismissing(@color)', 'field', "'ismissing' requires field to be defined with 'INDEXMISSING'", 11],
  ['(@color:{a}', 'syntax', 'Missing closing parenthesis', 11],
  ['@color:{a})', 'syntax', 'Unexpected character at position 10: `)`', 10],
  ['()', 'syntax', 'Missing OR term', 1],
  ['@color:{a} |', 'syntax', 'Missing OR term', 12],
  ['| @color:{a}', 'syntax', 'Missing OR term', 0],
  ['-', 'syntax', 'Unexpected character', 1],
  ['}', 'syntax', 'Unexpected character at position 0: `}`', 0],
  ['@color:{a}=>', 'syntax', 'Vector query clause is missing'],
  ['=>[KNN 5 @v $q]', 'syntax', 'Missing filter', 0],
  ['(*=>[KNN 5 @v $q])', 'syntax', 'KNN is allowed only at the root of a query', 2],
  ['*=>[KNN 5 @v $q] @color:{a}', 'syntax', 'Unexpected character at position 17: `@`', 17],
  ['*=>[KNN 5 @v $q]=>[KNN 5 @v $q]', 'syntax', 'Unexpected character'],
  ['@color:{a}=>{$nonsense: 1}', 'syntax', 'Invalid attribute nonsense', 13],
  ['@color:{a}=>{$yield_distance_as: d}', 'syntax', 'Invalid attribute yield_distance_as'],
  ['@v:[VECTOR_RANGE 1 $q]=>{$YIELD_DISTANCE_AS: color}', 'field', 'Property `color` already exists in schema'],
  [
    '@v:[VECTOR_RANGE 1 $q]=>{$YIELD_DISTANCE_AS: d} @v:[VECTOR_RANGE 1 $q]=>{$YIELD_DISTANCE_AS: d}',
    'field',
    'Property `d` specified more than once',
  ],
];

function errorOf(query: string, limits = {}): QueryError {
  try {
    parseQuery(query, { ...context, limits });
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error(`parsed: ${query}`);
}

describe('parseQuery', () => {
  it.each(trees)('reads %s', (query, tree) => {
    expect(describeQuery(parseQuery(query, context))).toBe(tree);
  });

  it.each(errors.map(([query, code, message, offset]) => ({ query, code, message, offset })))(
    'refuses $query',
    (row) => {
      const { query, code, message, offset } = row;
      const error = errorOf(query);
      expect(error.message).toContain(message);
      expect(error.code).toBe(code);
      if (offset !== undefined) expect(error.offset).toBe(offset);
    },
  );

  it('tells which parameters were used', () => {
    const { parametersUsed } = parseQuery('@price:[$five 9]=>[KNN $k @v $q AS $name]', context);
    expect([...parametersUsed].sort()).toEqual(['five', 'k', 'name', 'q']);
  });

  it('counts the length of a query in bytes', () => {
    expect(parseQuery('@color:{éé}', { ...context, limits: { queryBytesMax: 13 } }).knn).toBeUndefined();
    expect(errorOf('@color:{éé}', { queryBytesMax: 12 }).message).toBe(
      'Query string is too long, max length is 12 bytes.',
    );
  });

  it('bounds the number of terms, each tag value counting as one', () => {
    expect(parseQuery('@color:{a|b} @price<1', { ...context, limits: { termsMax: 3 } })).toBeDefined();
    const error = errorOf('@color:{a|b|c} @price<1', { termsMax: 3 });
    expect(error.message).toBe("Query string is too complex: max number of terms can't exceed 3");
    expect(error.code).toBe('limit');
  });

  it('reads nesting up to its limit and refuses more', () => {
    const nested = (depth: number): string => `${'(-'.repeat(depth / 2)}@price<1${')'.repeat(depth / 2)}`;
    expect(parseQuery(nested(1000), context).filter.kind).toBe('not');
    expect(errorOf(nested(1002)).message).toContain('Query string is too complex');
    expect(errorOf('('.repeat(5000)).code).toBe('limit');
  });

  it('never fails with anything but a QueryError', () => {
    const pieces = [
      '@color',
      '@price',
      '@v',
      ':',
      '{',
      '}',
      '[',
      ']',
      '(',
      ')',
      '|',
      '-',
      '*',
      '=>',
      '$q',
      'KNN',
      '5',
      ' ',
      '"',
      '\\',
      'a',
      '>=',
      'VECTOR_RANGE',
      ';',
      '$',
    ];
    const random = new Random(1);
    for (let round = 0; round < 3000; round++) {
      const query = Array.from({ length: 8 }, () => random.pick(pieces)).join('');
      try {
        describeQuery(parseQuery(query, context));
      } catch (error) {
        expect(error).toBeInstanceOf(QueryError);
      }
    }
  });
});
