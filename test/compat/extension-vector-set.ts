/** Vector sets, which came with Redis 8: Nearkey must answer exactly what is written here. */
import { answering } from './looseness.js';
import { loosely, type Protocol, type Script, type Step, script } from './script.js';

const later = 'vector sets came with Redis 8';
const says = (line: string, reply: string): Step => loosely(line, answering(reply, later));
const refuses = (line: string, error: string): Step => says(line, `-${error}\r\n`);
const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`;
const array = (...elements: readonly string[]): string => `*${elements.length}\r\n${elements.join('')}`;
const wrongType = 'WRONGTYPE Operation against a key holding the wrong kind of value';

/** How a protocol spells what it spells in its own way. */
interface Spelling {
  readonly nil: string;
  readonly nilArray: string;
  readonly yes: string;
  readonly no: string;
  readonly double: (text: string) => string;
  readonly map: (...pairs: readonly string[]) => string;
}

const spellings: readonly (readonly [Protocol, Spelling])[] = [
  [2, { nil: '$-1\r\n', nilArray: '*-1\r\n', yes: ':1\r\n', no: ':0\r\n', double: bulk, map: array }],
  [
    3,
    {
      nil: '_\r\n',
      nilArray: '_\r\n',
      yes: '#t\r\n',
      no: '#f\r\n',
      double: (text) => `,${text}\r\n`,
      map: (...pairs) => `%${pairs.length / 2}\r\n${pairs.join('')}`,
    },
  ],
];

function inBoth(name: string, lines: (spelling: Spelling) => readonly Step[]): Script[] {
  return spellings.map(([protocol, spelling]) =>
    script(`${name} (RESP${protocol})`, lines(spelling), { protocols: [protocol] }),
  );
}

const adding = inBoth('VADD, VREM, VCARD, VDIM and VISMEMBER', ({ yes, no }) => [
  says('VADD k VALUES 2 1 0 a', yes),
  says('VADD k FP32 "\\x00\\x00\\x00\\x00\\x00\\x00\\x80\\x3f" b CAS EF 100 M 16', yes),
  says('VADD k VALUES 2 0 2 b Q8', no),
  says('VADD k VALUES 2 1 1 c SETATTR \'{"x":1}\'', yes),
  says('VCARD k', ':3\r\n'),
  says('VDIM k', ':2\r\n'),
  says('VISMEMBER k a', yes),
  says('VISMEMBER k none', no),
  says('VISMEMBER none a', no),
  says('TYPE k', '+vectorset\r\n'),
  says('OBJECT ENCODING k', bulk('raw')),
  says('VREM k none', no),
  says('VREM none a', no),
  says('VREM k a', yes),
  says('VREM k b', yes),
  says('VREM k c', yes),
  says('EXISTS k', ':0\r\n'),
  says('VCARD k', ':0\r\n'),
  refuses('VDIM k', 'ERR key does not exist'),
  says('VADD f VALUES 2 1 0 a NOQUANT', yes),
  says('VADD bits VALUES 2 1 0 b BIN', yes),
  refuses('VADD f VALUES 2 1 0 b', 'ERR asked quantization mismatch with existing vector set'),
  refuses('VADD f VALUES 2 1 0 b NOQUANT M 8', 'ERR asked M value mismatch with existing vector set'),
  refuses('VADD f VALUES 3 1 0 0 b NOQUANT', 'ERR Vector dimension mismatch - got 3 but set has 2'),
  refuses('VADD f REDUCE 2 VALUES 2 1 0 b NOQUANT', 'ERR cannot add projection to existing set without projection'),
  says('VADD r REDUCE 2 VALUES 4 1 2 3 4 a', yes),
  says('VDIM r', ':2\r\n'),
  refuses(
    'VADD r REDUCE 2 VALUES 3 1 2 3 b',
    'ERR Input dimension mismatch for projection - got 3 but projection expects 4',
  ),
  refuses('VADD r VALUES 4 1 2 3 4 b', 'ERR Vector dimension mismatch - got 4 but set has 2'),
  refuses('VADD f REDUCE 0 VALUES 2 1 0 b', 'ERR invalid vector specification'),
  refuses('VADD f VALUES 2 1 x b', 'ERR invalid vector specification'),
  refuses('VADD f FP32 abc b', 'ERR invalid vector specification'),
  refuses('VADD f VALUES 2 1 0 b BOGUS', 'ERR invalid option after element'),
  refuses('VADD f VALUES 2 1 0 b EF 0', 'ERR invalid EF'),
  refuses('VADD f VALUES 2 1 0 b M 1', 'ERR invalid M'),
  refuses('VADD f VALUES 2 1 0', "ERR wrong number of arguments for 'vadd' command"),
  says('SET s v', '+OK\r\n'),
  refuses('VADD s VALUES 2 1 0 b', wrongType),
  refuses('VCARD s', wrongType),
]);

const searching = inBoth('VSIM', ({ yes, nil, double, map }) => [
  says('VADD k VALUES 2 1 0 a', yes),
  says('VADD k VALUES 2 0 1 b SETATTR \'{"n":1}\'', yes),
  says('VADD k VALUES 2 -1 0 c SETATTR \'{"n":2}\'', yes),
  says('VSIM k ELE a', array(bulk('a'), bulk('b'), bulk('c'))),
  says('VSIM k VALUES 2 2 0 COUNT 1', array(bulk('a'))),
  says('VSIM k FP32 "\\x00\\x00\\x00\\x00\\x00\\x00\\x80\\x3f" COUNT 1 TRUTH NOTHREAD', array(bulk('b'))),
  says('VSIM k ELE a WITHSCORES', map(bulk('a'), double('1'), bulk('b'), double('0.5'), bulk('c'), double('0'))),
  says('VSIM k ELE a WITHATTRIBS COUNT 2', map(bulk('a'), nil, bulk('b'), bulk('{"n":1}'))),
  says('VSIM k ELE a EPSILON 0.5', array(bulk('a'), bulk('b'))),
  says('VSIM k ELE a EF 10 FILTER ".n > 1" FILTER-EF 10', array(bulk('c'))),
  says('VSIM k ELE a FILTER ".none"', array()),
  says('VSIM none ELE a', array()),
  refuses('VSIM k ELE none', 'ERR element not found in set'),
  refuses('VSIM k VALUES 3 1 2 3', 'ERR Vector dimension mismatch - got 3 but set has 2'),
  refuses('VSIM k VALUES 2 1', 'ERR invalid vector specification'),
  refuses('VSIM k ELE a COUNT 0', 'ERR invalid COUNT'),
  refuses('VSIM k ELE a EPSILON 0', 'ERR invalid EPSILON'),
  refuses('VSIM k ELE a EF 0', 'ERR invalid EF'),
  refuses('VSIM k ELE a FILTER-EF 0', 'ERR invalid FILTER-EF'),
  refuses('VSIM k ELE a FILTER ".n >> 1"', 'ERR syntax error in FILTER expression near: > 1'),
  refuses('VSIM k ELE a BOGUS', 'ERR syntax error in VSIM command'),
  says('VADD r REDUCE 2 VALUES 4 1 2 3 4 a', yes),
  says('VSIM r VALUES 4 1 2 3 4', array(bulk('a'))),
  refuses('VSIM r VALUES 3 1 2 3', 'ERR Input dimension mismatch for projection - got 3 but projection expects 4'),
]);

const bothScores = [
  script(
    'VSIM WITHSCORES WITHATTRIBS is flat in RESP2',
    [
      says('VADD k VALUES 2 1 0 a', ':1\r\n'),
      says('VSIM k ELE a WITHSCORES WITHATTRIBS', array(bulk('a'), bulk('1'), '$-1\r\n')),
    ],
    { protocols: [2] },
  ),
  script(
    'VSIM WITHSCORES WITHATTRIBS is a map to pairs in RESP3',
    [
      says('VADD k VALUES 2 1 0 a', '#t\r\n'),
      says('VSIM k ELE a WITHSCORES WITHATTRIBS', '%1\r\n$1\r\na\r\n*2\r\n,1\r\n_\r\n'),
    ],
    { protocols: [3] },
  ),
];

const reading = inBoth('VEMB, VINFO, VLINKS, VSETATTR, VGETATTR, VRANDMEMBER and VRANGE', (spelling) => {
  const { yes, no, nil, nilArray, double, map } = spelling;
  return [
    says('VADD k VALUES 2 3 -4 a NOQUANT', yes),
    says('VEMB k a', array(double('3'), double('-4'))),
    says('VEMB k none', nil),
    says('VEMB none a', nil),
    refuses('VEMB k a BOGUS', 'ERR invalid option'),
    says('VEMB q a RAW', nil),
    says('VADD bits VALUES 2 3 -4 a BIN', yes),
    says('VEMB bits a RAW', array('+bin\r\n', bulk('\x01\0\0\0\0\0\0\0'), double('5'))),
    says('VSETATTR k a \'{"x":1}\'', yes),
    says('VGETATTR k a', bulk('{"x":1}')),
    says('VSETATTR k a ""', yes),
    says('VGETATTR k a', nil),
    says('VGETATTR k none', nil),
    says('VGETATTR none a', nil),
    says('VSETATTR k none 1', no),
    says('VSETATTR none a 1', no),
    says('VADD k VALUES 2 4 3 b NOQUANT', yes),
    says('VLINKS k a', array(array(bulk('b')))),
    says('VLINKS k a WITHSCORES', array(map(bulk('b'), double('0.5')))),
    says('VLINKS k none', nil),
    refuses('VLINKS k a BOGUS', "ERR wrong number of arguments for 'vlinks' command"),
    says('VINFO none', nilArray),
    says('VRANDMEMBER none', nil),
    says('VRANDMEMBER none 3', array()),
    refuses('VRANDMEMBER k x', 'ERR COUNT value is not an integer'),
    says('VREM k b', yes),
    says('VRANDMEMBER k', bulk('a')),
    says('VRANDMEMBER k -2', array(bulk('a'), bulk('a'))),
    says('VADD k VALUES 2 1 0 apple NOQUANT', yes),
    says('VADD k VALUES 2 1 0 apricot NOQUANT', yes),
    says('VRANGE k - +', array(bulk('a'), bulk('apple'), bulk('apricot'))),
    says('VRANGE k [app [apr', array(bulk('apple'))),
    says('VRANGE k (a + 1', array(bulk('apple'))),
    says('VRANGE k [apple (apricot -1', array(bulk('apple'))),
    says('VRANGE k + -', array()),
    says('VRANGE k - + 0', array()),
    says('VRANGE none - +', array()),
    refuses('VRANGE k a b', 'ERR invalid start or end range item'),
  ];
});

export const vectorSetExtensionScripts: readonly Script[] = [...adding, ...searching, ...bothScores, ...reading];
