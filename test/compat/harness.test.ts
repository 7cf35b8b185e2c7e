/**
 * Proves that the harness sees: two unaltered oracles have no difference, and each way of altering a reply is found.
 */
import { type AlteringProxy, startAlteringProxy } from '../support/altering-proxy.js';
import { type RedisOracle, startRedis } from '../support/redis-oracle.js';
import { describeWith } from '../support/requires.js';
import {
  commonEntries,
  fields,
  linesOf,
  mapExcept,
  matching,
  membersOf,
  sameShape,
  sameType,
  unordered,
  within,
} from './looseness.js';
import { runScript } from './run-script.js';
import { encodeLine, eventually, loosely, on, raw, type Script, scan, script, silent, splitLine } from './script.js';

describe('a line of a script', () => {
  test('is divided into words as redis-cli divides it', () => {
    expect(splitLine(String.raw`SET "a \"b\x00\n" 'c \n' d"e <x*3>`)).toEqual([
      'SET',
      'a "b\0\n',
      'c \\n',
      'd"e',
      'xxx',
    ]);
    expect(splitLine('  GET   ""  ')).toEqual(['GET', '']);
    expect(() => splitLine('GET "a')).not.toThrow();
    expect(() => splitLine('GET "a" "b c')).not.toThrow();
    expect(splitLine('KEYS *[a]<b>')).toEqual(['KEYS', '*[a]<b>']);
  });

  test('is sent as an array of bulk strings, one character a byte', () => {
    expect(encodeLine(String.raw`GET "\xff"`)).toEqual(Buffer.from('*2\r\n$3\r\nGET\r\n$1\r\n\xff\r\n', 'latin1'));
  });
});

const reply = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('each looseness', () => {
  test('lets through what it is for and nothing else', () => {
    const reason = 'a test';
    const cases: [{ difference(a: Buffer, b: Buffer): string | null }, string, string, boolean][] = [
      [within(5, reason), ':10\r\n', ':14\r\n', true],
      [within(5, reason), ':10\r\n', ':16\r\n', false],
      [within(5, reason), '$2\r\n10\r\n', ':10\r\n', false],
      [within(5, reason), ':-1\r\n', ':-2\r\n', false],
      [within(5, reason), '$-1\r\n', '$-1\r\n', true],
      [unordered(reason), '*2\r\n:1\r\n:2\r\n', '*2\r\n:2\r\n:1\r\n', true],
      [unordered(reason), '*2\r\n:1\r\n:1\r\n', '*2\r\n:2\r\n:1\r\n', false],
      [unordered(reason), '*2\r\n:1\r\n:2\r\n', '~2\r\n:2\r\n:1\r\n', false],
      [unordered(reason, 'pairs'), '*4\r\n+a\r\n+1\r\n+b\r\n+2\r\n', '*4\r\n+b\r\n+2\r\n+a\r\n+1\r\n', true],
      [unordered(reason, 'pairs'), '*4\r\n+a\r\n+2\r\n+b\r\n+1\r\n', '*4\r\n+b\r\n+2\r\n+a\r\n+1\r\n', false],
      [sameShape(reason), '*1\r\n$1\r\na\r\n', '*1\r\n$2\r\nbb\r\n', true],
      [sameShape(reason), '*1\r\n$1\r\na\r\n', '*1\r\n$-1\r\n', false],
      [sameType(reason), '-ERR a\r\n', '-ERR b\r\n', false],
      [sameType(reason), '+a\r\n', '+b\r\n', true],
      [membersOf(['a', 'b'], reason), '*2\r\n$1\r\na\r\n$1\r\nb\r\n', '*2\r\n$1\r\nb\r\n$1\r\nb\r\n', true],
      [membersOf(['a', 'b'], reason), '*2\r\n$1\r\na\r\n$1\r\nc\r\n', '*2\r\n$1\r\nb\r\n$1\r\nb\r\n', false],
      [matching(/a/, reason), '+a\r\n', '+ba\r\n', true],
      [matching(/a/, reason), '+b\r\n', '+ba\r\n', false],
      [linesOf(reason), '*1\r\n+b\r\n', '*2\r\n+a\r\n+b\r\n', true],
      [linesOf(reason), '*1\r\n+c\r\n', '*2\r\n+a\r\n+b\r\n', false],
      [mapExcept(['v'], reason), '%2\r\n+v\r\n:1\r\n+w\r\n:1\r\n', '%2\r\n+v\r\n:2\r\n+w\r\n:1\r\n', true],
      [mapExcept(['v'], reason), '%2\r\n+v\r\n:1\r\n+w\r\n:1\r\n', '%2\r\n+v\r\n:2\r\n+w\r\n:2\r\n', false],
      [commonEntries([], reason), '*4\r\n+a\r\n+1\r\n+z\r\n+9\r\n', '*2\r\n+a\r\n+1\r\n', true],
      [commonEntries([], reason), '*2\r\n+a\r\n+2\r\n', '*2\r\n+a\r\n+1\r\n', false],
      [fields(['a'], ':', reason), '$5\r\na:1\r\n\r\n', '$6\r\na:22\r\n\r\n', true],
      [fields(['a'], ':', reason), '$5\r\na:x\r\n\r\n', '$6\r\na:22\r\n\r\n', false],
      [fields(['a'], ':', reason), '$5\r\nb:1\r\n\r\n', '$6\r\na:22\r\n\r\n', false],
    ];
    for (const [looseness, ours, theirs, agrees] of cases) {
      const difference = looseness.difference(reply(ours), reply(theirs));
      expect([ours, theirs, difference === null]).toEqual([ours, theirs, agrees]);
    }
  });
});

const everyKind: readonly Script[] = [
  script('plain', ['SET k v', 'GET k']),
  script('loose', ['SET k v EX 100', loosely('TTL k', within(1, 'clocks'))]),
  script('raw', [raw('PING\r\nPING\r\n', { replies: 2 })]),
  script('closing', [raw('*x\r\n', { closes: true })]),
  script('scan', ['MSET a 1 b 2', scan('SCAN <cursor>')]),
  script('another connection', ['SET k v', on('b', 'GET k')]),
  script('silent', [silent('CLIENT REPLY SKIP'), silent('PING'), 'PING']),
];

describeWith('redis-server', 'the compat harness', () => {
  let redis: RedisOracle;
  let other: RedisOracle;

  beforeAll(async () => {
    redis = await startRedis();
    other = await startRedis();
  });

  afterAll(async () => {
    await redis?.stop();
    await other?.stop();
  });

  test('finds no difference between two oracles', async () => {
    for (const example of everyKind) {
      for (const protocol of example.protocols) {
        expect(await runScript(example, protocol, { ours: redis.port, theirs: other.port })).toBeNull();
      }
    }
  });

  /** Replies to what the harness itself asks (`+OK` of FLUSHALL, `+RESET`, HELLO's map) stay as they are. */
  const isOwn = (text: string): boolean => /^\+(OK|RESET)\r\n$|^%7\r\n/.test(text);

  const alterations: Record<string, (text: string) => string> = {
    'a changed byte': (text) => text.replace(/([^\r\n])\r\n$/, (_, last: string) => `${last === '7' ? '8' : '7'}\r\n`),
    'a changed type': (text) => text.replace(/^./, (type) => (type === '+' ? '-' : '+')),
    'an answer too many': (text) => `${text}:1\r\n`,
  };

  for (const [what, alter] of Object.entries(alterations)) {
    test(`finds ${what} in every kind of line`, async () => {
      let proxy: AlteringProxy | null = null;
      try {
        proxy = await startAlteringProxy(redis.port, (chunk) => {
          const text = chunk.toString('latin1');
          return isOwn(text) ? chunk : Buffer.from(alter(text), 'latin1');
        });
        for (const example of everyKind) {
          const difference = await runScript(example, 2, { ours: proxy.port, theirs: other.port });
          expect([example.name, difference === null]).toEqual([example.name, false]);
        }
      } finally {
        await proxy?.stop();
      }
    });
  }

  test('finds a line that one server answers by closing and the other does not', async () => {
    const difference = await runScript(script('quit', [raw('QUIT\r\n'), 'PING']), 2, {
      ours: redis.port,
      theirs: other.port,
    });
    expect(difference).not.toBeNull();
  });

  test('finds an event that does not come', async () => {
    const never = script('never', [eventually('GET none', '$1\r\nv\r\n')]);
    const difference = await runScript(never, 2, { ours: redis.port, theirs: other.port }, 100);
    expect(difference?.why).toBeDefined();
  });
});
