/**
 * Word of keys that change, by client-side caching: one connection tracks all keys with a prefix, another is told of them, as RESP2
 * needs it. Both are made from a client of ioredis, and both are armed anew when either was lost; meanwhile nothing is told.
 */

const channel = '__redis__:invalidate';

/** What of ioredis is needed. */
export interface TrackingClient {
  duplicate(options: { readonly autoResubscribe: boolean }): TrackingClient;
  call(command: string, ...args: string[]): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  disconnect(): void;
}

export interface KeyListener {
  changed(keys: readonly string[]): void;
  /** Whether changes are told from now on; those before may have been missed. */
  told(isTold: boolean): void;
}

export class KeyInvalidations {
  readonly #listening: TrackingClient;
  readonly #tracking: TrackingClient;
  readonly #listener: KeyListener;
  readonly #prefix: string;
  /** Of the connection that is told, while it is subscribed. */
  #listeningId: string | undefined;
  #isTrackingReady = false;
  /** The connection that is being told. */
  #toldId: string | undefined;
  #arming: Promise<void> = Promise.resolve();

  /** @param prefix of the keys to hear of */
  constructor(client: TrackingClient, prefix: string, listener: KeyListener) {
    this.#prefix = prefix;
    this.#listener = listener;
    this.#listening = client.duplicate({ autoResubscribe: false });
    this.#tracking = client.duplicate({ autoResubscribe: false });
    this.#listening.on('ready', () => this.#next(() => this.#subscribe()));
    this.#listening.on('close', () => {
      this.#listeningId = undefined;
      this.#lost();
    });
    this.#tracking.on('ready', () => {
      this.#isTrackingReady = true;
      this.#next(() => this.#arm());
    });
    this.#tracking.on('close', () => {
      this.#isTrackingReady = false;
      this.#lost();
    });
    this.#listening.on('messageBuffer', (_channel, keys) => this.#hear(keys));
    // A connection that fails is closed, and made again.
    for (const connection of [this.#listening, this.#tracking]) connection.on('error', () => undefined);
  }

  close(): void {
    this.#listening.disconnect();
    this.#tracking.disconnect();
  }

  #next(step: () => Promise<void>): void {
    this.#arming = this.#arming.then(step).catch(() => this.#lost());
  }

  async #subscribe(): Promise<void> {
    const id = String(await this.#listening.call('CLIENT', 'ID'));
    await this.#listening.subscribe(channel);
    this.#listeningId = id;
    await this.#arm();
  }

  async #arm(): Promise<void> {
    const id = this.#listeningId;
    if (id === undefined || !this.#isTrackingReady || this.#toldId === id) return;
    await this.#tracking.call('CLIENT', 'TRACKING', 'OFF');
    await this.#tracking.call('CLIENT', 'TRACKING', 'ON', 'REDIRECT', id, 'BCAST', 'PREFIX', this.#prefix);
    if (id !== this.#listeningId || !this.#isTrackingReady) return;
    this.#toldId = id;
    this.#listener.told(true);
  }

  #lost(): void {
    this.#toldId = undefined;
    this.#listener.told(false);
  }

  /** No keys stand for all of them: the store was flushed. */
  #hear(keys: unknown): void {
    if (Array.isArray(keys)) this.#listener.changed(keys.map(String));
    else this.#listener.told(true);
  }
}
