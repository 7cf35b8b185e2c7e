/**
 * Every bad call of every command is refused with redis-server's own words, changes nothing and leaves the connection
 * usable. The bad calls are made of one good call per command (`examples.ts`): too few and too many arguments, options
 * that do not exist, keys of every other type, and in the place of every other argument what is no integer, no number,
 * out of range, infinite or huge. What redis-server accepts all the same, Nearkey must accept, too; what it then does is the
 * matter of the other scripts.
 */
import { encodeCommand, RawConnection } from '../support/raw-connection.js';
import { type RedisOracle, startRedis } from '../support/redis-oracle.js';
import { parseReply, textsOf } from '../support/reply-tree.js';
import { describeWith } from '../support/requires.js';
import {
  exampleData,
  exampleKeys,
  examples,
  extensionExamples,
  ofModules,
  refusedExamples,
  withoutExample,
} from './examples.js';
import { splitLine } from './script.js';
import { type Subject, startSubject, subjectIsRedis } from './subject.js';
import { isExtension } from './surface.js';

/** The least that `proto-max-bulk-len` takes. */
const stringBytesMax = 1_048_576;
const wrongNumbers = [
  ...['-1', '0', '2147483648', String(stringBytesMax + 1), String(stringBytesMax * 8)],
  ...['9223372036854775807', '-9223372036854775808'],
];
/** The first of them is no word of any command: where it is taken, everything is. */
const noIntegers = ['x', '', '1.5', ' 1', '1e400', 'nan', 'inf', '-inf', '9223372036854775808', '-9223372036854775809'];

interface Example {
  readonly line: string;
  readonly isAccepted: boolean;
}

const all: readonly Example[] = [
  ...examples.map((line) => ({ line, isAccepted: true })),
  ...refusedExamples.map((line) => ({ line, isAccepted: false })),
];

/** The words of an example as they are sent. */
const plain = (words: readonly string[]): string[] => words.map((word) => word.replace(/^!/, ''));

/** Too few words, too many, and words that are no options, in every place. */
function misshapen(words: readonly string[], nameWords: number): string[][] {
  const places = words.map((_, at) => at).slice(nameWords);
  return [
    ...[nameWords, ...places.slice(1)].map((length) => words.slice(0, length)),
    ...[...places, words.length].map((at) => words.toSpliced(at, 0, 'BOGUS')),
    [...words, 'more', 'more'],
  ];
}

/** What takes the place of a word. */
function wrongValues(word: string, isKey: boolean): readonly string[] {
  if (isKey) return exampleKeys;
  return word.startsWith('!') ? noIntegers : [...noIntegers, ...wrongNumbers];
}

/** One server with the example data. */
class Side {
  #before: readonly Buffer[] = [];

  private constructor(readonly connection: RawConnection) {}

  static async open(port: number): Promise<Side> {
    const side = new Side(await RawConnection.open({ port }));
    await side.connection.call('CONFIG', 'SET', 'proto-max-bulk-len', String(stringBytesMax));
    await side.begin('data');
    return side;
  }

  /** Begins anew: the connection only, or the data, too, which then are what is to stay. */
  async begin(anew: 'connection' | 'data'): Promise<void> {
    if (anew === 'connection') {
      await this.connection.call('RESET');
      return;
    }
    const calls = [
      ['RESET'],
      ['FLUSHALL'],
      ...exampleData.map((line) => splitLine(line)),
      ['SETRANGE', 'full', String(stringBytesMax - 1), 'x'],
    ];
    this.#send([...calls, ...looks]);
    const replies = await this.connection.repliesOf(calls.length + looks.length);
    const failed = replies.slice(0, calls.length).find(isError);
    if (failed !== undefined) throw new Error(`the example data are refused: ${failed}`);
    this.#before = replies.slice(calls.length);
  }

  /** The reply, and whether the data are as they were. */
  async call(words: readonly string[]): Promise<{ reply: Buffer; isUnchanged: boolean }> {
    this.#send([words, ...looks]);
    const [reply = Buffer.alloc(0), ...after] = await this.connection.repliesOf(1 + looks.length);
    return { reply, isUnchanged: after.every((each, at) => each.equals(this.#before[at] ?? Buffer.alloc(0))) };
  }

  async reply(words: readonly string[]): Promise<Buffer> {
    this.#send([words]);
    return this.connection.reply();
  }

  /** The places of the keys among the words of a call. */
  async keyPositions(words: readonly string[]): Promise<readonly number[]> {
    const reply = await this.connection.call('COMMAND', 'GETKEYS', ...words);
    const keys = isError(reply) ? [] : textsOf(parseReply(reply));
    return words.flatMap((word, at) => (keys.includes(word) ? [at] : []));
  }

  #send(calls: readonly (readonly string[])[]): void {
    this.connection.send(
      Buffer.concat(calls.map((words) => encodeCommand(words.map((word) => Buffer.from(word, 'latin1'))))),
    );
  }
}

/** What shows every key whole, and how many there are, and how many with a lifetime. */
const looks: readonly (readonly string[])[] = [
  ['SELECT', '0'],
  ['INFO', 'keyspace'],
  ['STRLEN', 'full'],
  ...exampleData.map((line) => ['DUMP', splitLine(line)[/^XGROUP|^XREAD/.test(line) ? 2 : 1] ?? '']),
];

const isError = (reply: Buffer): boolean => reply[0] === '-'.charCodeAt(0);

const shown = (words: readonly string[]): string =>
  words.map((word) => (/^[!-~]+$/.test(word) ? word : JSON.stringify(word))).join(' ');

describeWith('redis-server', 'bad calls are refused as redis-server refuses them', () => {
  let redis: RedisOracle;
  let subject: Subject;
  let ours: Side;
  let theirs: Side;
  let listed: readonly string[];

  beforeAll(async () => {
    redis = await startRedis();
    subject = await startSubject();
    ours = await Side.open(subject.port);
    theirs = await Side.open(redis.port);
    const names = textsOf(parseReply(await ours.connection.call('COMMAND', 'LIST')));
    listed = names.map((name) => name.replace('|', ' ').toUpperCase());
  });

  afterAll(async () => {
    ours?.connection.close();
    theirs?.connection.close();
    await subject?.stop();
    await redis?.stop();
  });

  const nameWordsOf = (words: readonly string[]): number =>
    listed.includes(words.slice(0, 2).join(' ').toUpperCase()) ? 2 : 1;

  /** Sends a call to both; answers what is wrong, or null, and whether redis-server accepts it. */
  async function compare(words: readonly string[]): Promise<{ why: string | null; isAccepted: boolean }> {
    const [{ reply, isUnchanged }, expected] = await Promise.all([ours.call(words), theirs.reply(words)]);
    const isAccepted = !isError(expected);
    const agrees = isAccepted ? reply[0] === expected[0] : reply.equals(expected);
    if (isAccepted) await Promise.all([ours, theirs].map((side) => side.begin(isUnchanged ? 'connection' : 'data')));
    if (!agrees) return { why: `${shown(words)}: ${reply}, not ${expected}`, isAccepted };
    const isLasting = !isAccepted && !isUnchanged;
    return { why: isLasting ? `${shown(words)} is refused, and changes the data` : null, isAccepted };
  }

  test('every command has an example', () => {
    const isContainer = (command: string): boolean => listed.some((name) => name.startsWith(`${command} `));
    const known = new Set(
      [...examples, ...refusedExamples, ...extensionExamples.map(({ line }) => line)].flatMap((line) => {
        const words = splitLine(line).map((word) => word.toUpperCase());
        return [words[0], words.slice(0, 2).join(' ')];
      }),
    );
    const missing = listed.filter((command) => !known.has(command) && !isContainer(command));
    expect(missing.filter((command) => withoutExample[command] === undefined && !ofModules.test(command))).toEqual([]);
  });

  test.each(all)('$line', async ({ line, isAccepted }) => {
    const words = splitLine(line);
    const example = plain(words);
    await Promise.all([ours, theirs].map((side) => side.begin('data')));
    const [first, keyPositions] = [await compare(example), await theirs.keyPositions(example)];
    expect(first).toEqual({ why: null, isAccepted });
    const found: string[] = [];
    const tell = ({ why }: { why: string | null }): void => {
      if (why !== null) found.push(why);
    };
    const nameWords = nameWordsOf(example);
    for (const call of misshapen(example, nameWords)) tell(await compare(call));
    for (let at = nameWords; at < words.length; at++) {
      const isKey = keyPositions.includes(at);
      for (const value of wrongValues(words[at] ?? '', isKey)) {
        const compared = await compare(example.toSpliced(at, 1, value));
        tell(compared);
        if (compared.isAccepted && !isKey && value === noIntegers[0]) break;
      }
    }
    expect(found).toEqual([]);
  });

  test.each(Object.keys(withoutExample).filter((name) => /^(P|S)?SUBSCRIBE$/.test(name)))('%s alone', async (name) => {
    expect((await compare([name])).why).toBeNull();
  });

  if (subjectIsRedis) return;

  describe('those of commands that redis-server lacks', () => {
    const wrongType = '-WRONGTYPE Operation against a key holding the wrong kind of value\r\n';

    /** Those that take no arguments. */
    const listsOfNames = ['FT._LIST', 'FT._ALIASLIST'];

    test('are refused without arguments', async () => {
      for (const command of listed.filter((name) => isExtension(name) && !listsOfNames.includes(name))) {
        const { reply, isUnchanged } = await ours.call(command.split(' '));
        const name = command.toLowerCase().replace(' ', '|');
        expect(`${reply}`).toBe(`-ERR wrong number of arguments for '${name}' command\r\n`);
        expect(isUnchanged).toBe(true);
      }
    });

    test.each(extensionExamples)('$line', async ({ line, type }) => {
      const words = splitLine(line);
      expect(isError((await ours.call(words)).reply)).toBe(false);
      await ours.begin('data');
      for (const key of exampleKeys.filter((each) => type !== null && ![type, 'full', 'none'].includes(each))) {
        const { reply, isUnchanged } = await ours.call(words.toSpliced(1, 1, key));
        expect(`${key}: ${reply}`).toBe(`${key}: ${wrongType}`);
        expect(isUnchanged).toBe(true);
      }
      for (let length = nameWordsOf(words); length < words.length; length++) {
        const { reply, isUnchanged } = await ours.call(words.slice(0, length));
        expect(`${line.slice(0, 20)} ${length}: ${reply}`).toMatch(/: -ERR /);
        expect(isUnchanged).toBe(true);
      }
    });
  });
});
