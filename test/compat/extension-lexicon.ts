/**
 * Suggestions, synonyms, dictionaries and spelling: redis-server 7.0.15 comes without the module, so Nearkey must answer
 * exactly what is written here, which is what RediSearch answers.
 */
import { answering } from './looseness.js';
import { loosely, type Protocol, type Script, type Step, script } from './script.js';

const later = 'search commands came with RediSearch';
const says = (line: string, reply: string): Step => loosely(line, answering(reply, later));
const refuses = (line: string, error: string): Step => says(line, `-${error}\r\n`);
const ok = (line: string): Step => says(line, '+OK\r\n');
const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`;
const array = (...elements: readonly string[]): string => `*${elements.length}\r\n${elements.join('')}`;
const integer = (value: number): string => `:${value}\r\n`;
const wrongType = 'WRONGTYPE Operation against a key holding the wrong kind of value';

/** How a protocol spells what it spells in its own way. */
interface Spelling {
  readonly nil: string;
  readonly double: (text: string) => string;
  readonly map: (...pairs: readonly string[]) => string;
  readonly set: (...elements: readonly string[]) => string;
}

const spellings: readonly (readonly [Protocol, Spelling])[] = [
  [2, { nil: '$-1\r\n', double: bulk, map: array, set: array }],
  [
    3,
    {
      nil: '_\r\n',
      double: (text) => `,${text}\r\n`,
      map: (...pairs) => `%${pairs.length / 2}\r\n${pairs.join('')}`,
      set: (...elements) => `~${elements.length}\r\n${elements.join('')}`,
    },
  ],
];

function inBoth(name: string, lines: (spelling: Spelling, protocol: Protocol) => readonly Step[]): Script[] {
  return spellings.map(([protocol, spelling]) =>
    script(`${name} (RESP${protocol})`, lines(spelling, protocol), { protocols: [protocol] }),
  );
}

const suggestions = inBoth('FT.SUGADD, FT.SUGGET, FT.SUGDEL and FT.SUGLEN', ({ nil, double }) => [
  says('FT.SUGADD ac "hello world" 1', integer(1)),
  says('FT.SUGADD ac "hello world" 1 INCR', integer(1)),
  says('FT.SUGADD ac "hello werld" 1 PAYLOAD p', integer(2)),
  says('FT.SUGADD ac herp 1', integer(3)),
  says('FT.SUGLEN ac', integer(3)),
  says('FT.SUGGET ac HELLO', array(bulk('hello world'), bulk('hello werld'))),
  says('FT.SUGGET ac hallo FUZZY MAX 1', array(bulk('hello world'))),
  says('FT.SUGGET ac her WITHSCORES TRIM OPTIMIZE', array(bulk('herp'), double('0.70710676908493042'))),
  says('FT.SUGGET ac hello WITHPAYLOADS', array(bulk('hello world'), nil, bulk('hello werld'), bulk('p'))),
  says('FT.SUGGET none hello', array()),
  says('FT.SUGLEN none', integer(0)),
  says('FT.SUGDEL none x', integer(0)),
  says('FT.SUGDEL ac hello', integer(0)),
  says('FT.SUGDEL ac "hello world"', integer(1)),
  says('TYPE ac', '+trietype0\r\n'),
  refuses('FT.SUGADD ac missing', "ERR wrong number of arguments for 'ft.sugadd' command"),
  refuses('FT.SUGADD ac x none', 'ERR invalid score'),
  refuses('FT.SUGADD ac x 1 PAYLOAD', 'Invalid payload: Expected an argument, but none provided'),
  refuses('FT.SUGADD ac x 1 REDIS', 'Unknown argument `REDIS`'),
  refuses('FT.SUGGET ac x FUZZ', 'Unrecognized argument: FUZZ'),
  says('SET string x', '+OK\r\n'),
  ...['FT.SUGADD string x 1', 'FT.SUGGET string x', 'FT.SUGDEL string x', 'FT.SUGLEN string'].map((line) =>
    refuses(line, wrongType),
  ),
]);

const dictionaries = inBoth('FT.DICTADD, FT.DICTDEL and FT.DICTDUMP', ({ set }) => [
  says('FT.DICTADD d one two three', integer(3)),
  says('FT.DICTADD d one four', integer(1)),
  says('FT.DICTDEL d one none', integer(1)),
  says('FT.DICTDEL none one', integer(0)),
  says('FT.DICTDUMP d', set(bulk('four'), bulk('three'), bulk('two'))),
  says('FT.DICTDUMP none', set()),
  says('KEYS *', array()),
]);

const synonyms = inBoth('FT.SYNUPDATE and FT.SYNDUMP', ({ map }) => [
  ok('FT.CREATE idx SCHEMA t TEXT'),
  ok('FT.SYNUPDATE idx g SKIPINITIALSCAN boy'),
  ok('FT.SYNUPDATE idx g Child'),
  ok('FT.SYNUPDATE idx h boy'),
  says('FT.SYNDUMP idx', map(bulk('boy'), array(bulk('g'), bulk('h')), bulk('child'), array(bulk('g')))),
  refuses('FT.SYNUPDATE idx g', "ERR wrong number of arguments for 'ft.synupdate' command"),
]);

const spelling = inBoth('FT.SPELLCHECK', ({ map, double }, protocol) => {
  const told = (word: string, ...found: readonly (readonly [string, string])[]): string =>
    protocol === 2
      ? array(array('+TERM\r\n', bulk(word), array(...found.map(([name, score]) => array(bulk(score), bulk(name))))))
      : map('+results\r\n', map(bulk(word), array(...found.map(([name, score]) => map(bulk(name), double(score))))));
  const nothing = protocol === 2 ? array() : map('+results\r\n', map());
  return [
    ok('FT.CREATE idx SCHEMA t TEXT'),
    says('HSET 1 t name1', integer(1)),
    says('HSET 2 t "name2 name1"', integer(1)),
    says('FT.DICTADD d names', integer(1)),
    says('FT.SPELLCHECK idx name', told('name', ['name1', '1'], ['name2', '0.5'])),
    says('FT.SPELLCHECK idx name TERMS INCLUDE d', told('name', ['name1', '1'], ['name2', '0.5'], ['names', '0'])),
    says('FT.SPELLCHECK idx names TERMS EXCLUDE d', nothing),
    says('FT.SPELLCHECK idx nimb DISTANCE 1 DIALECT 2', told('nimb')),
    says('FT.SPELLCHECK idx name1', nothing),
    refuses('FT.SPELLCHECK idx x DISTANCE 5', 'bad distance given, distance must be a natural number between 1 to 4'),
    refuses('FT.SPELLCHECK idx x TERMS', 'bad format, exclude/include operation was not given'),
    refuses('FT.SPELLCHECK idx x TERMS INCLUDE none', 'Dict does not exist: none'),
  ];
});

/** Between them they have every option. */
const definitions: readonly string[] = [
  'one ON HASH PREFIX 1 p: FILTER @n>1 TEMPORARY 1000 LANGUAGE german LANGUAGE_FIELD l SCORE 0.5 SCORE_FIELD s PAYLOAD_FIELD p NOOFFSETS STOPWORDS 1 x SCHEMA t AS a TEXT NOSTEM WEIGHT 2 WITHSUFFIXTRIE INDEXEMPTY INDEXMISSING SORTABLE UNF NOINDEX',
  'two ON JSON SKIPINITIALSCAN SCHEMA $.c AS c TAG SEPARATOR ; CASESENSITIVE $.n AS n NUMERIC $.g AS g GEO $.v AS v VECTOR FLAT 6 TYPE FLOAT32 DIM 2 DISTANCE_METRIC L2 $.w AS w VECTOR HNSW 6 TYPE FLOAT32 DIM 2 DISTANCE_METRIC L2',
];

const creation = script('FT.CREATE takes every option', [
  ...definitions.map((definition) => ok(`FT.CREATE ${definition}`)),
  ...definitions.map((definition) => ok(`FT._CREATEIFNX ${definition}`)),
  refuses('FT.CREATE two SCHEMA t TEXT', 'Index two in database 0 already exists. (Index already exists)'),
]);

const settings = inBoth('FT.CONFIG', ({ map }, protocol) => {
  const told = (name: string, value: string): string =>
    protocol === 2 ? array(array(bulk(name), bulk(value))) : map(bulk(name), bulk(value));
  return [
    ok('FT.CONFIG SET TIMEOUT 50000'),
    says('FT.CONFIG GET timeout', told('TIMEOUT', '50000')),
    says('FT.CONFIG GET none', protocol === 2 ? array() : map()),
    says('FT.CONFIG HELP none', protocol === 2 ? array() : map()),
    refuses('FT.CONFIG SET none 1', 'Invalid option'),
    refuses('FT.CONFIG SET WORKERS 1', 'Not modifiable at runtime'),
    refuses('FT.CONFIG', "ERR wrong number of arguments for 'ft.config' command"),
  ];
});

const onlyWhere = script('FT._CREATEIFNX and its kin answer OK where there is nothing to do', [
  ...['FT._CREATEIFNX idx SCHEMA t TEXT', 'FT._CREATEIFNX idx SCHEMA t TEXT'].map(ok),
  ...['FT._ALTERIFNX idx SKIPINITIALSCAN SCHEMA ADD n NUMERIC', 'FT._ALTERIFNX idx SCHEMA ADD n NUMERIC'].map(ok),
  ...['FT._ALIASADDIFNX a idx', 'FT._ALIASADDIFNX a idx', 'FT._ALIASDELIFX a', 'FT._ALIASDELIFX a'].map(ok),
  ...['FT._DROPINDEXIFX idx DD', 'FT._DROPINDEXIFX idx', 'FT._DROPIFX idx KEEPDOCS'].map(ok),
]);

export const lexiconExtensionScripts: readonly Script[] = [
  ...suggestions,
  ...dictionaries,
  ...synonyms,
  ...spelling,
  ...settings,
  creation,
  onlyWhere,
];
