/**
 * A model in worker threads, so that the event loop never waits for arithmetic. Its module answers each message, a list of texts, with
 * their vectors end to end in one array; it says nothing else, and ends when it fails.
 *
 * Texts of concurrent calls wait in one queue and go to the threads in batches; each thread has one batch at a time. Batches stay
 * small, so that a short call does not wait behind a long one's rest, and are shared out among the threads that are idle.
 *
 * Invariants:
 * - a call settles exactly once: with all its vectors, or with the first error of any of its batches;
 * - threads keep the process alive only while they work; the first is started by the first call, a further one when texts wait while
 *   all are busy, and takes none before it has loaded; `close` ends them;
 * - a thread that ends by itself, or answers nothing for `batchTimeoutMs`, fails what it worked on and what waits; the next call
 *   starts another, until `ENDS_WITHOUT_ANSWER_MAX` threads in a row have answered nothing.
 */
import { types } from 'node:util';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { checkIdentity, checkTexts, type Embedder, EmbedderError, isUnitLength } from './embedder.js';

export interface WorkerEmbedderOptions {
  /** Threads at most. */
  readonly threads?: number;
  /** Texts sent to a thread at once. */
  readonly batchTextsMax?: number;
  /** Texts that may wait, all calls together. */
  readonly queueTextsMax?: number;
  /** Longer texts are refused: to cut them would give texts with the same beginning the same vector. */
  readonly textCharsMax?: number;
  /** How long a thread may take for one batch, loading included. */
  readonly batchTimeoutMs?: number;
}

/** What the threads run, and what its vectors are. */
export interface WorkerModel {
  readonly id: string;
  readonly dimension: number;
  readonly workerUrl: URL;
  /** Handed to the module as `workerData`. */
  readonly workerData?: unknown;
}

const optionsSchema = z.object({
  threads: z.int().min(1).max(64).default(1),
  batchTextsMax: z.int().min(1).max(1_024).default(16),
  queueTextsMax: z.int().min(1).max(1_000_000).default(4_096),
  textCharsMax: z.int().min(1).max(65_536).default(8_192),
  batchTimeoutMs: z.int().min(1).max(600_000).default(60_000),
});

const ENDS_WITHOUT_ANSWER_MAX = 3;

/** One text of a call, on its way. */
interface WaitingText {
  readonly text: string;
  readonly resolve: (vector: Float32Array) => void;
  readonly reject: (error: EmbedderError) => void;
}

interface Thread {
  readonly worker: Worker;
  /** What it works on; empty while it loads ahead of its first batch. */
  batch: readonly WaitingText[];
  /** Of the batch; undefined while the thread is idle. */
  timer: NodeJS.Timeout | undefined;
  hasAnswered: boolean;
}

export class WorkerEmbedder implements Embedder {
  readonly id: string;
  readonly dimension: number;
  readonly textCharsMax: number;

  readonly #model: WorkerModel;
  readonly #options: z.output<typeof optionsSchema>;
  #queue: WaitingText[] = [];
  readonly #threads = new Set<Thread>();
  #endsWithoutAnswer = 0;
  #isClosed = false;

  constructor(model: WorkerModel, options: WorkerEmbedderOptions) {
    checkIdentity(model.id, model.dimension);
    this.id = model.id;
    this.dimension = model.dimension;
    this.#model = model;
    this.#options = optionsSchema.parse(options);
    this.textCharsMax = this.#options.textCharsMax;
  }

  async embed(texts: readonly string[]): Promise<Float32Array[]> {
    if (this.#isClosed) throw closedError();
    checkTexts(texts, this.textCharsMax);
    const { queueTextsMax } = this.#options;
    if (this.#queue.length + texts.length > queueTextsMax) {
      throw new EmbedderError(
        'queue-full',
        `${this.#queue.length} texts wait for the embedder and ${texts.length} more do not fit: at most ${queueTextsMax}`,
      );
    }
    const vectors = texts.map(
      (text) =>
        new Promise<Float32Array>((resolve, reject) => {
          this.#queue.push({ text, resolve, reject });
        }),
    );
    this.#shareOut();
    return Promise.all(vectors);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const threads = [...this.#threads];
    this.#threads.clear();
    for (const thread of threads) failAll(takeBatch(thread), closedError());
    this.#failQueue(closedError());
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  /** Gives what waits to the threads that are idle, and starts another where there are not enough. */
  #shareOut(): void {
    if (this.#queue.length === 0) return;
    if (this.#threads.size === 0) {
      if (this.#endsWithoutAnswer >= ENDS_WITHOUT_ANSWER_MAX) {
        const message = `the embedder's thread ended ${ENDS_WITHOUT_ANSWER_MAX} times without an answer and is not started again`;
        this.#failQueue(new EmbedderError('failed', message));
        return;
      }
      this.#start();
    }
    const idle = [...this.#threads].filter(({ timer }) => timer === undefined);
    idle.forEach((thread, at) => {
      const share = Math.ceil(this.#queue.length / (idle.length - at));
      if (share > 0) this.#send(thread, this.#queue.splice(0, Math.min(share, this.#options.batchTextsMax)));
    });
    const mayStart = this.#threads.size < this.#options.threads && this.#endsWithoutAnswer === 0;
    if (this.#queue.length > 0 && mayStart) this.#send(this.#start(), []);
  }

  #send(thread: Thread, batch: readonly WaitingText[]): void {
    const { batchTimeoutMs } = this.#options;
    thread.batch = batch;
    thread.worker.ref();
    thread.worker.postMessage(batch.map(({ text }) => text));
    thread.timer = setTimeout(() => {
      this.#onEnd(thread, `it did not answer within ${batchTimeoutMs} ms`);
    }, batchTimeoutMs);
  }

  #start(): Thread {
    const { workerUrl, workerData } = this.#model;
    const worker = new Worker(workerUrl, { execArgv: [], workerData });
    const thread: Thread = { worker, batch: [], timer: undefined, hasAnswered: false };
    this.#threads.add(thread);
    worker.on('message', (message: unknown) => this.#onVectors(thread, message));
    worker.on('error', (error: unknown) => this.#onEnd(thread, error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => this.#onEnd(thread, `it exited with code ${code}`));
    return thread;
  }

  #onVectors(thread: Thread, message: unknown): void {
    if (!this.#threads.has(thread)) return;
    const { dimension } = this;
    const batch = takeBatch(thread);
    if (!types.isFloat32Array(message) || message.length !== batch.length * dimension) {
      failAll(batch, new EmbedderError('invalid-output', `the embedder's thread answered no ${batch.length} vectors`));
    } else {
      this.#endsWithoutAnswer = 0;
      thread.hasAnswered = true;
      batch.forEach(({ resolve, reject }, position) => {
        const vector = message.slice(position * dimension, (position + 1) * dimension);
        if (isUnitLength(vector)) resolve(vector);
        else reject(new EmbedderError('invalid-output', 'the model answered a vector that is not of unit length'));
      });
    }
    this.#shareOut();
    if (thread.timer === undefined) thread.worker.unref();
  }

  #onEnd(thread: Thread, reason: string): void {
    if (!this.#threads.delete(thread)) return;
    if (!thread.hasAnswered) this.#endsWithoutAnswer++;
    const error = new EmbedderError('failed', `the embedder's thread failed: ${reason}`);
    failAll(takeBatch(thread), error);
    this.#failQueue(error);
    void thread.worker.terminate();
  }

  #failQueue(error: EmbedderError): void {
    const failed = this.#queue;
    this.#queue = [];
    failAll(failed, error);
  }
}

function takeBatch(thread: Thread): readonly WaitingText[] {
  clearTimeout(thread.timer);
  thread.timer = undefined;
  const { batch } = thread;
  thread.batch = [];
  return batch;
}

function failAll(texts: readonly WaitingText[], error: EmbedderError): void {
  for (const { reject } of texts) reject(error);
}

function closedError(): EmbedderError {
  return new EmbedderError('closed', 'the embedder is closed');
}
