/**
 * JSON documents: redis-server 7.0.15 comes without the module, so Nearkey must answer exactly what is written here, which
 * is what RedisJSON of Redis 8 answers.
 */
import { answering } from './looseness.js';
import { loosely, type Protocol, type Script, type Step, script } from './script.js';

const later = 'JSON documents came with RedisJSON';
const says = (line: string, reply: string): Step => loosely(line, answering(reply, later));
const refuses = (line: string, error: string): Step => says(line, `-${error}\r\n`);
const ok = (line: string): Step => says(line, '+OK\r\n');

/** Replies are compared as one character a byte. */
const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${Buffer.from(text).toString('latin1')}\r\n`;
const nil = '$-1\r\n';
const null3 = '_\r\n';
const array = (...elements: readonly string[]): string => `*${elements.length}\r\n${elements.join('')}`;
const integer = (value: number | string): string => `:${value}\r\n`;
const integers = (nothing: string, ...values: readonly (number | null)[]): string =>
  array(...values.map((value) => (value === null ? nothing : integer(value))));

const noKey = "ERR could not perform this operation on a key that doesn't exist";
const noPath = 'ERR Path does not exist';
const wrongKey = 'Existing key has wrong Redis type';
const noArray = 'ERR Path does not exist or not an array';

/** A script for each protocol, which spell nothing differently. */
function inBoth(name: string, lines: (nothing: string) => readonly Step[]): Script[] {
  const protocols: readonly (readonly [Protocol, string])[] = [
    [2, nil],
    [3, null3],
  ];
  return protocols.map(([protocol, nothing]) =>
    script(`${name} (RESP${protocol})`, lines(nothing), { protocols: [protocol] }),
  );
}

const setAndGet = inBoth('JSON.SET, JSON.GET and JSON.MGET', (nothing) => [
  ok(`JSON.SET doc $ '{"a":1,"nested":{"a":2,"b":3.0},"s":"zw\\u00f6lf \\"q\\""}'`),
  says('JSON.GET doc', bulk('{"a":1,"nested":{"a":2,"b":3.0},"s":"zwölf \\"q\\""}')),
  says('JSON.GET doc $', bulk('[{"a":1,"nested":{"a":2,"b":3.0},"s":"zwölf \\"q\\""}]')),
  says('JSON.GET doc .a', bulk('1')),
  says('JSON.GET doc a', bulk('1')),
  says('JSON.GET doc $..a', bulk('[1,2]')),
  says('JSON.GET doc ..a', bulk('1')),
  says('JSON.GET doc $.none', bulk('[]')),
  refuses('JSON.GET doc .none', noPath),
  says('JSON.GET doc $.a .nested.b', bulk('{"$.a":[1],".nested.b":[3.0]}')),
  says('JSON.GET doc .a nested.b', bulk('{".a":1,"nested.b":3.0}')),
  refuses('JSON.GET doc .a .none', noPath),
  says('JSON.GET doc NOESCAPE .a', bulk('1')),
  says('JSON.GET doc INDENT "\\t" NEWLINE "\\n" SPACE " " $.nested', bulk('[\n\t{\n\t\t"a": 2,\n\t\t"b": 3.0\n\t}\n]')),
  says('JSON.GET none $.a', nothing),
  refuses('JSON.GET doc INDENT', "ERR wrong number of arguments for 'json.get' command"),
  ok("JSON.SET doc $.nested.c '[true,null]'"),
  ok('JSON.SET doc $..a 4.2'),
  says('JSON.GET doc $.nested', bulk('[{"a":4.2,"b":3.0,"c":[true,null]}]')),
  says('JSON.SET doc $.x.y 1', nothing),
  says('JSON.SET doc $.a.y 1', nothing),
  refuses('JSON.SET doc $..x 1', 'Err wrong static path'),
  refuses('JSON.SET doc $.nested.c[7] 1', 'ERR array index out of range'),
  ok("JSON.SET doc $.nested.c[-1] '{}'"),
  says('JSON.GET doc $.nested.c', bulk('[[true,{}]]')),
  says('JSON.SET doc $.a 1 NX', nothing),
  says('JSON.SET doc $.new 1 XX', nothing),
  ok('JSON.SET doc $.new 1 NX'),
  ok('JSON.SET doc $.new 2 XX'),
  says('JSON.SET doc $ 1 nx', nothing),
  says('JSON.SET none $ 1 XX', nothing),
  ok('JSON.SET doc $.new 3 FORMAT JSON'),
  refuses('JSON.SET doc $.new 3 FORMAT XML', 'ERR wrong format'),
  refuses('JSON.SET doc $.new 3 NX XX', 'ERR syntax error'),
  refuses('JSON.SET doc $.new 3 BOGUS', 'ERR syntax error'),
  ...['BF16', 'FP32', 'FP64'].flatMap((type) => [
    ok(`JSON.SET vector $ '[0.5]' FPHA ${type}`),
    says('JSON.GET vector', bulk('[0.5]')),
  ]),
  ok("JSON.SET vector $ '[0.1,2]' FPHA FP16"),
  says('JSON.GET vector', bulk('[0.0999755859375,2.0]')),
  refuses("JSON.SET vector $ '[0.5,1e6]' FPHA FP16", 'ERR value out of range for FP16'),
  refuses("JSON.SET vector $ '[0.5]' FPHA FP8", 'ERR invalid FPHA type'),
  refuses('JSON.SET none .a 1', 'ERR new objects must be created at the root'),
  refuses("JSON.SET doc $ '{'", 'EOF while parsing an object at line 1 column 1'),
  refuses("JSON.SET doc $ 'nope'", 'expected ident at line 1 column 2'),
  refuses('JSON.SET doc $ "\\"\\xff\\""', "Couldn't parse as UTF-8 string"),
  refuses(
    'JSON.GET doc $.a[',
    `Error occurred on position 4, "$.a[ <<<<----", expected one of the following: '*', '<number>[,<number>,...]', ['start:end:steps'], '<string>[,<string>,...]', '?'.`,
  ),
  says('HSET hash f v', ':1\r\n'),
  refuses('JSON.GET hash', wrongKey),
  refuses('JSON.SET hash $ 1', wrongKey),
  says('JSON.MGET doc none hash vector $.a', array(bulk('[4.2]'), nothing, nothing, bulk('[]'))),
  says('JSON.MGET doc none .a', array(bulk('4.2'), nothing)),
  says('JSON.MGET vector .a', array(nothing)),
  says('TYPE doc', '+ReJSON-RL\r\n'),
  says('OBJECT ENCODING doc', bulk('raw')),
  says('GET doc', '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n'),
]);

const typed = script(
  'JSON.GET FORMAT answers types',
  [
    ok(`JSON.SET doc $ '{"a":[1,2.5,true,null,"x",{"b":"c"}]}'`),
    says(
      'JSON.GET doc FORMAT EXPAND $.a',
      '*1\r\n*1\r\n*6\r\n:1\r\n,2.5\r\n#t\r\n_\r\n$1\r\nx\r\n%1\r\n$1\r\nb\r\n$1\r\nc\r\n',
    ),
    says('JSON.GET doc FORMAT EXPAND1 $.a[0] $.a[5] $.none', '*3\r\n*1\r\n:1\r\n*1\r\n$9\r\n{"b":"c"}\r\n*0\r\n'),
    says('JSON.GET doc FORMAT STRING $.a[0]', bulk('[1]')),
    refuses('JSON.GET doc FORMAT BOGUS $.a', 'ERR wrong reply format'),
    says('JSON.ARRPOP doc FORMAT EXPAND $.a', '*1\r\n%1\r\n$1\r\nb\r\n$1\r\nc\r\n'),
    says('JSON.ARRPOP doc FORMAT EXPAND1 $.a -1', '*1\r\n$3\r\n"x"\r\n'),
    says('JSON.ARRPOP doc FORMAT STRINGS $.a -1', array(bulk('null'))),
    refuses('JSON.ARRPOP doc FORMAT EXPAND .a', 'Legacy paths are supported only with FORMAT STRINGS'),
    refuses('JSON.ARRPOP doc FORMAT STRING $.a', 'ERR wrong reply format'),
  ],
  { protocols: [3] },
);

const typedInResp2 = script(
  'FORMAT of JSON commands needs RESP3',
  [
    ok("JSON.SET doc $ '[1]'"),
    ...[
      ...['STRING', 'EXPAND1', 'EXPAND'].map((format) => `JSON.GET doc FORMAT ${format} $`),
      ...['STRINGS', 'EXPAND1', 'EXPAND'].map((format) => `JSON.ARRPOP doc FORMAT ${format} $`),
    ].map((line) => refuses(line, 'ERR FORMAT argument is not supported on RESP2')),
    says('JSON.ARRPOP doc FORMAT', `-${noArray}\r\n`),
  ],
  { protocols: [2] },
);

const msetAndMerge = inBoth('JSON.MSET and JSON.MERGE', (nothing) => [
  ok(`JSON.MSET a $ '{"n":1}' b $ '[1,2]'`),
  ok('JSON.MSET a $.n 2 b $[0] 3 a $.m 4'),
  says('JSON.GET a', bulk('{"n":2,"m":4}')),
  says('JSON.GET b', bulk('[3,2]')),
  says('JSON.MSET a $.x.y 1 b $[1] 5', nothing),
  says('JSON.GET b', bulk('[3,5]')),
  refuses('JSON.MSET a $.n 9 none $.a 1', 'ERR new objects must be created at the root'),
  refuses('JSON.MSET a $.n 9 b $[7] 1', 'ERR array index out of range'),
  refuses('JSON.MSET a $.n 9 b $[0] nope', 'expected ident at line 1 column 2'),
  says('JSON.GET a $.n', bulk('[2]')),
  refuses('JSON.MSET a $.n 9 b $', "ERR wrong number of arguments for 'json.mset' command"),
  ok(`JSON.MERGE a $ '{"n":null,"o":{"p":1,"q":null}}'`),
  says('JSON.GET a', bulk('{"m":4,"o":{"p":1}}')),
  ok(`JSON.MERGE a $.o '{"p":{"r":2}}'`),
  ok('JSON.MERGE a $.fresh \'{"x":null}\''),
  says('JSON.GET a', bulk('{"m":4,"o":{"p":{"r":2}},"fresh":{"x":null}}')),
  says('JSON.MERGE a $.no.way 1', nothing),
  ok('JSON.MERGE a $.m null'),
  ok(`JSON.MERGE new $ '{"k":null}'`),
  says('JSON.GET new', bulk('{"k":null}')),
  refuses('JSON.MERGE none $.a 1', 'ERR new objects must be created at the root'),
  refuses('JSON.MERGE a $.o 1 BOGUS', 'ERR syntax error'),
]);

const deleting = inBoth('JSON.DEL, JSON.FORGET and JSON.CLEAR', (nothing) => [
  ok(`JSON.SET doc $ '{"a":{"a":2,"b":3},"b":["a","b"],"nested":{"b":[true,"a","b"]}}'`),
  says('JSON.DEL doc $..a', ':1\r\n'),
  says('JSON.GET doc', bulk('{"b":["a","b"],"nested":{"b":[true,"a","b"]}}')),
  says('JSON.FORGET doc $..b[0,1]', ':4\r\n'),
  says('JSON.GET doc', bulk('{"b":[],"nested":{"b":["b"]}}')),
  says('JSON.DEL doc $.none', ':0\r\n'),
  says('JSON.DEL none $.a', ':0\r\n'),
  says('JSON.DEL doc $.*', ':2\r\n'),
  says('EXISTS doc', ':0\r\n'),
  ok("JSON.SET doc $ '[[1],[1,2,3]]'"),
  says('JSON.DEL doc $..[0]', ':2\r\n'),
  says('JSON.GET doc', bulk('[[2,3]]')),
  says('JSON.FORGET doc', ':1\r\n'),
  says('JSON.GET doc', nothing),
  ok(`JSON.SET doc $ '{"n":42,"f":1.5,"s":"42","o":{"a":1},"l":[1],"t":true,"z":0}'`),
  says('JSON.CLEAR doc $.*', ':4\r\n'),
  says('JSON.GET doc', bulk('{"n":0,"f":0,"s":"42","o":{},"l":[],"t":true,"z":0}')),
  says('JSON.CLEAR doc $.*', ':0\r\n'),
  says('JSON.CLEAR doc', ':1\r\n'),
  says('JSON.GET doc', bulk('{}')),
  refuses('JSON.CLEAR none $', noKey),
  refuses('JSON.CLEAR doc $ $', "ERR wrong number of arguments for 'json.clear' command"),
  says('HSET hash f v', ':1\r\n'),
  refuses('JSON.DEL hash', wrongKey),
]);

const numbers = script(
  'JSON.NUMINCRBY, JSON.NUMMULTBY and JSON.NUMPOWBY answer JSON in RESP2',
  [
    ok(`JSON.SET doc $ '{"a":"b","b":[{"a":2},{"a":5.0},{"a":"c"}]}'`),
    says('JSON.NUMINCRBY doc $..a 2', bulk('[null,4,7.0,null]')),
    says('JSON.NUMINCRBY doc $..a 2.5', bulk('[null,6.5,9.5,null]')),
    says('JSON.NUMMULTBY doc $.b[1].a 2', bulk('[19.0]')),
    says('JSON.NUMPOWBY doc $.b[1].a 2', bulk('[361.0]')),
    says('JSON.NUMINCRBY doc $.b[2].a 2', bulk('[null]')),
    says('JSON.NUMINCRBY doc $.none 2', bulk('[]')),
    ok('JSON.SET doc $.b[0].a 2'),
    says('JSON.NUMINCRBY doc .b[0].a 3', bulk('5')),
    says('JSON.NUMMULTBY doc .b[0].a 3', bulk('15')),
    says('JSON.NUMPOWBY doc .b[0].a 2', bulk('225')),
    says('JSON.NUMPOWBY doc .b[0].a 0', bulk('1')),
    says('JSON.NUMPOWBY doc .b[0].a -1', bulk('1.0')),
    refuses('JSON.NUMINCRBY doc .a 1', 'ERR Path does not exist or does not contains a number'),
    refuses('JSON.NUMINCRBY doc .none 1', 'ERR Path does not exist or does not contains a number'),
    refuses('JSON.NUMINCRBY none $.a 1', noKey),
    refuses('JSON.NUMINCRBY doc $.b[0].a x', 'expected value at line 1 column 1'),
    refuses('JSON.NUMINCRBY doc $.b[0].a \'"1"\'', 'ERR bad input number'),
    ok('JSON.SET big $ 9223372036854775807'),
    refuses('JSON.NUMINCRBY big $ 1', 'ERR numeric overflow'),
    says('JSON.NUMINCRBY big $ -1', bulk('[9223372036854775806]')),
    refuses('JSON.NUMPOWBY big $ 2', 'ERR numeric overflow'),
    ok('JSON.SET big $ 1.6e308'),
    refuses('JSON.NUMMULTBY big $ 2', 'ERR result is not a number'),
    says('JSON.GET big', bulk('1.6e308')),
  ],
  { protocols: [2] },
);

const numbersInResp3 = script(
  'JSON.NUMINCRBY and its kin answer numbers in RESP3',
  [
    ok(`JSON.SET doc $ '{"a1":{"c":1},"a2":{"c":2.2},"a3":{"c":"val"}}'`),
    says('JSON.NUMINCRBY doc $.a1.c 1', '*1\r\n:2\r\n'),
    says('JSON.NUMINCRBY doc $..c 2', '*3\r\n:4\r\n,4.2000000000000002\r\n_\r\n'),
    says('JSON.NUMMULTBY doc $..c 0.5', '*3\r\n,2\r\n,2.1000000000000001\r\n_\r\n'),
    says('JSON.NUMINCRBY doc .a1.c 1', '*1\r\n,3\r\n'),
    says('JSON.NUMINCRBY doc .none 1', '*0\r\n'),
  ],
  { protocols: [3] },
);

const strings = inBoth('JSON.STRAPPEND, JSON.STRLEN and JSON.TOGGLE', (nothing) => [
  ok(`JSON.SET doc $ '{"a":"foo","n1":{"a":"hello"},"n2":{"a":31},"t":true,"f":[false]}'`),
  says(`JSON.STRAPPEND doc $..a '"bar"'`, integers(nothing, 6, 8, null)),
  says(`JSON.STRAPPEND doc .*.a '"z"'`, ':9\r\n'),
  says('JSON.STRLEN doc $..a', integers(nothing, 6, 9, null)),
  says('JSON.STRLEN doc .a', ':6\r\n'),
  says('JSON.GET doc $..a', bulk('["foobar","hellobarz",31]')),
  refuses('JSON.STRLEN doc .t', 'WRONGTYPE wrong type of path value - expected string'),
  refuses('JSON.STRLEN doc .none', noPath),
  says('JSON.STRLEN none .a', nothing),
  refuses('JSON.STRLEN none $.a', noKey),
  refuses(`JSON.STRAPPEND doc .t '"x"'`, 'ERR Path does not exist or not a string'),
  refuses('JSON.STRAPPEND doc .a 1', 'WRONGTYPE wrong type of path value - expected string'),
  refuses(`JSON.STRAPPEND none .a '"x"'`, noKey),
  ok(`JSON.SET text $ '"ab"'`),
  says(`JSON.STRAPPEND text '"\\u00e4"'`, ':4\r\n'),
  says('JSON.STRLEN text', ':4\r\n'),
  says('JSON.TOGGLE doc $..*', integers(nothing, null, null, null, 0, null, null, null, 1)),
  says('JSON.TOGGLE doc .t', bulk('true')),
  says('JSON.TOGGLE doc .f[0]', bulk('false')),
  refuses('JSON.TOGGLE doc .a', 'ERR Path does not exist or not a bool'),
  refuses('JSON.TOGGLE none $.t', noKey),
]);

const arrays = inBoth('JSON.ARR commands', (nothing) => [
  ok(`JSON.SET doc $ '{"a":["foo"],"n1":{"a":["hello",null,"world"]},"n2":{"a":31}}'`),
  says(`JSON.ARRAPPEND doc $..a '"bar"' 2`, integers(nothing, 3, 5, null)),
  says('JSON.ARRLEN doc $..a', integers(nothing, 3, 5, null)),
  says('JSON.ARRLEN doc .a', ':3\r\n'),
  says(`JSON.ARRINSERT doc $..a 1 '[]'`, integers(nothing, 4, 6, null)),
  says('JSON.ARRINSERT doc .a -1 7 8', ':6\r\n'),
  says('JSON.GET doc .a', bulk('["foo",[],"bar",7,8,2]')),
  refuses('JSON.ARRINSERT doc $..a 7 1', 'ERR index out of bounds'),
  refuses('JSON.ARRINSERT doc $.a -7 1', 'ERR index out of bounds'),
  refuses('JSON.ARRINSERT doc $.a x 1', "Couldn't parse as integer"),
  says('JSON.GET doc $..a', bulk('[["foo",[],"bar",7,8,2],["hello",[],null,"world","bar",2],31]')),
  says(`JSON.ARRINDEX doc $..a 2`, integers(nothing, 5, 5, null)),
  says(`JSON.ARRINDEX doc .a '"bar"'`, ':2\r\n'),
  says(`JSON.ARRINDEX doc .a '[]'`, ':1\r\n'),
  says('JSON.ARRINDEX doc .a 7 4', ':-1\r\n'),
  says('JSON.ARRINDEX doc .a 8 -2 -1', ':4\r\n'),
  says('JSON.ARRINDEX doc .a 8 0 4', ':-1\r\n'),
  says('JSON.ARRINDEX doc .a 8 0 0', ':4\r\n'),
  says('JSON.ARRINDEX doc .a 8.0', ':-1\r\n'),
  refuses('JSON.ARRINDEX doc .n1 8', 'WRONGTYPE wrong type of path value - expected array'),
  refuses('JSON.ARRINDEX doc .none 8', noPath),
  refuses('JSON.ARRINDEX none $.a 8', noPath),
  refuses('JSON.ARRINDEX doc .a 8 0 0 0', "ERR wrong number of arguments for 'json.arrindex' command"),
  says('JSON.ARRPOP doc $..a 1', array(bulk('[]'), bulk('[]'), nothing)),
  says('JSON.ARRPOP doc .a', bulk('2')),
  says('JSON.ARRPOP doc .a -99', bulk('"foo"')),
  says('JSON.ARRPOP doc .a 99', bulk('8')),
  says('JSON.ARRPOP doc .a x', bulk('7')),
  says('JSON.ARRPOP doc .a', bulk('"bar"')),
  says('JSON.ARRPOP doc .a', nothing),
  says('JSON.ARRPOP doc $.a', array(nothing)),
  says('JSON.ARRTRIM doc $..a 1 2', integers(nothing, 0, 2, null)),
  says('JSON.GET doc $..a', bulk('[[],[null,"world"],31]')),
  says('JSON.ARRTRIM doc .n1.a -1 -1', ':1\r\n'),
  says('JSON.ARRTRIM doc .n1.a 5 9', ':0\r\n'),
  refuses('JSON.ARRTRIM doc .n2.a 0 1', noArray),
  refuses('JSON.ARRAPPEND doc .n2.a 1', noArray),
  refuses('JSON.ARRAPPEND doc .none 1', noArray),
  refuses('JSON.ARRPOP doc .n2', noArray),
  refuses('JSON.ARRLEN doc .n2', noArray),
  refuses('JSON.ARRLEN doc .none', noPath),
  says('JSON.ARRLEN none .a', nothing),
  ...['JSON.ARRLEN none $.a', 'JSON.ARRAPPEND none $ 1', 'JSON.ARRINSERT none $ 0 1', 'JSON.ARRPOP none'].map((line) =>
    refuses(line, noKey),
  ),
  refuses('JSON.ARRTRIM none $ 0 1', noKey),
]);

const objects = inBoth('JSON.OBJKEYS, JSON.OBJLEN and JSON.RESP', (nothing) => [
  ok(`JSON.SET doc $ '{"n1":{"a":{"foo":10,"bar":20}},"a":["foo"],"n2":{"a":{"baz":true}}}'`),
  says('JSON.OBJKEYS doc $..a', array(nothing, array(bulk('foo'), bulk('bar')), array(bulk('baz')))),
  says('JSON.OBJKEYS doc .*.a', array(bulk('foo'), bulk('bar'))),
  says('JSON.OBJKEYS doc', array(bulk('n1'), bulk('a'), bulk('n2'))),
  says('JSON.OBJKEYS doc .none', nothing),
  says('JSON.OBJKEYS none .a', nothing),
  says('JSON.OBJKEYS doc $.none', '*0\r\n'),
  refuses('JSON.OBJKEYS doc .a', 'ERR Path does not exist or not an object'),
  refuses('JSON.OBJKEYS none $.a', noKey),
  says('JSON.OBJLEN doc $..a', integers(nothing, null, 2, 1)),
  says('JSON.OBJLEN doc .n1.a', ':2\r\n'),
  says('JSON.OBJLEN doc', ':3\r\n'),
  says('JSON.OBJLEN doc .none', nothing),
  says('JSON.OBJLEN none', nothing),
  refuses('JSON.OBJLEN doc .a', 'WRONGTYPE wrong type of path value - expected object'),
  refuses('JSON.OBJLEN none $.a', 'ERR Path does not exist or not an object'),
  says(
    'JSON.RESP doc .n1',
    array('+{\r\n', bulk('a'), array('+{\r\n', bulk('foo'), integer(10), bulk('bar'), integer(20))),
  ),
  says('JSON.RESP doc $..a[0]', array(bulk('foo'))),
  says('JSON.RESP doc $.n2.a.baz', array('+true\r\n')),
  says('JSON.RESP doc .a', array('+[\r\n', bulk('foo'))),
  says('JSON.RESP none', nothing),
  refuses('JSON.RESP doc .none', noPath),
  says('JSON.DEBUG MEMORY doc $.n2.a.baz', '*1\r\n:1\r\n'),
  says('JSON.DEBUG FIELDS doc', ':9\r\n'),
  says('JSON.DEBUG FIELDS doc $.a', '*1\r\n:1\r\n'),
  says('JSON.DEBUG MEMORY none', ':0\r\n'),
  says('JSON.DEBUG MEMORY none $', '*0\r\n'),
  says(
    'JSON.DEBUG HELP',
    array(
      bulk('MEMORY <key> [path] - reports memory usage'),
      bulk('FIELDS <key> [path] - reports the number of fields'),
      bulk('HELP                - this message'),
    ),
  ),
  refuses('JSON.DEBUG BOGUS doc', 'ERR unknown subcommand - try `JSON.DEBUG HELP`'),
  refuses('JSON.DEBUG MEMORY', "ERR wrong number of arguments for 'json.debug' command"),
]);

const types = script(
  'JSON.TYPE',
  [
    ok(`JSON.SET doc $ '{"a":[{},[],"s",1,1.5,true,null,18446744073709551615]}'`),
    says(
      'JSON.TYPE doc $.a[*]',
      array(...['object', 'array', 'string', 'integer', 'number', 'boolean', 'null', 'integer'].map(bulk)),
    ),
    says('JSON.TYPE doc .a', bulk('array')),
    says('JSON.TYPE doc', bulk('object')),
    says('JSON.TYPE doc .none', nil),
    says('JSON.TYPE doc $.none', '*0\r\n'),
    says('JSON.TYPE none $.a', nil),
  ],
  { protocols: [2] },
);

const typesInResp3 = script(
  'JSON.TYPE in RESP3 puts its answer into an array',
  [
    ok(`JSON.SET doc $ '{"a":[1.2,2]}'`),
    says('JSON.TYPE doc $.a[*]', array(array(bulk('number'), bulk('integer')))),
    says('JSON.TYPE doc .a', array(bulk('array'))),
    says('JSON.TYPE doc $.none', array('*0\r\n')),
    says('JSON.TYPE none $.a', array(null3)),
  ],
  { protocols: [3] },
);

export const jsonExtensionScripts: readonly Script[] = [
  ...setAndGet,
  typed,
  typedInResp2,
  ...msetAndMerge,
  ...deleting,
  numbers,
  numbersInResp3,
  ...strings,
  ...arrays,
  ...objects,
  types,
  typesInResp3,
];
