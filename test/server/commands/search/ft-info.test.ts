import { parseFtInfo } from '#server/commands/search/ft-info.js';
import { type InProcess, type InProcessClient, type Reply, startInProcess } from '../../../support/in-process.js';
import { parsedLine } from './parsing.js';

const schema =
  'color TAG CASESENSITIVE SORTABLE size AS n NUMERIC body TEXT WEIGHT 2 NOSTEM v VECTOR HNSW 8 TYPE FLOAT32 DIM 2 DISTANCE_METRIC L2 M 8 f VECTOR FLAT 6 TYPE FLOAT32 DIM 3 DISTANCE_METRIC IP'.split(
    ' ',
  );

let process: InProcess;
let client: InProcessClient;

beforeEach(() => {
  process = startInProcess();
  client = process.connect();
  client.call('FT.CREATE', 'idx', 'PREFIX', 2, 'a', 'b', 'SCORE', 0.5, 'STOPWORDS', 1, 'x', 'SCHEMA', ...schema);
});

/** A flat list of keys and values as a Map. */
function pairs(reply: Reply | undefined): Map<string, Reply> {
  if (!Array.isArray(reply)) throw new Error(`not a list: ${JSON.stringify(reply)}`);
  return new Map(reply.flatMap((key, i) => (i % 2 === 0 ? [[String(key), reply[i + 1] ?? null] as const] : [])));
}

function info(): Map<string, Reply> {
  return pairs(client.call('FT.INFO', 'idx'));
}

test('names come in the order of Redis, then those of Valkey', () => {
  const names = [...info().keys()];
  expect(names.slice(0, 8)).toEqual([
    'index_name',
    'index_options',
    'index_definition',
    'attributes',
    'num_docs',
    'max_doc_id',
    'num_terms',
    'num_records',
  ]);
  expect(names.slice(names.indexOf('hash_indexing_failures'))).toEqual([
    'hash_indexing_failures',
    'total_indexing_time',
    'indexing',
    'percent_indexed',
    'number_of_uses',
    'cleaning',
    'gc_stats',
    'cursor_stats',
    'stopwords_list',
    'dialect_stats',
    'Index Errors',
    'total_term_occurrences',
    'backfill_in_progress',
    'backfill_complete_percent',
    'mutation_queue_size',
    'recent_mutations_queue_delay',
    'state',
    'punctuation',
    'stop_words',
    'with_offsets',
    'min_stem_size',
    'language',
  ]);
});

test('the definition is told by position', () => {
  expect(info().get('index_name')).toBe('idx');
  expect(info().get('stopwords_list')).toEqual(['x']);
  expect(info().get('index_definition')).toEqual([
    'key_type',
    'HASH',
    'prefixes',
    ['a', 'b'],
    'default_score',
    '0.5',
    'indexes_all',
    'false',
  ]);
});

test('each attribute has identifier, name and type first, its options last', () => {
  const attributes = info().get('attributes');
  if (!Array.isArray(attributes)) throw new Error('no attributes');
  const heads = attributes.map((attribute) => (Array.isArray(attribute) ? attribute.slice(0, 6) : []));
  expect(heads).toEqual([
    ['identifier', 'color', 'attribute', 'color', 'type', 'TAG'],
    ['identifier', 'size', 'attribute', 'n', 'type', 'NUMERIC'],
    ['identifier', 'body', 'attribute', 'body', 'type', 'TEXT'],
    ['identifier', 'v', 'attribute', 'v', 'type', 'VECTOR'],
    ['identifier', 'f', 'attribute', 'f', 'type', 'VECTOR'],
  ]);
  const [tag, , text, hnsw, flat] = attributes;
  expect(Array.isArray(tag) && tag.slice(-2)).toEqual(['CASESENSITIVE', 'SORTABLE']);
  expect(Array.isArray(text) && text.slice(6, 8)).toEqual(['WEIGHT', '2']);
  expect(Array.isArray(text) && text.at(-1)).toBe('NOSTEM');
  expect(pairs(hnsw)).toEqual(
    new Map<string, Reply>([
      ['identifier', 'v'],
      ['attribute', 'v'],
      ['type', 'VECTOR'],
      ['algorithm', 'HNSW'],
      ['data_type', 'FLOAT32'],
      ['dim', 2],
      ['distance_metric', 'L2'],
      ['M', 8],
      ['ef_construction', 200],
      ['ef_runtime', 10],
      ['epsilon', '0.01'],
      ['index', expect.arrayContaining(['dimensions', 2, 'algorithm', expect.arrayContaining(['HNSW', 'm', 8])])],
      ['user_indexed_memory', expect.any(Number)],
    ]),
  );
  expect(pairs(flat).get('block_size')).toBe(1024);
});

test('documents, failures and uses are counted', () => {
  client.call('HSET', 'a1', 'color', 'x,y', 'size', 1);
  client.call('HSET', 'b1', 'size', 'many');
  client.call('HSET', 'c1', 'size', 1);
  client.call('FT.SEARCH', 'idx', '*');
  expect(info().get('num_docs')).toBe(1);
  expect(info().get('num_records')).toBe(3);
  expect(info().get('hash_indexing_failures')).toBe(1);
  expect(info().get('number_of_uses')).toBe(1);
  expect(pairs(info().get('Index Errors'))).toEqual(
    new Map<string, Reply>([
      ['indexing failures', 1],
      ['last indexing error', "Invalid numeric value: 'many'"],
      ['last indexing error key', 'b1'],
      ['background indexing status', 'OK'],
    ]),
  );
});

test('inside a transaction it knows what the transaction wrote', () => {
  client.call('MULTI');
  client.call('HSET', 'a1', 'color', 'x');
  client.call('FT.INFO', 'idx');
  const replies = client.call('EXEC');
  expect(Array.isArray(replies) && pairs(replies[1]).get('num_docs')).toBe(1);
});

test('the progress of a backfill is told until it is done', () => {
  for (let i = 0; i < 2000; i++) client.call('HSET', `z${i}`, 'color', 'x');
  client.call('FT.DROPINDEX', 'idx');
  client.call('FT.CREATE', 'idx', 'SCHEMA', ...schema);
  expect(info().get('percent_indexed')).toBe('0');
  process.scheduler.runOne();
  const half = info();
  expect(half.get('indexing')).toBe(1);
  expect(half.get('backfill_in_progress')).toBe('1');
  expect(half.get('state')).toBe('backfill_in_progress');
  expect(Number(half.get('percent_indexed'))).toBeGreaterThan(0.1);
  expect(Number(half.get('percent_indexed'))).toBeLessThan(0.5);
  process.scheduler.runAll();
  const done = info();
  expect(done.get('indexing')).toBe(0);
  expect(done.get('percent_indexed')).toBe('1');
  expect(done.get('backfill_complete_percent')).toBe('1.000000');
  expect(done.get('state')).toBe('ready');
  expect(done.get('num_docs')).toBe(2000);
});

test('in RESP3 it is a map, attributes have a list of flags, numbers with a fraction are doubles', () => {
  client.call('HELLO', 3);
  const reply = client.call('FT.INFO', 'idx');
  if (!(reply instanceof Map)) throw new Error('no map');
  expect(reply.get('percent_indexed')).toBe(1);
  const definition = reply.get('index_definition');
  expect(definition instanceof Map && definition.get('prefixes')).toEqual(['a', 'b']);
  const attributes = reply.get('attributes');
  const first = Array.isArray(attributes) ? attributes[0] : undefined;
  expect(first instanceof Map && first.get('flags')).toEqual(['CASESENSITIVE', 'SORTABLE']);
});

test('GLIDE gets the flat list in RESP3 too', () => {
  client.call('HELLO', 3);
  client.call('CLIENT', 'SETINFO', 'LIB-NAME', 'GlideJS');
  expect(info().get('percent_indexed')).toBe('1');
});

test.each<[string, unknown]>([
  ['idx', { index: 'idx' }],
  ['idx LOCAL ALLSHARDS CONSISTENT', { index: 'idx' }],
  ['idx primary', 'ERR PRIMARY option is not valid in this configuration'],
  ['idx CLUSTER', 'ERR CLUSTER option is not valid in this configuration'],
  ['idx WHAT', 'Unexpected argument `WHAT`'],
])('arguments "%s" are read', (line, expected) => {
  expect(parsedLine(parseFtInfo, line)).toEqual(expected);
});

test('an index that is not there is told in the words of every server', () => {
  expect(client.error('FT.INFO', 'nope')).toMatch(/not found in database 0: no such index \(Unknown index name/);
});
