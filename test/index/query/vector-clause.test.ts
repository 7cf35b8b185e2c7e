import { parseQuery } from '#index/query/parser.js';
import { describeQuery, type Query } from '#index/query/query.js';
import { floats } from '../documents.js';
import { catalogParameters, catalogSchema } from './catalog.js';

const parse = (query: string): Query => parseQuery(query, { schema: catalogSchema, parameters: catalogParameters });

const clauses: readonly (readonly [clause: string, described: string])[] = [
  ['[KNN 5 @v $q]', 'knn(v k 5 as __v_score)'],
  ['[ KNN  5  @v  $q ]', 'knn(v k 5 as __v_score)'],
  ['[KNN $k @w $q3]', 'knn(w k 7 as __w_score)'],
  ['[KNN 0 @v $q]', 'knn(v k 0 as __v_score)'],
  ['[KNN 10000 @v $q]', 'knn(v k 10000 as __v_score)'],
  ['[KNN 5 @v $q AS d]', 'knn(v k 5 as d)'],
  ['[KNN 5 @v $q as $name]', 'knn(v k 5 as dist)'],
  ['[KNN 5 @v $q EF_RUNTIME 150 AS d]', 'knn(v k 5 ef 150 as d)'],
  ['[KNN 5 @v $q AS d ef_runtime $k]', 'knn(v k 5 ef 7 as d)'],
  ['[KNN 5 @v $q HYBRID_POLICY BATCHES BATCH_SIZE 100]', 'knn(v k 5 policy BATCHES as __v_score)'],
  ['[KNN 5 @v $q HYBRID_POLICY adhoc_bf]', 'knn(v k 5 policy ADHOC_BF as __v_score)'],
  ['[KNN 5 @v $q]=>{$YIELD_DISTANCE_AS: d; $EF_RUNTIME: 9}', 'knn(v k 5 ef 9 as d)'],
  ['[KNN 5 @v $q] => {$hybrid_policy: ADHOC_BF; $SHARD_K_RATIO: 0.5;}', 'knn(v k 5 policy ADHOC_BF as __v_score)'],
];

const parameterError = 'Error parsing vector similarity parameters: ';
const queryError = 'Error parsing vector similarity query: ';

const errors: readonly (readonly [query: string, message: string])[] = [
  ['*=>[]', `${parameterError}\`\`. Expecting \`KNN\``],
  ['*=>[NN 5 @v $q]', `${parameterError}\`NN\`. Expecting \`KNN\``],
  ['*=>[KNN]', `${parameterError}KNN argument is missing`],
  ['*=>[KNN 5]', `${parameterError}Vector field argument is missing`],
  ['*=>[KNN 5 v $q]', `${parameterError}Vector field argument is missing`],
  ['*=>[KNN 5 @v]', `${parameterError}Blob attribute argument is missing`],
  ['*=>[KNN 5 @v q]', `${parameterError}Blob attribute argument is missing`],
  ['*=>[KNN 5 @v $q', `${parameterError}Missing closing bracket`],
  ['*=>[KNN 5 @v $q LIMIT 3]', `${parameterError}Unexpected argument \`LIMIT\``],
  ['*=>[KNN 5 @v $q AS]', `${parameterError}\`AS\` argument is missing`],
  ['*=>[KNN x @v $q]', 'KNN parameter must be a positive integer greater than 0 and cannot exceed 10000.'],
  ['*=>[KNN -1 @v $q]', 'KNN parameter must be a positive integer greater than 0 and cannot exceed 10000.'],
  ['*=>[KNN 1.5 @v $q]', 'KNN parameter must be a positive integer greater than 0 and cannot exceed 10000.'],
  ['*=>[KNN $big @v $q]', 'KNN parameter must be a positive integer greater than 0 and cannot exceed 10000.'],
  ['*=>[KNN 5 @v $q EF_RUNTIME 0]', 'EF_RUNTIME must be a positive integer greater than 0'],
  ['*=>[KNN 5 @color $q]', 'Index field `color` is not a Vector index'],
  ['*=>[KNN 5 @nope $q]', 'Index field `nope` does not exist'],
  ['*=>[KNN 5 @v $nope]', 'Parameter nope not found: No such parameter `nope`'],
  ['*=>[KNN 5 @v $q3]', `${queryError}query vector blob size (12) does not match index's expected size (8).`],
  ['*=>[KNN 5 @v $q AS price]', 'Property `price` already exists in schema'],
  ['*=>[KNN 5 @v $q AS v]', 'Property `v` already exists in schema'],
  ['*=>[KNN 5 @v $q AS a]=>{$yield_distance_as: b}', 'Distance field was specified twice for vector query: a and b'],
  ['*=>[KNN 5 @v $q]=>{$EPSILON: 0.1}', 'range query attributes were sent for a non-range query'],
  ['*=>[KNN 5 @v $q]=>{$nonsense: 1}', 'Invalid attribute nonsense'],
  ['*=>[KNN 5 @v $q]=>{$AS: d}', 'Invalid attribute as'],
  ['*=>[KNN 5 @v $q HYBRID_POLICY fast]', `${queryError}invalid hybrid policy was given`],
  ['*=>[KNN 5 @v $q HYBRID_POLICY ADHOC_BF BATCH_SIZE 5]', "'batch size' is irrelevant for the selected policy"],
  ['@v:[VECTOR_RANGE -1 $q]', `${queryError}negative radius (-1) given in a range query`],
  ['@v:[VECTOR_RANGE x $q]', 'Invalid number: x'],
  ['@v:[VECTOR_RANGE ]', 'Missing radius of VECTOR_RANGE'],
  ['@v:[VECTOR_RANGE 1]', `${queryError}Blob attribute argument is missing`],
  ['@v:[VECTOR_RANGE 1 $q', 'Missing closing bracket'],
  ['@v:[VECTOR_RANGE 1 $q3]', `${queryError}query vector blob size (12)`],
  ['@v:[VECTOR_RANGE 1 $q]=>{$EF_RUNTIME: 4}', 'Invalid attribute ef_runtime'],
];

describe('a KNN clause', () => {
  it.each(clauses)('reads %s', (clause, described) => {
    expect(describeQuery(parse(`*=>${clause}`))).toBe(`* => ${described}`);
  });

  it('holds the query vector', () => {
    expect(parse('*=>[KNN 5 @w $q3]').knn?.vector).toEqual(Float32Array.of(1, 2, 3));
  });

  it('refuses a vector with an element that is not finite', () => {
    const parameters = new Map([['q', floats([1, Number.NaN])]]);
    expect(() => parseQuery('*=>[KNN 5 @v $q]', { schema: catalogSchema, parameters })).toThrow(
      'element 1 of the query vector is not a finite number',
    );
  });
});

describe('the vector clauses', () => {
  it.each(errors)('refuse %s', (query, message) => {
    expect(() => parse(query)).toThrow(message);
  });
});
