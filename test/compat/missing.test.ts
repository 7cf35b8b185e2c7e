/**
 * docs/differences.md names every command of redis-server that Nearkey lacks, and no other: the list shrinks as commands
 * come, and nobody finds out by an error what is missing.
 */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Nearkey, startNearkey } from '../support/nearkey.js';
import { RawConnection } from '../support/raw-connection.js';
import { type RedisOracle, startRedis } from '../support/redis-oracle.js';
import { parseReply, textsOf } from '../support/reply-tree.js';
import { describeWith } from '../support/requires.js';

const document = fileURLToPath(new URL('../../../docs/differences.md', import.meta.url));
const between = /<!-- missing commands -->([\s\S]*?)<!-- end of missing commands -->/;

/** The names in backquotes, as COMMAND LIST writes them. */
function documentedNames(): string[] {
  const [, list = ''] = between.exec(readFileSync(document, 'utf8')) ?? [];
  return [...list.matchAll(/`([A-Z_\s-]+)`/g)].map(([, name = '']) => name.toLowerCase().replace(/\s+/, '|')).sort();
}

async function listedBy(port: number): Promise<string[]> {
  const connection = await RawConnection.open({ port });
  const names = textsOf(parseReply(await connection.call('COMMAND', 'LIST')));
  connection.close();
  return names;
}

describeWith('redis-server', 'the commands that are missing', () => {
  let theirs: RedisOracle;
  let ours: Nearkey;

  beforeAll(async () => {
    theirs = await startRedis();
    ours = await startNearkey();
  });

  afterAll(async () => {
    await ours?.stop();
    await theirs?.stop();
  });

  test('are those that docs/differences.md names', async () => {
    const known = new Set(await listedBy(ours.port));
    const missing = (await listedBy(theirs.port)).filter((name) => !known.has(name));
    expect(missing.sort()).toEqual(documentedNames());
  });
});
