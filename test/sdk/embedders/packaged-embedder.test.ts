import { spawnSync } from 'node:child_process';
import { EmbedderError } from '#sdk/embedders/embedder.js';
import { PackagedEmbedder } from '#sdk/embedders/packaged-embedder.js';

const FAKE_WORKER = new URL('./fake-worker.js', import.meta.url);

function dot(a: Float32Array | undefined, b: Float32Array | undefined): number {
  if (a === undefined || b === undefined) throw new Error('a vector is missing');
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0);
}

async function failure(promise: Promise<unknown>): Promise<EmbedderError> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (error instanceof EmbedderError) return error;
  throw new Error(`expected an EmbedderError, received ${String(error)}`);
}

describe('PackagedEmbedder with its model', () => {
  const embedder = new PackagedEmbedder();
  afterAll(() => embedder.close());

  test('answers unit vectors, one a text, in order', async () => {
    const texts = ['How do I cancel my card?', 'Where is the nearest branch?', 'How do I cancel my card?'];
    const vectors = await embedder.embed(texts);
    expect(vectors.map((vector) => vector.length)).toEqual([512, 512, 512]);
    for (const vector of vectors) expect(dot(vector, vector)).toBeCloseTo(1, 5);
    expect(vectors[2]).toEqual(vectors[0]);
    expect(dot(vectors[0], vectors[1])).toBeLessThan(0.6);
  });

  test('puts a paraphrase nearer than another question', async () => {
    const [question, paraphrase, other] = await embedder.embed([
      'How can I reset my password?',
      'I forgot my password, how do I get a new one?',
      'What time do you open on Sundays?',
    ]);
    expect(dot(question, paraphrase)).toBeGreaterThan(dot(question, other) + 0.2);
  });

  test('answers concurrent calls each with their own vectors', async () => {
    const texts = Array.from({ length: 40 }, (_, number) => `question number ${number}`);
    const alone = await embedder.embed(texts);
    const together = await Promise.all(texts.map(async (text) => (await embedder.embed([text]))[0]));
    expect(together).toEqual(alone);
  });

  test('answers no vectors for no texts', async () => {
    expect(await embedder.embed([])).toEqual([]);
  });

  test('refuses a text that it would have to cut', async () => {
    const error = await failure(embedder.embed(['short', 'x'.repeat(8_193)]));
    expect(error.code).toBe('invalid-request');
    expect(error.message).toContain('8193');
  });
});

describe('PackagedEmbedder around its thread', () => {
  test('fails waiting calls when the thread crashes, and the next call starts another', async () => {
    const embedder = new PackagedEmbedder({ workerUrl: FAKE_WORKER, batchTextsMax: 1 });
    const answered = embedder.embed(['fine']);
    const crashed = failure(embedder.embed(['crash']));
    const behind = failure(embedder.embed(['waiting behind it']));
    expect(await answered).toHaveLength(1);
    expect(await crashed).toMatchObject({ code: 'failed', message: expect.stringContaining('told to crash') });
    expect(await behind).toMatchObject({ code: 'failed' });
    expect(await embedder.embed(['fine again'])).toHaveLength(1);
    await embedder.close();
  });

  test('fails waiting calls when the thread exits', async () => {
    const embedder = new PackagedEmbedder({ workerUrl: FAKE_WORKER });
    expect(await failure(embedder.embed(['exit']))).toMatchObject({
      code: 'failed',
      message: expect.stringContaining('code 7'),
    });
    await embedder.close();
  });

  test('stops starting threads that never answer', async () => {
    const embedder = new PackagedEmbedder({ workerUrl: FAKE_WORKER });
    for (let start = 0; start < 3; start++) await failure(embedder.embed(['crash']));
    expect(await failure(embedder.embed(['fine']))).toMatchObject({
      code: 'failed',
      message: expect.stringContaining('not started again'),
    });
    await embedder.close();
  });

  test('fails a batch that is not answered in time', async () => {
    const embedder = new PackagedEmbedder({ workerUrl: FAKE_WORKER, batchTimeoutMs: 20 });
    expect(await failure(embedder.embed(['silence']))).toMatchObject({
      code: 'failed',
      message: expect.stringContaining('20 ms'),
    });
    await embedder.close();
  });

  test.each(['too few', 'not of unit length'])('refuses an answer that is %s', async (answer) => {
    const embedder = new PackagedEmbedder({ workerUrl: FAKE_WORKER });
    expect(await failure(embedder.embed([answer]))).toMatchObject({ code: 'invalid-output' });
    await embedder.close();
  });

  test('refuses texts beyond the queue, and takes more once it is shorter', async () => {
    const embedder = new PackagedEmbedder({ workerUrl: FAKE_WORKER, batchTextsMax: 1, queueTextsMax: 2 });
    const taken = [embedder.embed(['in the thread']), embedder.embed(['waits', 'waits too'])];
    expect(await failure(embedder.embed(['one too many']))).toMatchObject({ code: 'queue-full' });
    await Promise.all(taken);
    expect(await embedder.embed(['fits now'])).toHaveLength(1);
    await embedder.close();
  });

  test('closing rejects what waits, refuses what comes, and may be repeated', async () => {
    const embedder = new PackagedEmbedder({ workerUrl: FAKE_WORKER });
    const waiting = failure(embedder.embed(['silence']));
    await embedder.close();
    expect(await waiting).toMatchObject({ code: 'closed' });
    expect(await failure(embedder.embed(['late']))).toMatchObject({ code: 'closed' });
    await embedder.close();
  });

  test('an idle thread does not keep the process alive', () => {
    const module = new URL('../../../../sdk/dist/embedders/packaged-embedder.js', import.meta.url);
    const program = `
      import { PackagedEmbedder } from ${JSON.stringify(module.href)};
      const embedder = new PackagedEmbedder({ workerUrl: new URL(${JSON.stringify(FAKE_WORKER.href)}) });
      await embedder.embed(['one text']);
      console.log('embedded');`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], { timeout: 20_000 });
    expect({ status: run.status, output: String(run.stdout), errors: String(run.stderr) }).toEqual({
      status: 0,
      output: 'embedded\n',
      errors: '',
    });
  });

  test.each([{ batchTextsMax: 0 }, { queueTextsMax: 1.5 }, { batchTimeoutMs: -1 }])(
    'refuses the options %p',
    (options) => {
      expect(() => new PackagedEmbedder(options)).toThrow();
    },
  );
});
