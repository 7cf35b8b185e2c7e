/**
 * What COMMAND INFO and COMMAND DOCS say about each of Nearkey's commands is what redis-server says: arity, flags, first
 * and last key, step, key specifications, ACL categories; group, complexity and the version it came with. Clients choose replicas and find
 * keys by these, and by the key specifications. Of argument trees only the tokens are compared: no client at hand reads more.
 */
import { RawConnection } from '../support/raw-connection.js';
import { type RedisOracle, startRedis } from '../support/redis-oracle.js';
import { entriesOf, parseReply, type ReplyTree, textsOf } from '../support/reply-tree.js';
import { describeWith } from '../support/requires.js';
import { documentedOptions } from './documented-options.js';
import { type Subject, startSubject, subjectIsRedis } from './subject.js';
import { isExtension, surface } from './surface.js';

/** Commands whose entry differs on purpose, with the reason. */
const exceptions: Readonly<Record<string, string>> = {
  ZRANK: 'takes WITHSCORE as Redis 7.2 does, so that its arity is open',
  ZREVRANK: 'takes WITHSCORE as Redis 7.2 does, so that its arity is open',
};

/** There are some 330: a list that cannot be read must not pass for one without options. */
const optionsMin = 300;

const compared = surface.filter((command) => !isExtension(command) && exceptions[command] === undefined);

describeWith('redis-server', 'the command table', () => {
  let redis: RedisOracle;
  let subject: Subject;
  let ours: RawConnection;
  let theirs: RawConnection;

  beforeAll(async () => {
    redis = await startRedis();
    subject = await startSubject();
    ours = await RawConnection.open({ port: subject.port });
    theirs = await RawConnection.open({ port: redis.port });
  });

  afterAll(async () => {
    ours?.close();
    theirs?.close();
    await subject?.stop();
    await redis?.stop();
  });

  for (const command of compared) {
    const name = command.replace(' ', '|').toLowerCase();

    test(`COMMAND INFO tells of ${name} what redis-server tells`, async () => {
      const [mine, oracles] = await Promise.all([
        ours.call('COMMAND', 'INFO', name),
        theirs.call('COMMAND', 'INFO', name),
      ]);
      expect(infoOf(parseReply(mine))).toEqual(infoOf(parseReply(oracles)));
    });

    test(`COMMAND DOCS tells of ${name} what redis-server tells`, async () => {
      const [mine, oracles] = await Promise.all([
        ours.call('COMMAND', 'DOCS', name),
        theirs.call('COMMAND', 'DOCS', name),
      ]);
      const [docs, expected] = [docsOf(parseReply(mine)), docsOf(parseReply(oracles))];
      expect(docs.summary).toBeTruthy();
      expect({ ...docs, summary: '' }).toEqual({ ...expected, summary: '' });
    });
  }

  test('COMMAND DOCS knows every option that redis-server knows of the same commands', async () => {
    const [mine, oracles] = await Promise.all([documentedOptions(ours), documentedOptions(theirs)]);
    const known = new Set(mine.map(({ command, token }) => `${command} ${token}`));
    const expected = oracles.filter(({ command }) => surface.includes(command));
    expect(expected.length).toBeGreaterThan(optionsMin);
    expect(expected.map(({ command, token }) => `${command} ${token}`).filter((option) => !known.has(option))).toEqual(
      [],
    );
  });

  test('COMMAND INFO of a container names its subcommands, each of which redis-server has', async () => {
    for (const container of ['client', 'command', 'config', 'memory', 'object']) {
      const subcommandsAt = async (connection: RawConnection): Promise<string[]> => {
        const info = parseReply(await connection.call('COMMAND', 'INFO', container)).items[0];
        return (info?.items[9]?.items ?? []).map((item) => item.items[0]?.text ?? '');
      };
      const known = await subcommandsAt(theirs);
      const mine = await subcommandsAt(ours);
      const promised = surface.filter(
        (command) => command.startsWith(`${container.toUpperCase()} `) && !(subjectIsRedis && isExtension(command)),
      );
      expect(
        mine.filter((name) => !known.includes(name) && !isExtension(name.replace('|', ' ').toUpperCase())),
      ).toEqual([]);
      expect(promised.filter((command) => !mine.includes(command.replace(' ', '|').toLowerCase()))).toEqual([]);
    }
  });
});

function infoOf(reply: ReplyTree): Record<string, unknown> {
  const [name, arity, flags, first, last, step, categories, tips, specs] = reply.items[0]?.items ?? [];
  return {
    name: name?.text,
    arity: arity?.text,
    flags: flags === undefined ? null : textsOf(flags).sort(),
    keys: [first?.text, last?.text, step?.text],
    categories: categories === undefined ? null : textsOf(categories).sort(),
    tips: tips === undefined ? null : textsOf(tips).sort(),
    specs: specs?.items,
  };
}

function docsOf(reply: ReplyTree): Record<string, string | null> {
  const docs = entriesOf(entriesOf(reply)[0]?.[1] ?? reply);
  const field = (name: string): string | null => docs.find(([key]) => key.text === name)?.[1].text ?? null;
  return { summary: field('summary'), since: field('since'), group: field('group'), complexity: field('complexity') };
}
