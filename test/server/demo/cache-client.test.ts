import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCacheClient } from '#server/demo/cache-client.js';

let server: Server;
let origin: string;
const received: { url: string | undefined; body: unknown }[] = [];
const answers: { status: number; body: unknown }[] = [];

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    received.push({ url: request.url, body: JSON.parse(text) });
    const { status, body } = answers.shift() ?? { status: 500, body: { title: 'no answer is prepared' } };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no TCP address');
  origin = `http://127.0.0.1:${address.port}`;
});
afterAll(() => server.close());
beforeEach(() => {
  received.length = 0;
});

test('stores', async () => {
  answers.push({ status: 201, body: { entryId: 'abc' } });
  expect(await createCacheClient(origin, 'help desk').store('q', 'a')).toBe('abc');
  expect(received).toEqual([{ url: '/v1/caches/help%20desk/entries', body: { prompt: 'q', response: 'a' } }]);
});

test('searches with the server’s threshold, or with its own', async () => {
  const found = { id: 'abc', prompt: 'q', response: 'a', attributes: {}, similarity: 0.9, searchStrategy: 'semantic' };
  answers.push({ status: 200, body: { data: [found] } }, { status: 200, body: { data: [] } });
  expect(await createCacheClient(origin, 'c').search('p')).toEqual({
    entryId: 'abc',
    similarity: 0.9,
    tier: 'semantic',
  });
  expect(await createCacheClient(origin, 'c', 0).search('p')).toBeUndefined();
  expect(received.map(({ body }) => body)).toEqual([{ prompt: 'p' }, { prompt: 'p', similarityThreshold: 0 }]);
});

test('tells what the server answered when it is no success', async () => {
  answers.push({ status: 424, body: { title: 'out of memory' } });
  await expect(createCacheClient(origin, 'c').store('q', 'a')).rejects.toThrow(
    'POST /v1/caches/c/entries answered 424: {"title":"out of memory"}',
  );
});

test('refuses an answer of another shape', async () => {
  answers.push({ status: 200, body: { entries: [] } });
  await expect(createCacheClient(origin, 'c').search('q')).rejects.toThrow();
});
