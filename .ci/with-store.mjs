/**
 * Runs a command beside a Nearkey in a process of its own, which serves RESP alone: NEARKEY_TEST_STORE names it.
 *
 *   node .ci/with-store.mjs npm test -- -w 1 test/dist/clients/openai.test.js
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../server/dist/main.js', import.meta.url));
const server = spawn(process.execPath, [main, '--port', '0', '--no-http'], { stdio: ['ignore', 'pipe', 'inherit'] });
let output = '';
let port;
for await (const text of server.stdout.setEncoding('utf8')) {
  output += text;
  port = /RESP\s+\S*:(\d+)/.exec(output)?.[1];
  if (port !== undefined) break;
}
if (port === undefined) throw new Error(`the server ended at start: ${output}`);
const [command, ...args] = process.argv.slice(2);
const env = { ...process.env, NEARKEY_TEST_STORE: `redis://127.0.0.1:${port}` };
const run = spawn(command, args, { stdio: 'inherit', env });
const [code] = await once(run, 'exit');
server.kill();
process.exit(code ?? 1);
