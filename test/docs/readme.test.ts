/** What README.md shows is what happens: its transcripts, requests and programs run against a server. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Nearkey, startNearkey } from '../support/nearkey.js';
import { RawConnection } from '../support/raw-connection.js';
import { parseReply, type ReplyTree } from '../support/reply-tree.js';
import { repository } from '../tidy/project.js';
import { codeBlocks, readDocument } from './documents.js';

const readme = readDocument('README.md');
let nearkey: Nearkey;

beforeAll(async () => {
  nearkey = await startNearkey();
});

afterAll(async () => {
  await nearkey?.stop();
});

/** The same text with the ports of the server under test. */
function withPorts(line: string): string {
  return line.replaceAll(':6379', `:${nearkey.port}`).replaceAll(':8080', `:${nearkey.httpPort}`);
}

/** A reply as redis-cli shows it. */
function shown({ type, text: value, items }: ReplyTree): string {
  if (type === '*') return items.map((item, i) => `${i + 1}) ${shown(item)}`).join('\n');
  if (value === null) return '(nil)';
  if (type === '$') return `"${value}"`;
  return type === ':' ? `(integer) ${value}` : value;
}

test('the transcript of redis-cli', async () => {
  const transcript = codeBlocks(readme, '').find((block) => block.includes('redis-cli')) ?? '';
  const exchanges = transcript.split('127.0.0.1:6379> ').slice(1);
  expect(exchanges.length).toBeGreaterThan(3);
  const connection = await RawConnection.open({ port: nearkey.port });
  for (const exchange of exchanges) {
    const [command = '', ...reply] = exchange.trimEnd().split('\n');
    // redis-cli splits and unquotes a line as the server does an inline command.
    connection.send(Buffer.from(`${command}\r\n`));
    expect(shown(parseReply(await connection.reply()))).toBe(reply.join('\n'));
  }
  connection.close();
});

test('the requests of curl', async () => {
  const lines = codeBlocks(readme, 'sh').flatMap((block) =>
    block.split('\n').filter((line) => line.startsWith('curl ')),
  );
  const answers: unknown[] = [];
  for (const line of lines) {
    const [, url = '', body = ''] = /^curl (\S+) -H 'content-type: application\/json' -d '(.*)'$/.exec(line) ?? [];
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`http://${withPorts(url)}`, { method: 'POST', headers, body });
    answers.push(await response.json());
  }
  const found = { response: 'Use the link on the sign-in page.', searchStrategy: 'semantic' };
  expect(answers).toEqual([{ entryId: expect.any(String) }, { data: [expect.objectContaining(found)] }, { data: [] }]);
});

test('the programs print what their comments say', async () => {
  const programs = codeBlocks(readme, 'js');
  expect(programs.length).toBeGreaterThan(0);
  const directory = mkdtempSync(join(repository, 'test/dist/readme-'));
  try {
    for (const [i, program] of programs.entries()) {
      const [, expected = ''] = /^\/\/ (.*)$/m.exec(program) ?? [];
      const path = join(directory, `program-${i}.mjs`);
      writeFileSync(path, withPorts(program));
      const child = spawn(process.execPath, [path], { stdio: ['ignore', 'pipe', 'pipe'] });
      const [output, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
      expect({ output, complaints }).toEqual({ output: `${expected}\n`, complaints: '' });
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});
