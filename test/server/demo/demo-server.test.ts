import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDemoServer } from '#server/demo/demo-server.js';

const directory = mkdtempSync(join(tmpdir(), 'nearkey-demo-test-'));
afterAll(() => rmSync(directory, { recursive: true }));

function program(name: string, source: string): string {
  const path = join(directory, name);
  writeFileSync(path, source);
  return path;
}

test('finds the address in what the server prints, and stops it', async () => {
  const path = program(
    'ready.cjs',
    `setInterval(() => {}, 1000);
     console.log('something before');
     console.log('nearkey ready: RESP 127.0.0.1:1, HTTP 127.0.0.1:' + process.argv.indexOf('--http-port'));`,
  );
  const server = await startDemoServer(path);
  expect(server.origin).toBe('http://127.0.0.1:4');
  await server.stop();
  await server.stop();
});

test('tells what a server wrote that did not start', async () => {
  const path = program('failing.cjs', `console.error('the port is taken'); process.exit(3);`);
  await expect(startDemoServer(path)).rejects.toThrow('the server ended with code 3; it wrote: the port is taken');
});
