/** Chunks of both kinds, and what V8 makes of them: seen from outside, in processes that do nothing but take chunks. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Arena } from '#server/memory/arena.js';
import {
  CHUNK_BYTES,
  type ChunkSource,
  countedChunks,
  loadMemoryAddon,
  processChunks,
  uncountedChunks,
} from '#server/memory/chunk-source.js';

const modulePath = fileURLToPath(new URL('../../../../server/dist/memory/chunk-source.js', import.meta.url));

/** Runs a script over a source of chunks. @returns its last line, and how often V8 marked its whole heap meanwhile */
function inProcess(source: string, script: string): { lastLine: string; collections: number } {
  const prelude = `import { ${source} as source } from ${JSON.stringify(modulePath)};
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    const taken = [];
    for (let i = 0; i < 256; i++) { taken.push(source.take().fill(1)); await turn(); }`;
  const args = ['--expose-gc', '--trace-gc', '--input-type=module', '--eval', `${prelude}\n${script}`];
  const lines = execFileSync(process.execPath, args, { encoding: 'utf8' }).trim().split('\n');
  return { lastLine: lines.at(-1) ?? '', collections: lines.filter((line) => line.includes('Mark-Compact')).length };
}

describe.each([
  ['counted', countedChunks],
  ['of this process', processChunks],
])('chunks %s', (_name, source) => {
  test('have their size, and bytes of their own', () => {
    const [first, second] = [source.take(), source.take()];
    expect([first.length, second.length]).toEqual([CHUNK_BYTES, CHUNK_BYTES]);
    first.fill(1);
    second.fill(2);
    expect(first.every((byte) => byte === 1)).toBe(true);
    source.release(2);
    source.trim();
    expect(second.every((byte) => byte === 2)).toBe(true);
  });
});

test('the addon is found, or there is none', () => {
  expect(loadMemoryAddon()).toMatchObject({ ChunkPool: expect.any(Function) });
  expect(loadMemoryAddon('../../native/none.node')).toBeUndefined();
  expect(loadMemoryAddon('node:path')).toBeUndefined();
});

test('chunks that V8 does not count cause no collection', () => {
  expect(inProcess('countedChunks', '').collections).toBeGreaterThan(0);
  expect(inProcess('processChunks', '').collections).toBe(0);
});

test('chunks that were released are given back to the system when V8 collects them', () => {
  const script = `taken.length = 0;
    source.release(256);
    gc();
    for (let i = 0; i < 10; i++) await turn();
    console.log(process.memoryUsage().rss);`;
  expect(Number(inProcess('processChunks', script).lastLine)).toBeLessThan(150 * CHUNK_BYTES);
});

test('an arena releases the chunks it took, once it is abandoned', () => {
  const released: number[] = [];
  class ChunkPool {
    take = (): ArrayBuffer => new ArrayBuffer(CHUNK_BYTES);
    release = (chunks: number): void => void released.push(chunks);
    trim = (): void => undefined;
  }
  const source: ChunkSource = uncountedChunks({ ChunkPool });
  const arena = new Arena(source);
  for (let i = 0; i < 1000; i++) arena.allocate(4096);
  expect(released).toEqual([]);
  arena.abandon();
  expect(released).toEqual([4]);
});
