import { bedrockInvokeDoor, type FrontDoor, openAiChatDoor } from '@nearkey/sdk/llm';
import { MeteredUpstream } from '#server/gateway/llm/metered-upstream.js';

const call = { method: 'POST' as const, path: '/', headers: {}, body: new Uint8Array(), isStream: false };
const usage = '{"usage":{"prompt_tokens":11,"completion_tokens":22}}';

async function* inPieces(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

function metered(door: FrontDoor, type: string, parts: readonly Uint8Array[]) {
  const spent: number[] = [];
  const send = () => Promise.resolve({ status: 200, headers: { 'content-type': type }, body: inPieces(parts) });
  const upstream = new MeteredUpstream({
    upstream: { name: 'fake', send },
    door,
    spent: (tokens) => spent.push(tokens),
  });
  const answered = () => upstream.send(call, new AbortController().signal);
  return { upstream, spent, answered };
}

async function read(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  for await (const bytes of body) parts.push(bytes);
  return Buffer.concat(parts).toString('latin1');
}

test('tells what an answer took when it is over, and passes it on as it is', async () => {
  const { upstream, spent, answered } = metered(openAiChatDoor, 'application/json', [
    Buffer.from(usage.slice(0, 20)),
    Buffer.from(usage.slice(20)),
  ]);
  expect(upstream.name).toBe('fake');
  const { status, body } = await answered();
  expect([status, spent]).toEqual([200, []]);
  expect(await read(body)).toBe(usage);
  expect(spent).toEqual([33]);
});

test('reads streams as their door cuts them', async () => {
  const event = { name: 'chunk', data: '{"inputTokenCount":3,"outputTokenCount":4}' };
  const bytes = Buffer.from(bedrockInvokeDoor.encode(event));
  const { spent, answered } = metered(bedrockInvokeDoor, bedrockInvokeDoor.streamType, [
    bytes.subarray(0, 30),
    bytes.subarray(30),
  ]);
  expect(await read((await answered()).body)).toBe(bytes.toString('latin1'));
  expect(spent).toEqual([7]);
});

test('passes on a stream that cannot be cut, and tells nothing of it', async () => {
  const { spent, answered } = metered(bedrockInvokeDoor, bedrockInvokeDoor.streamType, [
    Buffer.alloc(40, 7),
    Buffer.from(usage),
  ]);
  expect(await read((await answered()).body)).toContain(usage);
  expect(spent).toEqual([]);
});

test('tells what was heard of an answer that was let go', async () => {
  const { spent, answered } = metered(openAiChatDoor, 'application/json', [Buffer.from(usage), Buffer.from('{}')]);
  for await (const bytes of (await answered()).body) {
    expect(bytes.byteLength).toBe(usage.length);
    break;
  }
  expect(spent).toEqual([33]);
});
