import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseTransferArguments, runTransfer, type Transfer } from '#server/cache-tools/transfer.js';
import { openTransfer } from '#server/cache-tools/transfer-io.js';
import { startTestGateway, type TestGateway } from '../../support/llm-gateway.js';

let gateway: TestGateway;
let folder: string;

beforeAll(async () => {
  gateway = await startTestGateway();
  folder = await mkdtemp(join(tmpdir(), 'nearkey-transfer-'));
});
afterAll(async () => {
  await gateway.stop();
  await rm(folder, { recursive: true });
});

async function tool(transfer: Transfer, file: string, cacheId: string): Promise<{ count: number; shown: string }> {
  const request = parseTransferArguments(transfer, [file, '--cache', cacheId, '--url', gateway.url], undefined);
  if ('mistake' in request) throw new Error(request.mistake);
  let shown = '';
  const output = {
    write: (text: string) => {
      shown += text;
    },
  };
  const { io, close } = openTransfer(request, output, { nowMs: () => 0 });
  const count = await runTransfer(request, io);
  await close();
  return { count, shown };
}

test('a cache is warmed from a file, exported into one, and imported from it as another', async () => {
  const questions = Array.from({ length: 70 }, (_, i) => ({ prompt: `What is ${i} plus ü?`, response: String(2 * i) }));
  const warm = join(folder, 'warm.jsonl');
  await writeFile(warm, `${questions.map((one) => JSON.stringify(one)).join('\n')}\n`);
  expect(await tool('warm', warm, 'one')).toEqual({ count: 70, shown: '100% 70 entries\n' });
  const file = join(folder, 'one.jsonl');
  expect((await tool('export', file, 'one')).count).toBe(70);
  const again = join(folder, 'two.jsonl');
  expect((await tool('import', file, 'two')).count).toBe(70);
  expect((await tool('export', again, 'two')).count).toBe(70);
  const sorted = async (path: string) => (await readFile(path, 'utf8')).trim().split('\n').sort();
  expect(await sorted(again)).toEqual(await sorted(file));
  await expect(tool('warm', join(folder, 'none'), 'one')).rejects.toThrow('ENOENT');
});
