/**
 * Every command of Nearkey has a compat line in either protocol, and so has every option of it; every command that Nearkey
 * promises is there. The lists come from the running servers, so that a command or an option added to the table without
 * a line fails here.
 */
import { type Nearkey, startNearkey } from '../support/nearkey.js';
import { RawConnection } from '../support/raw-connection.js';
import { parseReply, textsOf } from '../support/reply-tree.js';
import { documentedOptions, type Option } from './documented-options.js';
import { groups } from './groups.js';
import { linesOf, type Protocol, splitLine, toStep } from './script.js';
import { extensions, isExtension, surface } from './surface.js';

/** What is sent under one protocol: by command, all its further words, in upper case. */
type Sent = ReadonlyMap<string, ReadonlySet<string>>;

function sentUnder(protocol: Protocol): Sent {
  const sent = new Map<string, Set<string>>();
  for (const { lines, protocols } of Object.values(groups).flat()) {
    if (!protocols.includes(protocol)) continue;
    for (const line of lines.flatMap((each) => linesOf(toStep(each)))) {
      const [name = '', ...words] = splitLine(line, () => '0').map((word) => word.toUpperCase());
      for (const command of [name, `${name} ${words[0] ?? ''}`]) {
        const known = sent.get(command) ?? new Set();
        for (const word of words) known.add(word);
        sent.set(command, known);
      }
    }
  }
  return sent;
}

/** There are some 400: a list that cannot be read must not pass for one without options. */
const optionsMin = 300;

/** Commands that are sent under RESP2 only, with the reason. */
const onlyInResp2: Readonly<Record<string, string>> = {
  PFSELFTEST: 'takes seconds, and answers OK',
};

describe('the compat scripts', () => {
  const sent = { resp2: sentUnder(2), resp3: sentUnder(3) };
  const covered = (command: string): boolean =>
    sent.resp2.has(command) && (sent.resp3.has(command) || isExtension(command) || command in onlyInResp2);
  /** The protocols that have no line with an option; extensions, whose replies are written down, need one of the two. */
  const untried = ({ command, token }: Option): string[] => {
    const missing = Object.entries(sent).filter(([, lines]) => !lines.get(command)?.has(token));
    const isFree = isExtension(command) && (missing.length < 2 || !covered(command));
    return isFree ? [] : missing.map(([protocol]) => `${command} ${token} (${protocol})`);
  };
  let nearkey: Nearkey;
  let listed: string[];
  let options: readonly Option[];

  beforeAll(async () => {
    nearkey = await startNearkey();
    const connection = await RawConnection.open({ port: nearkey.port });
    listed = textsOf(parseReply(await connection.call('COMMAND', 'LIST'))).map((name) =>
      name.replace('|', ' ').toUpperCase(),
    );
    options = await documentedOptions(connection);
    connection.close();
  });

  afterAll(async () => {
    await nearkey?.stop();
  });

  test('have a line for every command of the surface', () => {
    expect(surface.filter((command) => !covered(command))).toEqual([]);
  });

  test('have a line for every command that Nearkey lists, except declared extensions', () => {
    expect(listed.filter((command) => !covered(command) && !isExtension(command))).toEqual([]);
  });

  test('have a line for every option of every command, in RESP2 and RESP3', () => {
    expect(options.length).toBeGreaterThan(optionsMin);
    expect(options.flatMap(untried)).toEqual([]);
  });

  test('describe a server that lists every command of the surface', () => {
    expect(surface.filter((command) => !listed.includes(command))).toEqual([]);
  });

  test('declare no extension that Nearkey does not have', () => {
    expect(extensions.filter(({ pattern }) => !listed.some((command) => pattern.test(command)))).toEqual([]);
  });
});
