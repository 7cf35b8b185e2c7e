import { spawnSync } from 'node:child_process';
import { EmbedderError } from '#sdk/embedders/embedder.js';
import { WorkerEmbedder, type WorkerEmbedderOptions } from '#sdk/embedders/worker-embedder.js';

const FAKE_WORKER = new URL('./fake-worker.js', import.meta.url);

function embedderWith(limits: WorkerEmbedderOptions): WorkerEmbedder {
  return new WorkerEmbedder({ id: 'fake', dimension: 512, workerUrl: FAKE_WORKER }, limits);
}

async function failure(promise: Promise<unknown>): Promise<EmbedderError> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (error instanceof EmbedderError) return error;
  throw new Error(`expected an EmbedderError, received ${String(error)}`);
}

describe('WorkerEmbedder', () => {
  test('fails waiting calls when the thread crashes, and the next call starts another', async () => {
    const embedder = embedderWith({ batchTextsMax: 1 });
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
    const embedder = embedderWith({});
    expect(await failure(embedder.embed(['exit']))).toMatchObject({
      code: 'failed',
      message: expect.stringContaining('code 7'),
    });
    await embedder.close();
  });

  test('stops starting threads that never answer', async () => {
    const embedder = embedderWith({});
    for (let start = 0; start < 3; start++) await failure(embedder.embed(['crash']));
    expect(await failure(embedder.embed(['fine']))).toMatchObject({
      code: 'failed',
      message: expect.stringContaining('not started again'),
    });
    await embedder.close();
  });

  test('fails a batch that is not answered in time', async () => {
    const embedder = embedderWith({ batchTimeoutMs: 20 });
    expect(await failure(embedder.embed(['silence']))).toMatchObject({
      code: 'failed',
      message: expect.stringContaining('20 ms'),
    });
    await embedder.close();
  });

  test.each(['too few', 'not of unit length'])('refuses an answer that is %s', async (answer) => {
    const embedder = embedderWith({});
    expect(await failure(embedder.embed([answer]))).toMatchObject({ code: 'invalid-output' });
    await embedder.close();
  });

  test('several threads share what waits, and each call gets its own vectors', async () => {
    const embedder = embedderWith({ threads: 3, batchTextsMax: 2 });
    const calls = Array.from({ length: 40 }, () => embedder.embed(['one', 'two', 'three']));
    for (const vectors of await Promise.all(calls)) expect(vectors.map((vector) => vector[0])).toEqual([1, 1, 1]);
    await embedder.close();
  });

  test('a thread that ends fails what it worked on and what waits; the others go on', async () => {
    const embedder = embedderWith({ threads: 2, batchTextsMax: 1 });
    await Promise.all([embedder.embed(['fine']), embedder.embed(['fine'])]);
    const crashed = failure(embedder.embed(['crash']));
    expect(await crashed).toMatchObject({ code: 'failed' });
    expect(await embedder.embed(['fine again', 'and again'])).toHaveLength(2);
    await embedder.close();
  });

  test('refuses texts beyond the queue, and takes more once it is shorter', async () => {
    const embedder = embedderWith({ batchTextsMax: 1, queueTextsMax: 2 });
    const taken = [embedder.embed(['in the thread']), embedder.embed(['waits', 'waits too'])];
    expect(await failure(embedder.embed(['one too many']))).toMatchObject({ code: 'queue-full' });
    await Promise.all(taken);
    expect(await embedder.embed(['fits now'])).toHaveLength(1);
    await embedder.close();
  });

  test('closing rejects what waits, refuses what comes, and may be repeated', async () => {
    const embedder = embedderWith({});
    const waiting = failure(embedder.embed(['silence']));
    await embedder.close();
    expect(await waiting).toMatchObject({ code: 'closed' });
    expect(await failure(embedder.embed(['late']))).toMatchObject({ code: 'closed' });
    await embedder.close();
  });

  test('an idle thread does not keep the process alive', () => {
    const module = new URL('../../../../sdk/dist/embedders/worker-embedder.js', import.meta.url);
    const program = `
      import { WorkerEmbedder } from ${JSON.stringify(module.href)};
      const workerUrl = new URL(${JSON.stringify(FAKE_WORKER.href)});
      const embedder = new WorkerEmbedder({ id: 'fake', dimension: 512, workerUrl }, {});
      await embedder.embed(['one text']);
      console.log('embedded');`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', program], { timeout: 100_000 });
    expect({ status: run.status, output: String(run.stdout), errors: String(run.stderr) }).toEqual({
      status: 0,
      output: 'embedded\n',
      errors: '',
    });
  });

  test.each([{ threads: 0 }, { batchTextsMax: 0 }, { queueTextsMax: 1.5 }, { batchTimeoutMs: -1 }])(
    'refuses the options %p',
    (options) => {
      expect(() => embedderWith(options)).toThrow();
    },
  );
});
