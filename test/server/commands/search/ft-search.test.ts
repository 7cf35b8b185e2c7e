import { type Argument, type InProcessClient, type Reply, startInProcess } from '../../../support/in-process.js';

function vector(...components: number[]): Buffer {
  return Buffer.from(Float32Array.from(components).buffer);
}

const schema = 'color TAG size AS n NUMERIC title TEXT v VECTOR FLAT 6 TYPE FLOAT32 DIM 2 DISTANCE_METRIC L2'.split(
  ' ',
);

let client: InProcessClient;
let advance: (ms: number) => void;
let fill: () => void;

beforeEach(() => {
  const { connect, clock, scheduler } = startInProcess();
  client = connect();
  advance = (ms) => clock.advance(ms);
  fill = () => scheduler.runAll();
  client.call('FT.CREATE', 'idx', 'PREFIX', 1, 'd:', 'SCHEMA', ...schema);
  client.call('HSET', 'd:1', 'color', 'red', 'size', 1, 'title', 'one', 'v', vector(1, 0));
  client.call('HSET', 'd:2', 'color', 'blue', 'size', 20, 'title', 'two', 'v', vector(3, 0));
  client.call('HSET', 'd:3', 'color', 'red', 'size', 3, 'extra', 'x', 'v', vector(0, 2));
  client.call('HSET', 'd:4', 'color', 'red');
});

const knn = ['PARAMS', 2, 'q', vector(0, 0)];

function search(...argv: Argument[]): Reply {
  return client.call('FT.SEARCH', 'idx', ...argv);
}

/** Keys of a NOCONTENT reply, with the total in front. */
function keys(...argv: Argument[]): Reply {
  return search(...argv, 'NOCONTENT');
}

describe('in RESP2', () => {
  test('a filter answers every field of each document, oldest first', () => {
    expect(search('@n:[2 5] | @color:{blue}')).toEqual([
      2,
      'd:2',
      ['color', 'blue', 'size', '20', 'title', 'two', 'v', vector(3, 0).toString('latin1')],
      'd:3',
      ['color', 'red', 'size', '3', 'extra', 'x', 'v', vector(0, 2).toString('latin1')],
    ]);
  });

  test('a document found by KNN has its distance first', () => {
    expect(search('@color:{red}=>[KNN 1 @v $q]', ...knn)).toEqual([
      1,
      'd:1',
      ['__v_score', '1', 'color', 'red', 'size', '1', 'title', 'one', 'v', vector(1, 0).toString('latin1')],
    ]);
  });

  test('KNN is nearest first, and its total is at most k', () => {
    expect(keys('*=>[KNN 2 @v $q]', ...knn)).toEqual([2, 'd:1', 'd:3']);
    expect(keys('*=>[KNN 9 @v $q]', ...knn)).toEqual([3, 'd:1', 'd:3', 'd:2']);
  });

  test('RETURN answers what it lists, by alias, by field name and by distance, renamed on request', () => {
    const returned = ['RETURN', 8, 'n', 'size', 'AS', 'how_big', 'none', 'extra', 'far', 'title'];
    expect(search('*=>[KNN 2 @v $q AS far]', ...knn, ...returned)).toEqual([
      2,
      'd:1',
      ['n', '1', 'how_big', '1', 'far', '1', 'title', 'one'],
      'd:3',
      ['n', '3', 'how_big', '3', 'extra', 'x', 'far', '4'],
    ]);
  });

  test('without the distance in RETURN it is not answered', () => {
    expect(search('*=>[KNN 1 @v $q]', ...knn, 'RETURN', 1, 'n')).toEqual([1, 'd:1', ['n', '1']]);
  });

  test('NOCONTENT and RETURN 0 answer keys alone', () => {
    expect(search('@color:{red}', 'NOCONTENT')).toEqual([3, 'd:1', 'd:3', 'd:4']);
    expect(search('@color:{red}', 'RETURN', 0)).toEqual([3, 'd:1', 'd:3', 'd:4']);
  });

  test('LIMIT pages, and counts when it asks for none', () => {
    expect(keys('*', 'LIMIT', 1, 2)).toEqual([4, 'd:2', 'd:3']);
    expect(keys('*', 'LIMIT', 0, 0)).toEqual([4]);
    expect(keys('*', 'LIMIT', 10, 5)).toEqual([4]);
    expect(keys('*=>[KNN 3 @v $q]', ...knn, 'LIMIT', 1, 1)).toEqual([3, 'd:3']);
  });

  test('ten rows are answered unless LIMIT says otherwise', () => {
    for (let i = 10; i < 30; i++) client.call('HSET', `d:${i}`, 'color', 'green');
    expect(keys('@color:{green}')).toHaveLength(11);
  });

  test('SORTBY orders by field or distance, in either direction', () => {
    expect(keys('*', 'SORTBY', 'n')).toEqual([4, 'd:1', 'd:3', 'd:2', 'd:4']);
    expect(keys('*', 'SORTBY', 'n', 'DESC')).toEqual([4, 'd:2', 'd:3', 'd:1', 'd:4']);
    expect(keys('*=>[KNN 3 @v $q AS d]', ...knn, 'SORTBY', 'd', 'DESC')).toEqual([3, 'd:2', 'd:3', 'd:1']);
    expect(keys('*=>[KNN 2 @v $q]', ...knn, 'SORTBY', '__v_score')).toEqual([2, 'd:1', 'd:3']);
  });

  test('scores, payloads and sort keys stand between key and fields', () => {
    expect(search('@n:[20 20]', 'WITHSCORES', 'WITHPAYLOADS', 'WITHSORTKEYS', 'SORTBY', 'n', 'RETURN', 1, 'n')).toEqual(
      [1, 'd:2', '1', null, '#20', ['n', '20']],
    );
    expect(keys('@n:[20 20]', 'WITHSORTKEYS', 'SORTBY', 'color')).toEqual([1, 'd:2', '$blue']);
    expect(keys('@n:[20 20]', 'WITHSORTKEYS')).toEqual([1, 'd:2', null]);
  });

  test('distances have at most twelve digits', () => {
    client.call('HSET', 'd:5', 'v', vector(0.1, 0.2));
    expect(search('*=>[KNN 1 @v $q]', ...knn, 'RETURN', 1, '__v_score')).toEqual([
      1,
      'd:5',
      ['__v_score', '0.0500000007451'],
    ]);
  });

  test('parameters that the query does not use are no error', () => {
    expect(keys('@color:{blue}', 'PARAMS', 4, 'q', 'x', 'policy', 'ADHOC_BF')).toEqual([1, 'd:2']);
  });
});

describe('in RESP3', () => {
  beforeEach(() => client.call('HELLO', 3));

  const query: Argument[] = ['*=>[KNN 1 @v $q]', ...knn, 'RETURN', 2, 'n', '__v_score', 'WITHSCORES'];

  test('the reply is a map of maps', () => {
    expect(search(...query)).toEqual(
      new Map<string, Reply>([
        ['attributes', []],
        ['format', 'STRING'],
        [
          'results',
          [
            new Map<string, Reply>([
              ['id', 'd:1'],
              ['score', 1],
              [
                'extra_attributes',
                new Map([
                  ['n', '1'],
                  ['__v_score', '1'],
                ]),
              ],
              ['values', []],
            ]),
          ],
        ],
        ['total_results', 1],
        ['warning', []],
      ]),
    );
  });

  test('rows without content are their key', () => {
    const reply = search('@n:[20 20]', 'NOCONTENT', 'WITHPAYLOADS', 'WITHSORTKEYS', 'SORTBY', 'n');
    const row = new Map<string, Reply>([
      ['id', 'd:2'],
      ['payload', null],
      ['sortkey', '#20'],
      ['values', []],
    ]);
    expect(reply instanceof Map && reply.get('results')).toEqual([row]);
  });

  test.each(['GlideJS', 'GlidePy(mine)'])('a client that calls its library %s gets the arrays of RESP2', (library) => {
    client.call('CLIENT', 'SETINFO', 'LIB-NAME', library);
    expect(search(...query)).toEqual([1, 'd:1', '1', ['n', '1', '__v_score', '1']]);
  });

  test('every client gets arrays when the server is told so', () => {
    client.call('CONFIG', 'SET', 'search-resp3-arrays', 'yes');
    expect(search(...query)).toEqual([1, 'd:1', '1', ['n', '1', '__v_score', '1']]);
  });
});

describe('documents that change', () => {
  test('a document is found by the client that wrote it, at once', () => {
    client.call('HSET', 'd:1', 'color', 'black');
    expect(keys('@color:{black}')).toEqual([1, 'd:1']);
    client.call('HDEL', 'd:1', 'color');
    expect(keys('@color:{black}')).toEqual([0]);
    client.call('RENAME', 'd:2', 'elsewhere');
    expect(keys('@color:{blue}')).toEqual([0]);
  });

  test('a search inside a transaction sees what the transaction wrote', () => {
    client.call('MULTI');
    client.call('HSET', 'd:9', 'color', 'black');
    client.call('FT.SEARCH', 'idx', '@color:{black}', 'NOCONTENT');
    client.call('DEL', 'd:9');
    client.call('FT.SEARCH', 'idx', '@color:{black}', 'NOCONTENT');
    expect(client.call('EXEC')).toEqual([1, [1, 'd:9'], 1, [0]]);
  });

  test('an expired document is not found, not counted, and takes no place among the nearest', () => {
    client.call('PEXPIRE', 'd:1', 100);
    advance(99);
    expect(keys('*=>[KNN 1 @v $q]', ...knn)).toEqual([1, 'd:1']);
    advance(1);
    expect(keys('*=>[KNN 1 @v $q]', ...knn)).toEqual([1, 'd:3']);
    expect(search('@color:{red}', 'LIMIT', 0, 0)).toEqual([2]);
  });

  test('a document whose expiry is taken away stays', () => {
    client.call('PEXPIRE', 'd:1', 100);
    client.call('PERSIST', 'd:1');
    advance(1000);
    expect(search('*', 'LIMIT', 0, 0)).toEqual([4]);
  });

  test('keys and field names that are not UTF-8 come back byte for byte', () => {
    const key = Buffer.concat([Buffer.from('d:'), Buffer.from([0xff, 0xfe])]);
    client.call('HSET', key, 'color', 'odd', Buffer.from([0x80]), Buffer.from([0x81]));
    expect(search('@color:{odd}')).toEqual([1, 'd:\xff\xfe', ['color', 'odd', '\x80', '\x81']]);
  });

  test('a tag in another script is found by a query in UTF-8', () => {
    client.call('HSET', 'd:9', 'color', 'grün');
    expect(keys('@color:{GRÜN}')).toEqual([1, 'd:9']);
  });
});

describe('errors', () => {
  test.each<[string, Argument[], string]>([
    ['an unknown field', ['@nope:{x}'], 'Index field `nope` does not exist (Unknown field at offset 1)'],
    ['a word in a field without words', ['@color:one'], '`color` is not indexed as a text field'],
    ['a parameter that is not there', ['*=>[KNN 1 @v $x]', ...knn], 'Parameter x not found: No such parameter `x`'],
    [
      'a vector of another length',
      ['*=>[KNN 1 @v $q]', 'PARAMS', 2, 'q', 'abc'],
      "Error parsing vector similarity query: query vector blob size (3) does not match index's expected size (8).",
    ],
    [
      'sorting by a vector',
      ['*', 'SORTBY', 'v'],
      'Index field `v` is a vector and has no order: Property `v` not loaded nor in schema',
    ],
    [
      'sorting by an unknown field',
      ['*', 'SORTBY', 'nope'],
      'Index field `nope` does not exist: Property `nope` not loaded nor in schema',
    ],
  ])('%s is told in words clients know', (_what, argv, message) => {
    expect(client.error('FT.SEARCH', 'idx', ...argv)).toBe(message);
  });

  test('an index that is not there is told in the words of every server', () => {
    const message = client.error('FT.SEARCH', 'nope', '*');
    expect(message).toBe(
      "Index with name 'nope' not found in database 0: no such index (Unknown index name / Index not found)",
    );
    expect(client.error('FT.SEARCH', 'idx')).toBe("ERR wrong number of arguments for 'ft.search' command");
  });

  test('a query longer than search-max-query-bytes is refused', () => {
    client.call('CONFIG', 'SET', 'search-max-query-bytes', 10);
    expect(client.error('FT.SEARCH', 'idx', '@color:{red}')).toBe('Query string is too long, max length is 10 bytes.');
  });
});

test.each([
  ['FLOAT64', (values: readonly number[]) => Float64Array.from(values)],
  ['INT8', (values: readonly number[]) => Int8Array.from(values)],
  ['UINT8', (values: readonly number[]) => Uint8Array.from(values)],
])('vectors of %s are found by queries of the same', (type, of) => {
  const bytes = (...values: number[]): Buffer => Buffer.from(of(values).buffer);
  const fields = `v VECTOR HNSW 8 TYPE ${type} DIM 2 DISTANCE_METRIC L2 CODES BFLOAT16`.split(' ');
  client.call('FT.CREATE', 'typed', 'PREFIX', 1, 't:', 'SCHEMA', ...fields);
  client.call('HSET', 't:1', 'v', bytes(1, 2));
  client.call('HSET', 't:2', 'v', bytes(4, 6));
  client.call('HSET', 't:3', 'v', vector(1, 2, 3, 4, 5));
  const found = ['PARAMS', 2, 'q', bytes(1, 2), 'RETURN', 1, '__v_score'];
  expect(client.call('FT.SEARCH', 'typed', '*=>[KNN 5 @v $q]', ...found)).toEqual([
    2,
    't:1',
    ['__v_score', '0'],
    't:2',
    ['__v_score', '25'],
  ]);
});

test('words of PHONETIC fields are found by their sound', () => {
  client.call('FT.CREATE', 'names', 'PREFIX', 1, 'p:', 'SCHEMA', 'name', 'TEXT', 'PHONETIC', 'dm:en', 'other', 'TEXT');
  client.call('HSET', 'p:1', 'name', 'Jon Smith', 'other', 'phonetic');
  client.call('HSET', 'p:2', 'name', 'John Jones');
  const found = (...argv: Argument[]): Reply => client.call('FT.SEARCH', 'names', ...argv, 'NOCONTENT');
  expect(found('john')).toEqual([2, 'p:2', 'p:1']);
  expect(found('@name:(john=>{$phonetic:true})')).toEqual([2, 'p:2', 'p:1']);
  expect(found('@name:john=>{$phonetic:false}')).toEqual([1, 'p:2']);
  expect(found('john', 'VERBATIM')).toEqual([1, 'p:2']);
  expect(found('fonetic')).toEqual([0]);
  expect(found('@other:john')).toEqual([0]);
  const marked = client.call('FT.SEARCH', 'names', 'smyth', 'RETURN', 1, 'name', 'HIGHLIGHT', 'TAGS', '<', '>');
  expect(marked).toEqual([1, 'p:1', ['name', 'Jon <Smith>']]);
  expect(JSON.stringify(client.call('FT.INFO', 'names'))).toContain('"type","TEXT","WEIGHT","1","PHONETIC","dm:en"');
});

describe('shapes', () => {
  const square = (from: number, to: number): string =>
    `POLYGON((${from} ${from}, ${from} ${to}, ${to} ${to}, ${to} ${from}, ${from} ${from}))`;
  const related = (index: string, relation: string, shape: string): Reply =>
    client.call('FT.SEARCH', index, `@geom:[${relation} $shape]`, 'PARAMS', 2, 'shape', shape, 'NOCONTENT');
  const indexErrors = (): unknown => {
    const info = client.call('FT.INFO', 'shapes');
    return Array.isArray(info) ? info[info.indexOf('Index Errors') + 1] : info;
  };

  test.each([
    ['HASH', 'geom', (key: string, shape: string) => ['HSET', key, 'geom', shape]],
    ['JSON', '$.geom', (key: string, shape: string) => ['JSON.SET', key, '$', JSON.stringify({ geom: shape })]],
  ])('of %s documents are found by how they lie to another', (type, path, write) => {
    client.call('FT.CREATE', 'shapes', 'ON', type, 'PREFIX', 1, 's:', 'SCHEMA', path, 'AS', 'geom', 'GEOSHAPE', 'FLAT');
    fill();
    client.call(...write('s:small', square(1, 100)));
    client.call(...write('s:large', square(1, 200)));
    client.call(...write('s:point', 'POINT(10 10)'));
    expect(related('shapes', 'WITHIN', square(0, 150))).toEqual([2, 's:small', 's:point']);
    expect(related('shapes', 'contains', square(2, 50))).toEqual([2, 's:small', 's:large']);
    expect(related('shapes', 'contains', 'POINT(150 150)')).toEqual([1, 's:large']);
    expect(related('shapes', 'intersects', square(150, 300))).toEqual([1, 's:large']);
    expect(related('shapes', 'disjoint', square(150, 300))).toEqual([2, 's:small', 's:point']);
    client.call(...write('s:small', 'POLYGON((1 1, 1 100, 1 1))'));
    expect(related('shapes', 'WITHIN', square(0, 150))).toEqual([1, 's:point']);
    expect(indexErrors()).toEqual([
      ...['indexing failures', 1, 'last indexing error'],
      ...[
        "Error indexing geoshape: invalid geometry in 'POLYGON((1 1, 1 100, 1 1'",
        'last indexing error key',
        's:small',
      ],
      ...['background indexing status', 'OK'],
    ]);
    client.call('FT.ALTER', 'shapes', 'SCHEMA', 'ADD', path.replace('geom', 'more'), 'AS', 'more', 'GEOSHAPE');
    expect(related('shapes', 'WITHIN', square(0, 150))).toEqual([1, 's:point']);
    expect(related('shapes', 'near', square(0, 150))).toMatchObject({
      message: expect.stringMatching(/^Syntax error at offset 7 near near/),
    });
    expect(related('shapes', 'within', 'POLIGON')).toMatchObject({
      message: expect.stringContaining('Error parsing geoshape'),
    });
  });

  test('lie on a sphere unless they are declared FLAT, and FT.INFO says so', () => {
    client.call('FT.CREATE', 'shapes', 'PREFIX', 1, 's:', 'SCHEMA', 'geom', 'GEOSHAPE', 'plane', 'GEOSHAPE', 'FLAT');
    client.call('HSET', 's:1', 'geom', 'POINT(0 60)', 'plane', 'POINT(500 60)');
    client.call('HSET', 's:2', 'geom', 'POINT(500 60)');
    expect(related('shapes', 'within', 'POLYGON((-60 50, 60 50, 60 40, -60 40))')).toEqual([1, 's:1']);
    const info = client.call('FT.INFO', 'shapes');
    expect(JSON.stringify(info)).toMatch(
      /"type","GEOSHAPE","coord_system","SPHERICAL".*"GEOSHAPE","coord_system","FLAT"/,
    );
    expect(Array.isArray(info) && Number(info[info.indexOf('geoshapes_sz_mb') + 1])).toBeGreaterThan(0);
  });
});

describe('words', () => {
  const fields = 'title TEXT body TEXT WEIGHT 2 place GEO n NUMERIC'.split(' ');

  beforeEach(() => {
    client.call(
      'FT.CREATE',
      'words',
      'PREFIX',
      1,
      'w:',
      'PAYLOAD_FIELD',
      'load',
      'SCORE_FIELD',
      'own',
      'SCHEMA',
      ...fields,
    );
    client.call(
      'HSET',
      'w:1',
      'title',
      'Running shoes',
      'body',
      'light',
      'place',
      '13.361389,38.115556',
      'n',
      5,
      'load',
      'abc',
    );
    client.call(
      'HSET',
      'w:2',
      'title',
      'a run in the woods',
      'body',
      'running',
      'place',
      '15.087269,37.502669',
      'n',
      7,
    );
    client.call('HSET', 'w:3', 'title', 'apple', 'own', '0.5', 'n', 'inf');
  });

  const find = (...argv: Argument[]): Reply => client.call('FT.SEARCH', 'words', ...argv);
  const found = (...argv: Argument[]): Reply => find(...argv, 'NOCONTENT');

  test('are found by stem, best first, or as they are', () => {
    expect(found('run')).toEqual([2, 'w:2', 'w:1']);
    expect(found('run', 'VERBATIM')).toEqual([1, 'w:2']);
    expect(found('running', 'INFIELDS', 1, 'title', 'VERBATIM')).toEqual([1, 'w:1']);
    expect(found('"run in the woods"')).toEqual([1, 'w:2']);
  });

  test('are searched beside conditions of their own', () => {
    expect(found('*', 'FILTER', 'n', '(5', '+inf')).toEqual([2, 'w:2', 'w:3']);
    expect(found('*', 'FILTER', 'n', 5, 7, 'FILTER', 'n', 6, 7)).toEqual([1, 'w:2']);
    expect(found('run', 'GEOFILTER', 'place', 13.3, 38.1, 100, 'km')).toEqual([1, 'w:1']);
    expect(found('@place:[13.3 38.1 100 km]')).toEqual([1, 'w:1']);
    expect(found('*', 'INKEYS', 3, 'w:1', 'w:3', 'nope')).toEqual([2, 'w:1', 'w:3']);
  });

  test('have scores, by the scorer that is asked for, explained', () => {
    expect(find('apple', 'NOCONTENT', 'WITHSCORES', 'SCORER', 'DOCSCORE')).toEqual([1, 'w:3', '0.5']);
    expect(find('apple', 'VERBATIM', 'NOCONTENT', 'WITHSCORES', 'EXPLAINSCORE', 'SCORER', 'DISMAX')).toEqual([
      1,
      'w:3',
      ['1', 'DISMAX 1.00 = Weight 1.00 * Frequency 1'],
    ]);
    expect(find('apple', 'VERBATIM', 'NOCONTENT', 'WITHSCORES', 'EXPLAINSCORE', 'SCORER', 'TFIDF')).toEqual([
      1,
      'w:3',
      [
        '1',
        [
          'Final TFIDF : words TFIDF 2.00 * document score 0.50 / norm 1',
          ['(TFIDF 2.00 = Weight 1.00 * TF 1 * IDF 2.00)'],
        ],
      ],
    ]);
    expect(find('*', 'NOCONTENT', 'WITHSCORES', 'SCORER', 'HAMMING', 'PAYLOAD', 'abb', 'LIMIT', 0, 1)).toEqual([
      3,
      'w:1',
      '0.5',
    ]);
  });

  test('come with payloads, and sorted by any field', () => {
    expect(find('*', 'WITHPAYLOADS', 'NOCONTENT', 'LIMIT', 0, 2)).toEqual([3, 'w:1', 'abc', 'w:2', null]);
    expect(found('*', 'SORTBY', 'title')).toEqual([3, 'w:2', 'w:3', 'w:1']);
    expect(find('*', 'NOCONTENT', 'SORTBY', 'title', 'DESC', 'WITHSORTKEYS', 'LIMIT', 0, 1)).toEqual([
      3,
      'w:1',
      '$running shoes',
    ]);
  });

  test('are marked, and long texts cut to where they stand', () => {
    const highlight = find('run', 'VERBATIM', 'RETURN', 1, 'title', 'HIGHLIGHT', 'TAGS', '[', ']');
    expect(highlight).toEqual([1, 'w:2', ['title', 'a [run] in the woods']]);
    const summary = find(
      'woods',
      'SUMMARIZE',
      'FIELDS',
      1,
      'title',
      'LEN',
      2,
      'SEPARATOR',
      ';',
      'RETURN',
      2,
      'title',
      'body',
    );
    expect(summary).toEqual([1, 'w:2', ['title', 'the woods;', 'body', 'running']]);
  });

  test('of a document with a place that is none make it invalid', () => {
    client.call('HSET', 'w:1', 'place', 'here');
    expect(found('*')).toEqual([2, 'w:2', 'w:3']);
  });
});
