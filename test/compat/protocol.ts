/** Compat scripts of the wire itself: framing, inline commands, protocol errors and their exact texts. */
import { on, raw, type Script, script } from './script.js';

const frames = script('one command, several in one packet, and empty ones', [
  raw('*1\r\n$4\r\nPING\r\n'),
  raw('*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nECHO\r\n$2\r\nhi\r\n*1\r\n$4\r\nPING\r\n', { replies: 3 }),
  raw(`${'*1\r\n$4\r\nPING\r\n'.repeat(5000)}`, { replies: 5000 }),
  raw('*0\r\n*1\r\n$4\r\nPING\r\n'),
  raw('*-1\r\n*1\r\n$4\r\nPING\r\n'),
  raw('*-10\r\nPING\r\n'),
  raw('*1\r\n$0\r\n\r\n'),
  raw('*2\r\n$4\r\nECHO\r\n$0\r\n\r\n'),
  raw('*3\r\n$3\r\nSET\r\n$1\r\n\0\r\n$4\r\n\r\n\xff\0\r\n'),
  raw('*2\r\n$3\r\nGET\r\n$1\r\n\0\r\n'),
  raw('*2\r\n$4\r\nECHO\r\n$002\r\nhi\r\n', { closes: true }),
  on('b', raw('*01\r\n$4\r\nPING\r\n', { closes: true })),
]);

const bodies = [
  '*3\r\n$3\r\nSET\r\n$3\r\nk\r\n\r\n$5\r\nva\0\r\n\r\n*2\r\n$3\r\nGET\r\n$3\r\nk\r\n\r\n',
  'SET k "a b\\x00"\r\nGET k\r\n',
  '*0\r\n*-1\r\n\r\n*1\r\n$4\r\nPING\r\nPING\r\n',
];

/** The body cut in two at every byte, and sent byte by byte. */
const cuts = bodies.map((body, index) =>
  script(`a packet may end at any byte (${['RESP', 'inline', 'mixed'][index]})`, [
    ...Array.from({ length: body.length - 1 }, (_, cut) =>
      raw([body.slice(0, cut + 1), body.slice(cut + 1)], { replies: 2 }),
    ),
    raw([...body], { replies: 2 }),
  ]),
);

const inline = script('inline commands: quotes, escapes, white space', [
  raw('PING\r\n'),
  raw('PING\n'),
  raw('ping hello\r\n'),
  raw('  PING  \r\n'),
  raw('\tPING\t x \r\n'),
  raw('\r\n\r\nPING\r\n'),
  raw('\n\nPING\n'),
  raw('   \r\nPING\r\n'),
  raw('ECHO "a b"\r\n'),
  raw("ECHO 'a b'\r\n"),
  raw('ECHO "\\x41\\n\\r\\t\\b\\a\\\\\\"q"\r\n'),
  raw("ECHO 'it\\'s \\n \"'\r\n"),
  raw('ECHO "\\xzz\\q"\r\n'),
  raw('ECHO "\\xFf\\x0"\r\n'),
  raw('ECHO ""\r\n'),
  raw("ECHO ''\r\n"),
  raw('ECHO a"b\r\nPING\r\n', { closes: true }),
  ...['ECHO "a\r\n', "ECHO 'a\r\n", 'ECHO "a"b\r\n', "ECHO 'a'b\r\n", 'ECHO "a\\"\r\n', '"\r\n'].map((line, index) =>
    on(`unbalanced${index}`, raw(`${line}PING\r\n`, { closes: true })),
  ),
  on('b', raw('ECHO \xff\xfe\r\n')),
  on('b', raw('SET k v\r\nGET k\r\nBOGUS x\r\nGET\r\n', { replies: 4 })),
  on('b', raw('ECHO a\rb\r\n')),
  on('b', raw('ECHO a\r\r\n')),
  on('b', raw('PING\r\n*1\r\n$4\r\nPING\r\nPING x\n', { replies: 3 })),
  on('b', raw('ECHO "tab\there" \r\n')),
  on('b', raw('$4\r\n')),
  on('b', raw(':1\r\n')),
  on('b', raw('+PING\r\n')),
  on('b', raw('GET / HTTP/1.1\r\n')),
  on('b', raw(`ECHO ${'x'.repeat(60_000)}\r\n`)),
]);

const errors: readonly (readonly [string, string])[] = [
  ['a count that is not a number', '*x\r\n'],
  ['an empty count', '*\r\n'],
  ['a count with a fraction', '*1.5\r\n'],
  ['a count with a space', '* 1\r\n$4\r\nPING\r\n'],
  ['a count with a plus', '*+1\r\n$4\r\nPING\r\n'],
  ['a count above 2^31', '*2147483648\r\n'],
  ['a word after a count of 2^20 + 1', '*1048577\r\nx\r\n'],
  ['a word after a count of 2^31 - 1', '*2147483647\r\nx\r\n'],
  ['a count above 2^63', '*9223372036854775808\r\n'],
  ['a count of a thousand digits', `*${'1'.repeat(1000)}\r\n`],
  ['an integer where a bulk belongs', '*1\r\n:1\r\n'],
  ['a status where a bulk belongs', '*1\r\n+PING\r\n'],
  ['a word where a bulk belongs', '*1\r\nPING\r\n'],
  ['a CR where a bulk belongs', '*1\r\n\r\n'],
  ['an array where a bulk belongs', '*1\r\n*1\r\n$4\r\nPING\r\n'],
  ['a bulk length that is not a number', '*1\r\n$x\r\n'],
  ['an empty bulk length', '*1\r\n$\r\n'],
  ['a bulk length of -1', '*1\r\n$-1\r\n'],
  ['a bulk length of -2', '*1\r\n$-2\r\n'],
  ['a bulk length above the limit', '*1\r\n$536870913\r\n'],
  ['a bulk of 600 MB', '*1\r\n$629145600\r\n'],
  ['a bulk length above 2^63', '*1\r\n$9223372036854775808\r\n'],
  ['a bulk length of a thousand digits', `*1\r\n$${'1'.repeat(1000)}\r\n`],
  ['an error in the second argument', '*2\r\n$4\r\nECHO\r\n$zz\r\n'],
  ['a good command before the bad one', 'PING\r\n*1\r\n$4\r\nPING\r\n*1\r\n!4\r\n'],
  ['a good command after the bad one', '*1\r\n$x\r\nPING\r\n'],
  ['a count of 70,000 bytes without an end', `*${'1'.repeat(70_000)}`],
  ['a bulk length of 70,000 bytes without an end', `*1\r\n$${'1'.repeat(70_000)}`],
  ['an inline command of 70,000 bytes without an end', 'x'.repeat(70_000)],
];

const protocolErrors = errors.map(([what, bytes]) =>
  script(`${what} is answered by an error and the end of the connection`, [
    raw(bytes, { closes: true }),
    on('b', 'PING'),
  ]),
);

const laxity = script('what follows a bulk is skipped, whatever it is', [
  raw('*1\r\n$4\r\nPINGxx'),
  raw('*2\r\n$4\r\nECHO\n\n$2\r\nhi\r\n'),
  raw('*1\rx$4\ryPING\r\n'),
  raw('*1\r\n$4\r\nPING\r\n'),
]);

const limits = script(
  'many arguments and long ones, up to the limits of a connection that has not proved itself and beyond',
  [
    raw(`*1001\r\n$3\r\nDEL\r\n${'$1\r\nk\r\n'.repeat(1000)}`),
    raw(`*20001\r\n$5\r\nMGET \r\n${'$1\r\nk\r\n'.repeat(20_000)}`),
    raw(`*20001\r\n$4\r\nMGET\r\n${'$1\r\nk\r\n'.repeat(20_000)}`),
    raw(`*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$3000000\r\n${'v'.repeat(3_000_000)}\r\n`),
    raw('*2\r\n$6\r\nSTRLEN\r\n$1\r\nk\r\n'),
    'CONFIG SET proto-max-bulk-len 1mb',
    raw(`*2\r\n$4\r\nECHO\r\n$1048576\r\n${'v'.repeat(1_048_576)}\r\n`),
    raw('*2\r\n$4\r\nECHO\r\n$1048577\r\n', { closes: true }),
  ],
  { restores: ['CONFIG SET proto-max-bulk-len 512mb'] },
);

const unauthenticated: readonly (readonly [string, string])[] = [
  ['eleven arguments', '*11\r\n'],
  ['a bulk of 16,385 bytes', '*2\r\n$4\r\nAUTH\r\n$16385\r\n'],
];

const beforeAuth = unauthenticated.map(([what, bytes]) =>
  script(
    `before AUTH, ${what} are refused`,
    [
      on('b', 'PING'),
      on('c', 'PING'),
      'CONFIG SET requirepass secret',
      on('b', 'RESET'),
      on('b', raw(`*10\r\n$4\r\nAUTH\r\n${'$1\r\nx\r\n'.repeat(9)}`)),
      on('b', raw(bytes, { closes: true })),
      on(
        'c',
        raw(
          bytes.startsWith('*11')
            ? `*11\r\n$3\r\nDEL\r\n${'$1\r\nx\r\n'.repeat(10)}`
            : `*2\r\n$4\r\nECHO\r\n$16385\r\n${'x'.repeat(16_385)}\r\n`,
        ),
      ),
    ],
    { restores: ['CONFIG SET requirepass ""'] },
  ),
);

export const protocolScripts: readonly Script[] = [
  frames,
  ...cuts,
  inline,
  ...protocolErrors,
  laxity,
  limits,
  ...beforeAuth,
];
