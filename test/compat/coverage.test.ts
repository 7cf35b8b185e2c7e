/**
 * Every command of Nearkey has a compat line, and every command that Nearkey promises is there: the list comes from the
 * running server, so that a command added to the table without a line fails here.
 */
import { type Nearkey, startNearkey } from '../support/nearkey.js';
import { RawConnection } from '../support/raw-connection.js';
import { parseReply, textsOf } from '../support/reply-tree.js';
import { groups } from './groups.js';
import { linesOf, splitLine, toStep } from './script.js';
import { extensions, isExtension, surface } from './surface.js';

/** The first two words of every line, in upper case. */
function commandsInScripts(): Set<string> {
  const commands = new Set<string>();
  for (const script of Object.values(groups).flat()) {
    for (const line of script.lines) {
      for (const sent of linesOf(toStep(line))) {
        const [name = '', subcommand = ''] = splitLine(sent, () => '0').map((word) => word.toUpperCase());
        commands.add(name);
        commands.add(`${name} ${subcommand}`);
      }
    }
  }
  return commands;
}

describe('the compat scripts', () => {
  const covered = commandsInScripts();
  let nearkey: Nearkey;
  let listed: string[];

  beforeAll(async () => {
    nearkey = await startNearkey();
    const connection = await RawConnection.open({ port: nearkey.port });
    listed = textsOf(parseReply(await connection.call('COMMAND', 'LIST'))).map((name) =>
      name.replace('|', ' ').toUpperCase(),
    );
    connection.close();
  });

  afterAll(async () => {
    await nearkey?.stop();
  });

  test('have a line for every command of the surface', () => {
    expect(surface.filter((command) => !covered.has(command))).toEqual([]);
  });

  test('have a line for every command that Nearkey lists, except declared extensions', () => {
    expect(listed.filter((command) => !covered.has(command) && !isExtension(command))).toEqual([]);
  });

  test('describe a server that lists every command of the surface', () => {
    expect(surface.filter((command) => !listed.includes(command))).toEqual([]);
  });

  test('declare no extension that Nearkey does not have', () => {
    expect(extensions.filter(({ pattern }) => !listed.some((command) => pattern.test(command)))).toEqual([]);
  });
});
