/**
 * The transport on the native front end (server/native): the same promises as net-transport.ts, with sockets, framing and
 * writing in C++. Each wake-up brings one round, commands of many connections together; it is handed to the handler as one
 * batch, and all replies go back together.
 *
 * Nothing here calls into C++ for a command or a connection. What the handler asks of a connection becomes an order in a
 * list that is carried out when the round is over, or, outside of a round, once the code that runs has run. Orders are carried
 * out in order, so a reply never overtakes another and a connection closes after what it was sent before.
 *
 * Replies are copied into the outbox, which is cheaper than a call for each; from BORROWED_BYTES on they are sent from
 * where they were written.
 */
import { copyBytes } from '../base/byte-slice.js';
import type { DecoderLimits } from '../protocol/request-decoder.js';
import {
  EVENT,
  type Front,
  type FrontViews,
  HEAD,
  type NativeAddon,
  ORDER,
  protocolErrorText,
  RECORD_WORDS,
} from './native-addon.js';
import type { ListenOptions, Transport, TransportConnection, TransportHandler } from './transport.js';

/** From this size on a reply is worth a call of its own. */
const BORROWED_BYTES = 32 * 1024;

/** The slot of a connection's id: its place in the figures. */
const SLOT_MASK = 2 ** 20 - 1;

export class NativeTransport implements Transport {
  readonly name = 'native';
  #fronts: readonly ListeningFront[] = [];
  #listener = -1;

  /** @param ioThreads as Redis counts them: 1 is the event loop's own thread, each further one has connections of its own */
  constructor(
    private readonly addon: NativeAddon,
    private readonly ioThreads: number,
  ) {}

  async listen(options: ListenOptions, handler: TransportHandler): Promise<number> {
    const { addon, ioThreads } = this;
    const { fd, port } = addon.openListener(options.host, options.port, options.backlog);
    this.#listener = fd;
    const threads = ioThreads - 1;
    this.#fronts = Array.from(
      { length: Math.max(1, threads) },
      (_, number) => new ListeningFront(addon, handler, number, threads > 0),
    );
    this.setLimits(options.limits);
    for (const front of this.#fronts) front.listen(fd, options.keepAliveSeconds);
    return port;
  }

  setLimits(limits: DecoderLimits): void {
    for (const front of this.#fronts) front.setLimits(limits);
  }

  async close(drainMs: number): Promise<void> {
    const fronts = this.#fronts;
    if (fronts.length === 0) return;
    this.#fronts = [];
    this.addon.closeListener(this.#listener, false);
    await Promise.all(fronts.map((front) => front.close(drainMs)));
    this.addon.closeListener(this.#listener, true);
  }
}

/** One front end and its connections. */
class ListeningFront {
  readonly #front: Front;
  readonly #views: FrontViews;
  /** The bytes of each round. */
  readonly #buffers: readonly Buffer[];
  readonly #orders: OrderList;
  readonly #connections = new Map<number, NativeConnection>();
  #onEmpty: (() => void) | undefined;

  constructor(
    addon: NativeAddon,
    private readonly handler: TransportHandler,
    number: number,
    threaded: boolean,
  ) {
    this.#front = new addon.Front((sent) => this.#round(sent), number, threaded);
    this.#views = this.#front.views;
    this.#buffers = this.#views.rounds.map(({ bytes }) => asBuffer(bytes));
    this.#orders = new OrderList(this.#front, this.#views);
  }

  listen(listener: number, keepAliveSeconds: number): void {
    this.#front.listen(listener, keepAliveSeconds);
  }

  setLimits({ bulkBytesMax, queryBufferBytesMax }: DecoderLimits): void {
    this.#front.setLimits(bulkBytesMax, queryBufferBytesMax);
  }

  async close(drainMs: number): Promise<void> {
    if (this.#connections.size > 0) {
      const deadline = setTimeout(() => {
        for (const connection of this.#connections.values()) connection.close('now');
      }, drainMs);
      await new Promise<void>((resolve) => {
        this.#onEmpty = resolve;
      });
      clearTimeout(deadline);
    }
    this.#front.close();
  }

  #round(sent: readonly Buffer[] | undefined): void {
    if (sent !== undefined) for (const buffer of sent) this.handler.sent(buffer);
    const { head, rounds } = this.#views;
    const index = head[HEAD.round] ?? 0;
    const length = head[HEAD.words] ?? 0;
    const eventWords = head[HEAD.eventWords] ?? 0;
    const receivedBytes = head[HEAD.receivedBytes] ?? 0;
    const round = rounds[index];
    const buffer = this.#buffers[index];
    if (round === undefined || buffer === undefined) throw new Error(`there is no round ${index}`);
    this.#orders.isCollecting = true;
    if (eventWords > 0) this.#peersCame(round.events, eventWords);
    if (receivedBytes > 0) this.handler.received(receivedBytes);
    if (length > 0) this.handler.batch({ buffer, words: round.words, length });
    if (eventWords > 0) this.#otherEvents(round.events, eventWords);
    this.#orders.isCollecting = false;
    // Promises have their turn before the front end goes on, and may order more: what the round ordered comes first.
    this.#orders.flush();
  }

  /** Whoever came in a round may have no command in it, but is known before any of it runs. */
  #peersCame(events: Int32Array, eventWords: number): void {
    for (let at = 0; at < eventWords; at += RECORD_WORDS) {
      if (events[at] !== EVENT.opened) continue;
      const id = events[at + 1] ?? 0;
      const [address = '', localAddress = ''] = this.#front.peer(events[at + 2] ?? 0).split(' ');
      const connection = new NativeConnection(id, address, localAddress, this.#orders, this.#views.figures);
      this.#connections.set(id, connection);
      if (!this.handler.opened(connection)) connection.close('replies');
    }
  }

  #otherEvents(events: Int32Array, eventWords: number): void {
    for (let at = 0; at < eventWords; at += RECORD_WORDS) {
      const connection = this.#connections.get(events[at + 1] ?? 0);
      if (connection !== undefined) this.#event(connection, events[at] ?? 0, events[at + 2] ?? 0, events[at + 3] ?? 0);
    }
  }

  #event(connection: NativeConnection, kind: number, a: number, b: number): void {
    switch (kind) {
      case EVENT.frames: {
        const { bytes, words } = this.#front.large(a);
        this.handler.batch({ buffer: asBuffer(bytes), words, length: words.length });
        break;
      }
      case EVENT.protocolError:
        if (!connection.closing) this.handler.protocolError(connection, protocolErrorText(a, b));
        break;
      case EVENT.drained:
        this.handler.drained(connection);
        break;
      case EVENT.ended:
        connection.peerEnded();
        break;
      case EVENT.closed:
        connection.closing = true;
        this.#connections.delete(connection.id);
        this.handler.closed(connection);
        if (this.#connections.size === 0) this.#onEmpty?.();
        break;
    }
  }
}

class NativeConnection implements TransportConnection {
  closing = false;
  #paused = false;
  #held = false;
  /** The peer ended its side during a hold. */
  #ended = false;
  #handedBytes = 0;
  #authenticated = true;
  /** Place of this connection's figures. */
  readonly #figuresAt: number;

  constructor(
    readonly id: number,
    readonly address: string,
    readonly localAddress: string,
    private readonly orders: OrderList,
    private readonly figures: Float64Array,
  ) {
    this.#figuresAt = (id & SLOT_MASK) * 2;
  }

  send(buffer: Buffer, start: number, end: number): boolean {
    if (this.closing) return true;
    this.#handedBytes += end - start;
    if (end - start < BORROWED_BYTES) {
      this.orders.send(this.id, buffer, start, end);
      return true;
    }
    return this.orders.sendBorrowed(this.id, buffer, start, end);
  }

  get unsentBytes(): number {
    return this.closing ? 0 : this.#handedBytes - (this.figures[this.#figuresAt] ?? 0);
  }

  get heldBytes(): number {
    return this.figures[this.#figuresAt + 1] ?? 0;
  }

  pause(): void {
    this.#paused = true;
    // Every time, because whoever waits for unsent bytes must hear that they have left even when a thread has just sent them.
    this.orders.push(ORDER.pause, this.id, 1);
  }

  /** Costs nothing: reading goes on, and whoever sends on while a reply is awaited is heard. */
  hold(): void {
    this.#held = true;
  }

  resume(): void {
    this.#held = false;
    if (this.#paused) this.orders.push(ORDER.resume, this.id);
    else if (this.#ended) this.close('replies');
    this.#paused = false;
  }

  peerEnded(): void {
    // Told again when reading goes on.
    if (this.#paused) return;
    if (this.#held) this.#ended = true;
    else this.close('replies');
  }

  setAuthenticated(authenticated: boolean): void {
    if (this.#authenticated === authenticated) return;
    this.#authenticated = authenticated;
    this.orders.push(ORDER.authenticated, this.id, authenticated ? 1 : 0);
  }

  close(after: 'now' | 'replies'): void {
    this.closing = true;
    this.orders.push(after === 'now' ? ORDER.closeNow : ORDER.closeAfterReplies, this.id);
  }
}

/** Orders that have not been carried out, and the reply bytes they refer to. */
class OrderList {
  /** A round is being handled: what is ordered waits for its end. */
  isCollecting = false;
  readonly #head: Float64Array;
  readonly #outboxes: readonly { readonly orders: Int32Array; readonly bytes: Buffer }[];
  readonly #ordersMax: number;
  readonly #bytesMax: number;
  #count = 0;
  #usedBytes = 0;
  #flushAwaited = false;

  constructor(
    private readonly front: Front,
    { head, outboxes }: FrontViews,
  ) {
    this.#head = head;
    this.#outboxes = outboxes.map(({ orders, bytes }) => ({ orders, bytes: asBuffer(bytes) }));
    // One more may be added by the front itself.
    this.#ordersMax = Math.min(...outboxes.map(({ orders }) => orders.length)) / RECORD_WORDS - 1;
    this.#bytesMax = Math.min(...outboxes.map(({ bytes }) => bytes.length));
  }

  push(kind: number, id: number, a = 0, b = 0): void {
    if (this.#count === this.#ordersMax) this.flush();
    const { orders } = this.#outbox;
    const at = this.#count++ * RECORD_WORDS;
    orders[at] = kind;
    orders[at + 1] = id;
    orders[at + 2] = a;
    orders[at + 3] = b;
    if (!this.isCollecting && !this.#flushAwaited) this.#flushSoon();
  }

  send(id: number, buffer: Buffer, start: number, end: number): void {
    const isFull = this.#usedBytes + end - start > this.#bytesMax || this.#count === this.#ordersMax;
    if (isFull) this.flush();
    const at = this.#usedBytes;
    copyBytes(buffer, start, end, this.#outbox.bytes, at);
    this.#usedBytes += end - start;
    this.push(ORDER.send, id, at, this.#usedBytes);
  }

  sendBorrowed(id: number, buffer: Buffer, start: number, end: number): boolean {
    return this.front.sendBorrowed(this.#take(), id, buffer, start, end);
  }

  /** Hands all orders over, now. */
  flush(): void {
    if (this.#count > 0) this.front.flush(this.#take());
  }

  /** @returns how many orders are to be carried out */
  #take(): number {
    const count = this.#count;
    this.#count = 0;
    this.#usedBytes = 0;
    return count;
  }

  /** Another one after each flush, when a thread has taken the last. */
  get #outbox(): { readonly orders: Int32Array; readonly bytes: Buffer } {
    const outbox = this.#outboxes[this.#head[HEAD.outbox] ?? 0];
    if (outbox === undefined) throw new Error('there is no such outbox');
    return outbox;
  }

  #flushSoon(): void {
    this.#flushAwaited = true;
    queueMicrotask(() => {
      this.#flushAwaited = false;
      this.flush();
    });
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
