import { parseTransferArguments, runTransfer, type TransferIo } from '#server/cache-tools/transfer.js';

const target = { file: 'f', cacheId: 'help desk', url: 'http://x', apiKey: 'secret' };

async function* linesOf(text: readonly string[]): AsyncGenerator<string> {
  yield* text;
}

function ioOf(lines: readonly string[], status = 201, answered: readonly string[] = []) {
  const posted: { url: string; headers: object; body: { entries: unknown[] } }[] = [];
  const written: string[] = [];
  const shown: [number, string][] = [];
  const io: TransferIo = {
    lines: linesOf(lines),
    bytes: lines.join('\n').length,
    write: (line) => void written.push(line),
    progress: (share, text) => void shown.push([share, text]),
    post: async (url, headers, body) => {
      posted.push({ url, headers, body: JSON.parse(body) });
      return { status, text: 'because' };
    },
    get: async (url, headers) => {
      posted.push({ url, headers, body: { entries: [] } });
      return { status, lines: linesOf(answered) };
    },
  };
  return { io, posted, written, shown };
}

test('warming sends pairs in batches, with a bar', async () => {
  const lines = Array.from({ length: 150 }, (_, i) => JSON.stringify({ prompt: `q${i}`, response: 'x', note: 1 }));
  const { io, posted, shown } = ioOf([...lines, '']);
  expect(await runTransfer({ transfer: 'warm', ...target }, io)).toBe(150);
  expect(posted.map(({ body }) => body.entries.length)).toEqual([64, 64, 22]);
  expect(posted[0]).toMatchObject({
    url: 'http://x/v1/caches/help%20desk/entries/batch',
    headers: { authorization: 'Bearer secret', 'content-type': 'application/json' },
  });
  expect(posted[0]?.body.entries[0]).toEqual({ prompt: 'q0', response: 'x' });
  expect(shown.map(([, text]) => text)).toEqual(['64 entries', '128 entries', '150 entries']);
  expect(shown.at(-1)?.[0]).toBe(1);
});

test('an export is written as it comes', async () => {
  const { io, written, posted } = ioOf([], 200, ['{"v":1}', '{"v":1}', '']);
  expect(await runTransfer({ transfer: 'export', ...target, apiKey: undefined }, io)).toBe(2);
  expect([written.join(''), posted[0]?.url]).toEqual([
    '{"v":1}\n{"v":1}\n',
    'http://x/v1/caches/help%20desk/entries.jsonl',
  ]);
});

test('what is no entry, and what the cache refuses, is said with its line', async () => {
  await expect(runTransfer({ transfer: 'warm', ...target }, ioOf(['{"prompt":"x"}']).io)).rejects.toThrow(
    'line 1 is no',
  );
  await expect(runTransfer({ transfer: 'import', ...target }, ioOf(['{']).io)).rejects.toThrow('line 1 is no entry');
  const { io } = ioOf(['{"prompt":"x","response":"y"}'], 401);
  await expect(runTransfer({ transfer: 'warm', ...target }, io)).rejects.toThrow('answered 401 near line 1: because');
  await expect(runTransfer({ transfer: 'export', ...target }, ioOf([], 403).io)).rejects.toThrow('answered 403');
});

test('arguments are read, and mistakes named', () => {
  expect(parseTransferArguments('warm', ['f', '--cache=c', '--url', 'http://x/'], 'k')).toEqual({
    ...{ transfer: 'warm', file: 'f', cacheId: 'c', url: 'http://x', apiKey: 'k' },
  });
  for (const [argv, mistake] of [
    [[], 'there is no FILE'],
    [['f'], 'there is no cache named'],
    [['f', 'g'], "unexpected argument 'g'"],
    [['f', '--cache'], '--cache needs a value'],
    [['f', '--x'], "unknown option '--x'"],
  ] as const) {
    expect(parseTransferArguments('warm', argv, undefined)).toMatchObject({
      mistake: expect.stringContaining(mistake),
    });
  }
});
