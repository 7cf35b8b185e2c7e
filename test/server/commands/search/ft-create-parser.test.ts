import { parseFtCreate } from '#server/commands/search/ft-create-parser.js';
import { definitionCommand, type IndexDefinition } from '#server/search/index-definition.js';
import type { Argument } from '../../../support/in-process.js';
import { parsed, parsedLine } from './parsing.js';

function definitionOf(line: string): IndexDefinition {
  const result = parsedLine(parseFtCreate, line);
  if (typeof result === 'string') throw new Error(result);
  return result;
}

/** The definition told back as the command that makes it. */
function canonical(line: string): string {
  return definitionCommand(definitionOf(line))
    .map((token) => (typeof token === 'string' ? token : token.utf8()))
    .join(' ');
}

test('an index without options covers every hash', () => {
  expect(definitionOf('idx SCHEMA t TAG')).toMatchObject({
    name: 'idx',
    prefixes: [''],
    score: 1,
    skipInitialScan: false,
    stopWords: undefined,
  });
});

test.each([
  [
    'redis-py',
    'idx ON HASH PREFIX 1 p: SCORE 1.0 SCHEMA f TEXT WEIGHT 1.0 t TAG SEPARATOR ; n NUMERIC v VECTOR HNSW 6 TYPE FLOAT32 DIM 4 DISTANCE_METRIC COSINE',
    'FT.CREATE idx ON HASH PREFIX 1 p: SCORE 1 SCHEMA f AS f TEXT WEIGHT 1 t AS t TAG SEPARATOR ; n AS n NUMERIC v AS v VECTOR HNSW 16 TYPE FLOAT32 DIM 4 DISTANCE_METRIC COSINE INITIAL_CAP 10240 M 16 EF_CONSTRUCTION 200 EF_RUNTIME 10 EPSILON 0.01',
  ],
  [
    'RedisVL, with EPSILON and several prefixes',
    'cache ON HASH PREFIX 2 a b SCORE 1.0 SCHEMA prompt TEXT WEIGHT 1 inserted_at NUMERIC prompt_vector VECTOR FLAT 8 TYPE FLOAT32 DIM 2 DISTANCE_METRIC COSINE INITIAL_CAP 5',
    'FT.CREATE cache ON HASH PREFIX 2 a b SCORE 1 SCHEMA prompt AS prompt TEXT WEIGHT 1 inserted_at AS inserted_at NUMERIC prompt_vector AS prompt_vector VECTOR FLAT 10 TYPE FLOAT32 DIM 2 DISTANCE_METRIC COSINE INITIAL_CAP 5 BLOCK_SIZE 1024',
  ],
  [
    'node-redis, options in its order',
    'idx ON HASH PREFIX 1 p LANGUAGE English LANGUAGE_FIELD l SCORE 0.5 SCORE_FIELD s MAXTEXTFIELDS NOOFFSETS NOHL NOFIELDS NOFREQS SKIPINITIALSCAN STOPWORDS 1 x SCHEMA t TAG CASESENSITIVE WITHSUFFIXTRIE SORTABLE UNF NOINDEX',
    'FT.CREATE idx ON HASH PREFIX 1 p SCORE 0.5 LANGUAGE english LANGUAGE_FIELD l SCORE_FIELD s MAXTEXTFIELDS NOOFFSETS NOHL NOFIELDS NOFREQS SKIPINITIALSCAN STOPWORDS 1 x SCHEMA t AS t TAG SEPARATOR , CASESENSITIVE WITHSUFFIXTRIE SORTABLE UNF NOINDEX',
  ],
  [
    'LangChain, with dotted names',
    'idx ON HASH PREFIX 1 doc:idx: SCHEMA content_vector VECTOR FLAT 6 TYPE FLOAT32 DIM 3 DISTANCE_METRIC COSINE content TEXT metadata.user TAG SORTABLE',
    'FT.CREATE idx ON HASH PREFIX 1 doc:idx: SCORE 1 SCHEMA content_vector AS content_vector VECTOR FLAT 10 TYPE FLOAT32 DIM 3 DISTANCE_METRIC COSINE INITIAL_CAP 10240 BLOCK_SIZE 1024 content AS content TEXT WEIGHT 1 metadata.user AS metadata.user TAG SEPARATOR , SORTABLE',
  ],
  [
    'GLIDE, attributes in its order and text options',
    'idx ON HASH PREFIX 1 p SCORE 1 LANGUAGE ENGLISH MINSTEMSIZE 3 WITHOFFSETS NOSTOPWORDS PUNCTUATION ,. SCHEMA t TEXT NOSTEM WEIGHT 1 NOSUFFIXTRIE SORTABLE v AS vec VECTOR HNSW 12 DIM 2 DISTANCE_METRIC L2 TYPE FLOAT32 M 8 EF_CONSTRUCTION 50 EF_RUNTIME 20',
    'FT.CREATE idx ON HASH PREFIX 1 p SCORE 1 LANGUAGE english PUNCTUATION ,. MINSTEMSIZE 3 STOPWORDS 0 SCHEMA t AS t TEXT WEIGHT 1 NOSTEM SORTABLE v AS vec VECTOR HNSW 16 TYPE FLOAT32 DIM 2 DISTANCE_METRIC L2 INITIAL_CAP 10240 M 8 EF_CONSTRUCTION 50 EF_RUNTIME 20 EPSILON 0.01',
  ],
  [
    'keywords in lower case, options in any order',
    'idx skipinitialscan prefix 1 p on hash schema n as m numeric sortable v vector hnsw 8 epsilon 0.2 type float32 dim 1 distance_metric ip',
    'FT.CREATE idx ON HASH PREFIX 1 p SCORE 1 SKIPINITIALSCAN SCHEMA n AS m NUMERIC SORTABLE v AS v VECTOR HNSW 16 TYPE FLOAT32 DIM 1 DISTANCE_METRIC IP INITIAL_CAP 10240 M 16 EF_CONSTRUCTION 200 EF_RUNTIME 10 EPSILON 0.2',
  ],
])('what %s sends is understood', (_client, line, command) => {
  expect(canonical(line)).toBe(command);
});

test('the command a definition is told as makes the same definition', () => {
  const line =
    'idx PREFIX 2 a b SCORE 0.5 STOPWORDS 2 x y SCHEMA t AS tag TAG SEPARATOR | CASESENSITIVE SORTABLE UNF b TEXT WEIGHT 3 NOSTEM v VECTOR FLAT 8 TYPE FLOAT32 DIM 2 DISTANCE_METRIC L2 BLOCK_SIZE 7';
  const again = canonical(line).replace('FT.CREATE ', '');
  expect(definitionOf(again)).toEqual(definitionOf(line));
});

test('PREFIX 0 covers every key', () => {
  expect(definitionOf('idx PREFIX 0 SCHEMA t TAG').prefixes).toEqual(['']);
});

test('names that are not UTF-8 are kept byte by byte', () => {
  const name = Buffer.from([0xff, 0x80]);
  const result = parsed(parseFtCreate, [name, 'PREFIX', 1, name, 'SCHEMA', name, 'TAG']);
  expect(result).toMatchObject({
    name: '\xff\x80',
    prefixes: ['\xff\x80'],
    fields: [{ field: { identifier: '\xff\x80' } }],
  });
});

test.each<[string, string]>([
  ['idx', 'Index schema must have at least one attribute: no SCHEMA given'],
  ['idx SCHEMA', 'Index schema must have at least one attribute: no SCHEMA given'],
  ['idx WHAT SCHEMA t TAG', 'Unexpected parameter `WHAT`, expecting `SCHEMA`'],
  ['idx ON JSON SCHEMA t[ TAG', "Invalid JSONPath 't[' in attribute 't[' in index 'idx'"],
  ['idx ON LIST SCHEMA t TAG', 'Error parsing value for the parameter `ON` - Unknown argument `LIST`'],
  ['idx FILTER @a> SCHEMA t TAG', "Syntax error at offset 3 near ''"],
  ['idx TEMPORARY 0 SCHEMA t TAG', 'Bad arguments for TEMPORARY: a positive number of seconds is required'],
  ['idx PREFIX 9 a SCHEMA t TAG', 'Bad arguments for PREFIX: Expected an argument, but none provided'],
  ['idx PREFIX x a SCHEMA t TAG', 'Bad arguments for PREFIX: the count is outside acceptable bounds'],
  [`idx PREFIX 65 ${'p '.repeat(65)}SCHEMA t TAG`, 'Number of prefixes (65) exceeds the maximum allowed (64)'],
  [
    'idx SCORE 2 SCHEMA t TAG',
    '`SCORE` parameter with a value `2` is not supported. The value must be between 0.0 and 1.0',
  ],
  ['idx SCHEMA t TAG t NUMERIC', 'Duplicate field in schema - t'],
  ['idx SCHEMA a TAG b AS a TEXT', 'Duplicate field in schema - a'],
  ['idx MINSTEMSIZE 0 SCHEMA a TEXT', 'MINSTEMSIZE must be positive'],
  [
    `idx SCHEMA ${Array.from({ length: 1001 }, (_, i) => `f${i} TAG`).join(' ')}`,
    'The maximum number of attributes cannot exceed 1000.',
  ],
])('%s is refused', (line, message) => {
  expect(parsedLine(parseFtCreate, line)).toBe(message);
});

test('an option without its value is a syntax error', () => {
  const argv: Argument[] = ['idx', 'ON'];
  expect(parsed(parseFtCreate, argv)).toBe('ERR syntax error');
});
