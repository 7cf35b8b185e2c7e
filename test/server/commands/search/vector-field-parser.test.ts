import { parseVectorField } from '#server/commands/search/vector-field-parser.js';
import { parsedLine } from './parsing.js';

const name = { identifier: 'v', alias: 'v' };

function parse(line: string): unknown {
  return parsedLine((args) => parseVectorField(args, name), line);
}

test('HNSW takes every attribute, in any order and case', () => {
  expect(
    parse(
      'hnsw 16 epsilon 0.1 ef_runtime 9 EF_CONSTRUCTION 8 M 7 INITIAL_CAP 6 DISTANCE_METRIC cosine DIM 5 TYPE float32',
    ),
  ).toEqual({
    ...name,
    type: 'VECTOR',
    algorithm: 'HNSW',
    dim: 5,
    metric: 'COSINE',
    initialCap: 6,
    m: 7,
    efConstruction: 8,
    efRuntime: 9,
    epsilon: 0.1,
    elementType: 'FLOAT32',
  });
});

test('HNSW says what its graph is walked by', () => {
  expect(parse('HNSW 8 TYPE bfloat16 DIM 5 DISTANCE_METRIC L2 CODES Float32')).toMatchObject({
    elementType: 'BFLOAT16',
    codeType: 'FLOAT32',
  });
});

test('FLAT takes its own', () => {
  const line = 'FLAT 8 TYPE FLOAT32 DIM 5 DISTANCE_METRIC IP BLOCK_SIZE 3';
  expect(parse(line)).toEqual({
    ...name,
    type: 'VECTOR',
    algorithm: 'FLAT',
    dim: 5,
    metric: 'IP',
    elementType: 'FLOAT32',
    blockSize: 3,
  });
});

test.each([
  ['SVS-VAMANA 0', 'Invalid field type for field `v`: Unknown argument `SVS-VAMANA`, expecting HNSW or FLAT'],
  [
    'HNSW 8 TYPE FLOAT32 DIM 2',
    'Expected 8 parameters for HNSW but got 4 parameters. Bad arguments for algorithm HNSW',
  ],
  [
    'HNSW 5 TYPE FLOAT32 DIM 2 DISTANCE_METRIC L2',
    'Expected 5 parameters for HNSW but got 6 parameters. Bad arguments for algorithm HNSW',
  ],
  ['HNSW x', 'Expected x parameters for HNSW but got 0 parameters. Bad arguments for algorithm HNSW'],
  [
    'HNSW 4 DIM 2 DISTANCE_METRIC L2',
    'Missing vector TYPE parameter. Missing mandatory parameter: cannot create HNSW index without specifying TYPE argument',
  ],
  [
    'HNSW 4 TYPE FLOAT32 DISTANCE_METRIC L2',
    'Missing dimensions parameter. Missing mandatory parameter: cannot create HNSW index without specifying DIM argument',
  ],
  [
    'FLAT 4 TYPE FLOAT32 DIM 2',
    'Missing DISTANCE_METRIC parameter. Missing mandatory parameter: cannot create FLAT index without specifying DISTANCE_METRIC argument',
  ],
  [
    'HNSW 6 TYPE FLOAT128 DIM 2 DISTANCE_METRIC L2',
    'Error parsing value for the parameter `TYPE` - Unknown argument `FLOAT128`, expecting FLOAT32, FLOAT64, FLOAT16, BFLOAT16, INT8, UINT8',
  ],
  [
    'HNSW 6 TYPE FLOAT32 DIM 2 DISTANCE_METRIC L1',
    'Error parsing value for the parameter `DISTANCE_METRIC` - Unknown argument `L1`',
  ],
  [
    'HNSW 6 TYPE FLOAT32 DIM two DISTANCE_METRIC L2',
    'Error parsing value for the parameter `DIM` - `two` is not a valid number',
  ],
  ['FLAT 8 TYPE FLOAT32 DIM 2 DISTANCE_METRIC L2 M 4', 'Unexpected argument `M`'],
  ['HNSW 8 TYPE FLOAT32 DIM 2 DISTANCE_METRIC L2 BLOCK_SIZE 4', 'Unexpected argument `BLOCK_SIZE`'],
  ['FLAT 8 TYPE FLOAT32 DIM 2 DISTANCE_METRIC L2 CODES INT8', 'Unexpected argument `CODES`'],
  [
    'HNSW 8 TYPE FLOAT32 DIM 2 DISTANCE_METRIC L2 CODES INT4',
    'Error parsing value for the parameter `CODES` - Unknown argument `INT4`',
  ],
  ['HNSW 8 TYPE FLOAT32 DIM 2 DISTANCE_METRIC L2 toString 4', 'Unexpected argument `toString`'],
])('%s is refused', (line, message) => {
  expect(parse(line)).toBe(message);
});
