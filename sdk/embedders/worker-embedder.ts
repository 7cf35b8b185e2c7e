/**
 * A model in a worker thread, so that the event loop never waits for arithmetic. Its module answers each message, a list of texts, with
 * their vectors end to end in one array; it says nothing else, and ends when it fails.
 *
 * Texts of concurrent calls wait in one queue and go to the thread in batches; one batch is in the thread at a time.
 * Batches save messages, not arithmetic, so they stay small and a short call does not wait behind a long one's rest.
 *
 * Invariants:
 * - a call settles exactly once: with all its vectors, or with the first error of any of its batches;
 * - the thread keeps the process alive only while texts wait; it is started by the first call and ended by `close`;
 * - a thread that ends by itself, or answers nothing for `batchTimeoutMs`, fails every waiting call; the next call
 *   starts another, until `STARTS_WITHOUT_ANSWER_MAX` threads in a row have answered nothing.
 */
import { types } from 'node:util';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { checkIdentity, checkTexts, type Embedder, EmbedderError, isUnitLength } from './embedder.js';

export interface WorkerEmbedderOptions {
  /** Texts sent to the thread at once. */
  readonly batchTextsMax?: number;
  /** Texts that may wait, all calls together. */
  readonly queueTextsMax?: number;
  /** Longer texts are refused: to cut them would give texts with the same beginning the same vector. */
  readonly textCharsMax?: number;
  /** How long the thread may take for one batch, loading included. */
  readonly batchTimeoutMs?: number;
}

/** What the thread runs, and what its vectors are. */
export interface WorkerModel {
  readonly id: string;
  readonly dimension: number;
  readonly workerUrl: URL;
  /** Handed to the module as `workerData`. */
  readonly workerData?: unknown;
}

const optionsSchema = z.object({
  batchTextsMax: z.int().min(1).max(1_024).default(16),
  queueTextsMax: z.int().min(1).max(1_000_000).default(4_096),
  textCharsMax: z.int().min(1).max(65_536).default(8_192),
  batchTimeoutMs: z.int().min(1).max(600_000).default(60_000),
});

const STARTS_WITHOUT_ANSWER_MAX = 3;

/** One text of a call, on its way. */
interface WaitingText {
  readonly text: string;
  readonly resolve: (vector: Float32Array) => void;
  readonly reject: (error: EmbedderError) => void;
}

export class WorkerEmbedder implements Embedder {
  readonly id: string;
  readonly dimension: number;
  readonly textCharsMax: number;

  readonly #model: WorkerModel;
  readonly #options: z.output<typeof optionsSchema>;
  #queue: WaitingText[] = [];
  /** What the thread works on. */
  #batch: WaitingText[] = [];
  #worker: Worker | undefined;
  #batchTimer: NodeJS.Timeout | undefined;
  #startsWithoutAnswer = 0;
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
    this.#sendNextBatch();
    return Promise.all(vectors);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    this.#failAll(closedError());
    await worker?.terminate();
  }

  #sendNextBatch(): void {
    if (this.#batch.length > 0 || this.#queue.length === 0) return;
    if (this.#worker === undefined && this.#startsWithoutAnswer >= STARTS_WITHOUT_ANSWER_MAX) {
      const message = `the embedder's thread ended ${STARTS_WITHOUT_ANSWER_MAX} times without an answer and is not started again`;
      this.#failAll(new EmbedderError('failed', message));
      return;
    }
    this.#worker ??= this.#start();
    this.#batch = this.#queue.splice(0, this.#options.batchTextsMax);
    this.#worker.ref();
    this.#worker.postMessage(this.#batch.map(({ text }) => text));
    const { batchTimeoutMs } = this.#options;
    const worker = this.#worker;
    this.#batchTimer = setTimeout(() => {
      this.#onEnd(worker, `it did not answer within ${batchTimeoutMs} ms`);
    }, batchTimeoutMs);
  }

  #start(): Worker {
    const { workerUrl, workerData } = this.#model;
    const worker = new Worker(workerUrl, { execArgv: [], workerData });
    this.#startsWithoutAnswer++;
    worker.on('message', (message: unknown) => this.#onVectors(worker, message));
    worker.on('error', (error: unknown) => this.#onEnd(worker, error instanceof Error ? error.message : String(error)));
    worker.on('exit', (code) => this.#onEnd(worker, `it exited with code ${code}`));
    return worker;
  }

  #onVectors(worker: Worker, message: unknown): void {
    if (worker !== this.#worker) return;
    const { dimension } = this;
    const batch = this.#takeBatch();
    if (!types.isFloat32Array(message) || message.length !== batch.length * dimension) {
      const error = new EmbedderError('invalid-output', `the embedder's thread answered no ${batch.length} vectors`);
      for (const { reject } of batch) reject(error);
    } else {
      this.#startsWithoutAnswer = 0;
      batch.forEach(({ resolve, reject }, position) => {
        const vector = message.slice(position * dimension, (position + 1) * dimension);
        if (isUnitLength(vector)) resolve(vector);
        else reject(new EmbedderError('invalid-output', 'the model answered a vector that is not of unit length'));
      });
    }
    if (this.#queue.length > 0) this.#sendNextBatch();
    else worker.unref();
  }

  #onEnd(worker: Worker, reason: string): void {
    if (worker !== this.#worker) return;
    this.#failAll(new EmbedderError('failed', `the embedder's thread failed: ${reason}`));
    void worker.terminate();
  }

  /** Fails whatever waits and forgets the thread. */
  #failAll(error: EmbedderError): void {
    const failed = [...this.#takeBatch(), ...this.#queue];
    this.#queue = [];
    this.#worker = undefined;
    for (const { reject } of failed) reject(error);
  }

  #takeBatch(): WaitingText[] {
    clearTimeout(this.#batchTimer);
    const batch = this.#batch;
    this.#batch = [];
    return batch;
  }
}

function closedError(): EmbedderError {
  return new EmbedderError('closed', 'the embedder is closed');
}
