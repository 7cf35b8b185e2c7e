/**
 * What goes wrong around a call of a model, at every door, through sockets, against a server in a process of its own with its packaged
 * embedder: the provider breaks off, the embedder's thread is ended, the index is dropped, memory is full, the caller goes. At every
 * door it holds that no request fails that would have succeeded without the cache, that nothing wrong or partial is kept, that the
 * counters tell, and that the cache works again when the fault is over.
 *
 * NEARKEY_TEST_STORE names a store that the server keeps its data in.
 */
import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Commander, decodeAnswer } from '@nearkey/sdk';
import { openRemoteStore } from '#server/remote-store.js';
import { armedLine, endedLine } from '../support/end-workers.js';
import { FakeBedrock, fakeCredentials } from '../support/fake-bedrock.js';
import { type FakeModel, startFakeModel } from '../support/fake-model.js';
import { type Nearkey, startNearkey } from '../support/nearkey.js';
import {
  type Answered,
  isAnswerTo,
  keptSays,
  type ModelDoor,
  modelDoors,
  post,
  posted,
  saidBy,
} from './model-doors.js';

const endWorkers = pathToFileURL(fileURLToPath(new URL('../support/end-workers.js', import.meta.url))).href;
const silence = (): undefined => undefined;

let model: FakeModel;
let bedrock: FakeBedrock;
let nearkey: Nearkey;
let store: Commander;
let closeStore: () => void;

beforeAll(async () => {
  model = await startFakeModel();
  bedrock = await new FakeBedrock().start();
  const provider = `http://127.0.0.1:${model.port}`;
  const url = process.env.NEARKEY_TEST_STORE;
  nearkey = await startNearkey({
    nodeOptions: ['--import', endWorkers],
    args: [
      ...['--llm-openai-url', `${provider}/v1`, '--llm-anthropic-url', provider, '--llm-retries', '0'],
      ...['--llm-bedrock-url', bedrock.endpoint, '--llm-bedrock-region', 'eu-central-1'],
      // No fault of these is a machine that is too busy to answer in time.
      ...['--cache-min-similarity', '0.75', '--llm-cache-timeout', '60000', '--llm-price', 'claude-fake 3 15'],
      ...(url === undefined ? [] : ['--store', url]),
    ],
    env: {
      AWS_ACCESS_KEY_ID: fakeCredentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: fakeCredentials.secretAccessKey,
    },
  });
  const logger = { notice: silence, warning: silence, error: silence };
  const own = `redis://127.0.0.1:${nearkey.port}`;
  ({ commander: store, close: closeStore } = await openRemoteStore({ url: url ?? own, isCluster: false, logger }));
});

afterAll(async () => {
  closeStore();
  await nearkey.stop();
  await Promise.all([model.stop(), bedrock.stop()]);
});

beforeEach(async () => {
  await store.call('CONFIG', 'SET', 'maxmemory', '0');
  await store.call('FLUSHALL');
  model.fault = {};
  release();
});

const museums = ({ city }: ModelDoor) => `Which museums in ${city} are open on Sundays please?`;
const museumsAgain = ({ city }: ModelDoor) => `Please, which museums in ${city} are open on Sundays?`;
const bicycles = ({ city }: ModelDoor) => `How do I rent a bicycle in ${city} please?`;
const bicyclesAgain = ({ city }: ModelDoor) => `Please, how do I rent a bicycle in ${city}?`;
const bridges = ({ city }: ModelDoor) => `Who built the oldest bridge of ${city}?`;
const trams = ({ city }: ModelDoor) => `How much is a tram ticket in ${city}?`;

/** Streams wait after their first two events, other answers before they begin. */
function hold({ isStream }: ModelDoor, gate: Promise<void>): void {
  if (isStream) model.streamGate = gate;
  else model.gate = gate;
  bedrock.gate = gate;
}

function release(): void {
  model.gate = undefined;
  model.streamGate = undefined;
  bedrock.gate = undefined;
}

/** The next answer breaks off before its end. */
function cut({ provider }: ModelDoor): void {
  if (provider === 'bedrock') bedrock.queue({ kind: 'cut', afterEvents: 4 });
  else model.fault = { cutAfter: 4 };
}

const callCount = (): number => model.calls.length + bedrock.calls.length;

async function ask(door: ModelDoor, question: string): Promise<Answered> {
  return post(nearkey.httpPort, door.path, door.body(question));
}

/**
 * Asks, and expects a whole answer.
 * @param answeredTo what it must be the answer to
 * @returns what the cache did
 */
async function served(door: ModelDoor, question: string, answeredTo = question): Promise<string> {
  const answered = await ask(door, question);
  const said = saidBy(door, answered);
  if (!isAnswerTo(door, answeredTo, said)) {
    throw new Error(`${answered.status} ${said ?? 'not whole'}: ${JSON.stringify(answered.headers)}`);
  }
  return String(answered.headers['x-nearkey-cache']);
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setImmediate(resolve));
}

/** The prompts whose answers are kept; whatever is kept is whole, and right. */
async function kept(door: ModelDoor): Promise<string[]> {
  const keys = await store.call('KEYS', 'nearkey:cache:{llm}:entry:*');
  const prompts: string[] = [];
  for (const key of Array.isArray(keys) ? keys : []) {
    const fields = await store.call('HMGET', String(key), 'prompt', 'response');
    const [prompt = '', response = ''] = Array.isArray(fields) ? fields.map(String) : [];
    const answer = decodeAnswer(response);
    const says = answer === undefined ? undefined : keptSays(door, answer, prompt);
    if (!isAnswerTo(door, prompt, says)) throw new Error(`kept of ${prompt}: ${response}`);
    prompts.push(prompt);
  }
  return prompts.sort();
}

/** Each answer that is to be kept has been stored, or refused: until then equal questions share it. */
async function areSettled(): Promise<boolean> {
  const [answers, stored, refused] = await Promise.all([
    counted('nearkey_llm_answers_total', { outcome: 'kept' }),
    counted('nearkey_cache_stores_total', {}),
    counted('nearkey_cache_errors_total', { operation: 'store' }),
  ]);
  return answers === stored + refused;
}

/** Resolves when these answers, and no others, are kept. */
async function keeps(door: ModelDoor, ...prompts: string[]): Promise<void> {
  await until(async () => (await kept(door)).length >= prompts.length && (await areSettled()));
  expect(await kept(door)).toEqual(prompts.sort());
}

/** The sum of a counter's values whose labels hold all of these. */
async function counted(name: string, labels: Readonly<Record<string, string>>): Promise<number> {
  const metrics = await (await fetch(`http://127.0.0.1:${nearkey.httpPort}/metrics`)).text();
  const wanted = Object.entries(labels).map(([label, value]) => `${label}="${value}"`);
  const lines = metrics.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  const values = lines.filter((line) => wanted.every((label) => line.includes(label)));
  return values.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

/** What a counter is about to count more than now. */
async function counting(name: string, labels: Readonly<Record<string, string>>): Promise<() => Promise<number>> {
  const before = await counted(name, labels);
  return async () => (await counted(name, labels)) - before;
}

const linesSaid = (line: string): number => nearkey.output().split(line).length - 1;

/** The embedder's thread ends with the next texts it is given. */
async function armEmbedder(): Promise<void> {
  const said = linesSaid(armedLine);
  nearkey.process.kill('SIGUSR2');
  await until(() => linesSaid(armedLine) > said);
}

async function indexes(): Promise<string[]> {
  const names = await store.call('FT._LIST');
  return Array.isArray(names) ? names.map(String) : [];
}

async function dropIndex(): Promise<void> {
  for (const index of await indexes()) await store.call('FT.DROPINDEX', index);
}

/** How many entries a search can find. */
async function indexedCount(): Promise<number> {
  const [index = ''] = await indexes();
  const found = await store.call('FT.SEARCH', index, '@createdAtMs:[-inf +inf]', 'LIMIT', 0, 0);
  return Array.isArray(found) ? Number(found[0]) : 0;
}

/** Writes until there is no room for anything more, then takes room away, so that what is freed meanwhile makes none. */
async function fillMemory(): Promise<void> {
  const info = String(await store.call('INFO', 'memory'));
  const used = Number(/used_memory:(\d+)/.exec(info)?.[1]);
  await store.call('CONFIG', 'SET', 'maxmemory', String(used + 1_000_000));
  let refusal: unknown;
  for (let at = 0; refusal === undefined; at++) {
    await store.call('SET', `filler:${at}`, 'x'.repeat(50_000)).catch((error: unknown) => {
      refusal = error;
    });
  }
  expect(String(refusal)).toContain('OOM');
  await store.call('CONFIG', 'SET', 'maxmemory', String(Math.floor(used / 2)));
}

/** A promise, and what resolves it. */
function gate(): { readonly promise: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

/** A caller asks, sees the beginning if there is one to see, and goes; the server has seen that when this resolves. */
async function askAndGo(door: ModelDoor, question: string): Promise<void> {
  const visits = await counting('nearkey_http_request_duration_seconds_count', { status: 'aborted' });
  const calls = callCount();
  const { response, go } = posted(nearkey.httpPort, door.path, door.body(question));
  if (door.isStream) await once(await response, 'data');
  else await until(() => callCount() > calls);
  go();
  await until(async () => (await visits()) === 1);
}

describe.each(modelDoors)('at the door of $name', (door) => {
  const format = door.format.format;

  test('the headers say alike what the cache did', async () => {
    const said = async (question: string, headers: Readonly<Record<string, string>> = {}) => {
      const answered = await post(nearkey.httpPort, door.path, door.body(question), headers);
      const own = Object.entries(answered.headers).filter(([name]) => /^(x-nearkey-|age$)/.test(name));
      return Object.fromEntries(own.map(([name, value]) => [name.replace('x-nearkey-', ''), value]));
    };
    const id = expect.stringMatching(/^[0-9a-f]{32}$/);
    expect(await said(trams(door), { 'cache-control': 'no-store' })).toEqual({
      cache: 'bypass',
      'cache-reason': 'no-store',
    });
    expect(await said(trams(door))).toEqual({ cache: 'miss', 'cache-reason': 'no-candidate' });
    await keeps(door, trams(door));
    expect(await said(trams(door))).toEqual({
      ...{ cache: 'hit', 'cache-tier': 'exact', 'cache-similarity': '1.0000' },
      ...{ 'cache-entry': id, 'cache-hit': id, age: '0' },
      'cache-hit-dollars': expect.stringMatching(/^0\.000[0-9]{5}$/),
    });
  });

  test('a provider that breaks off breaks off for the caller, and nothing of it is kept', async () => {
    const failed = await counting('nearkey_llm_answers_total', { format, outcome: 'failed' });
    cut(door);
    const broken = await ask(door, museums(door));
    expect(saidBy(door, broken)).toBeUndefined();
    // What has not begun to leave can still become an error.
    expect(broken.isBroken ? 'broken' : broken.status).toBe(door.isStream ? 'broken' : 502);
    model.fault = {};
    await until(async () => (await failed()) === 1);
    await keeps(door);
    expect(await served(door, museums(door))).toBe('miss');
    await keeps(door, museums(door));
    expect(await served(door, museums(door))).toBe('hit');
  });

  test('an embedder whose thread ends under a question fails nobody, and the next question starts another', async () => {
    const errors = await counting('nearkey_llm_requests_total', { format, cache: 'error', reason: 'embedder-failed' });
    const ended = linesSaid(endedLine);
    await served(door, bridges(door));
    await keeps(door, bridges(door));
    await armEmbedder();
    expect(await served(door, bicycles(door))).toBe('error');
    await until(() => linesSaid(endedLine) === ended + 1);
    expect(await errors()).toBe(1);
    await keeps(door, bicycles(door), bridges(door));
    expect(await served(door, bicyclesAgain(door), bicycles(door))).toBe('hit');
    expect(await errors()).toBe(1);
  });

  test('an index that is dropped while the model answers is made anew, whoever searches next', async () => {
    const errors = await counting('nearkey_llm_requests_total', { format, cache: 'error' });
    const { promise, open } = gate();
    hold(door, promise);
    const calls = callCount();
    const asked = served(door, museums(door));
    await until(() => callCount() > calls);
    await dropIndex();
    open();
    release();
    expect(await asked).toBe('miss');
    await keeps(door, museums(door));
    // Finds no index and makes one; the server fills it meanwhile.
    expect(await served(door, bridges(door))).toBe('miss');
    await keeps(door, museums(door), bridges(door));
    await until(async () => (await indexedCount()) === 2);
    expect(await served(door, museumsAgain(door), museums(door))).toBe('hit');
    expect([await errors(), callCount()]).toEqual([0, calls + 2]);
  });

  test('a store whose memory is full keeps nothing more, serves what it has, and fails nobody', async () => {
    const refused = await counting('nearkey_cache_errors_total', { operation: 'store', code: 'store-out-of-memory' });
    await served(door, museums(door));
    await keeps(door, museums(door));
    await fillMemory();
    expect(await served(door, bridges(door))).toBe('miss');
    await until(async () => (await refused()) === 1);
    expect(await served(door, museums(door))).toBe('hit');
    await keeps(door, museums(door));
    // Without its index, which cannot be made now, no lookup succeeds either.
    await store.call('FLUSHALL');
    await fillMemory();
    expect(await served(door, trams(door))).toBe('error');
    await keeps(door);
    await store.call('CONFIG', 'SET', 'maxmemory', '0');
    expect(await served(door, trams(door))).toBe('miss');
    await keeps(door, trams(door));
  });

  test('of a caller who goes the answer is read to its end, and kept when it has one', async () => {
    const failed = await counting('nearkey_llm_answers_total', { format, outcome: 'failed' });
    const left = gate();
    hold(door, left.promise);
    await askAndGo(door, museums(door));
    left.open();
    await keeps(door, museums(door));
    release();
    expect(await served(door, museums(door))).toBe('hit');
    const broken = gate();
    hold(door, broken.promise);
    cut(door);
    await askAndGo(door, bridges(door));
    broken.open();
    await until(async () => (await failed()) === 1);
    release();
    model.fault = {};
    await keeps(door, museums(door));
    expect(await served(door, bridges(door))).toBe('miss');
    await keeps(door, museums(door), bridges(door));
  });
});

describe('at the door of embeddings', () => {
  const path = '/v1/embeddings';
  const embed = (input: string, name = 'nearkey') => post(nearkey.httpPort, path, { model: name, input });
  const lengthOf = ({ status, body }: Answered): number =>
    status === 200 ? JSON.parse(body.toString()).data[0].embedding.length : 0;

  test('a provider that breaks off breaks off for the caller', async () => {
    model.fault = { cutAfter: 0 };
    const broken = await embed('tea', 'text-embedding-3-small');
    expect([broken.isBroken, broken.status]).toEqual([true, 200]);
    model.fault = {};
    expect(lengthOf(await embed('tea', 'text-embedding-3-small'))).toBe(2);
  });

  test('an embedder whose thread ends is told as a failure that passes, and the next call starts another', async () => {
    await armEmbedder();
    const failed = await embed('coffee');
    expect([failed.status, JSON.parse(failed.body.toString()).error.message]).toEqual([503, 'The embedder failed']);
    expect(lengthOf(await embed('coffee'))).toBe(512);
  });

  test('a full store and a caller who goes are nothing to it', async () => {
    await fillMemory();
    expect(lengthOf(await embed('cocoa'))).toBe(512);
    posted(nearkey.httpPort, path, { model: 'nearkey', input: 'milk' }).go();
    expect(lengthOf(await embed('milk'))).toBe(512);
  });
});
