/**
 * The compiled front end of server/native: what it offers, and whether it is here. It is built when the package is installed;
 * where that was not possible the server runs on `net`.
 */
import { createRequire } from 'node:module';

/** What a round brought. */
export interface RoundViews {
  /** The requests. */
  readonly bytes: Uint8Array;
  /** Frames over `bytes`. */
  readonly words: Int32Array;
  /** Four words each: `EVENT`, connection, two more. */
  readonly events: Int32Array;
}

/** What is to be done. */
export interface OutboxViews {
  /** Reply bytes that orders refer to. */
  readonly bytes: Uint8Array;
  /** Four words each: `ORDER`, connection, two more. */
  readonly orders: Int32Array;
}

/** Memory both sides see, valid as long as anyone holds it. */
export interface FrontViews {
  /** By `HEAD`. */
  readonly head: Float64Array;
  readonly rounds: readonly RoundViews[];
  readonly outboxes: readonly OutboxViews[];
  /** By slot of a connection: reply bytes taken, bytes held of an unfinished command. */
  readonly figures: Float64Array;
}

/** Places in the head: the round, its words, its events' words, its bytes received; the outbox to write into. */
export const HEAD = { round: 0, words: 1, eventWords: 2, receivedBytes: 3, outbox: 4 } as const;

/** Sockets and framing in C++. `onRound` is called once a wake-up. */
export interface Front {
  readonly views: FrontViews;
  /** Accepts from a listening socket. */
  listen(listener: number, keepAliveSeconds: number): void;
  setLimits(bulkBytesMax: number, queryBufferBytesMax: number): void;
  /** Carries out the first `orders` orders. The outbox may be another one afterwards. */
  flush(orders: number): void;
  /**
   * Carries out the orders, then sends bytes that stay where they are until they have left.
   * @returns whether the buffer may be used again; if not, `onRound` is told when it may
   */
  sendBorrowed(orders: number, connection: number, buffer: Buffer, start: number, end: number): boolean;
  /** Addresses of a peer that was opened in this round: remote and local, with a blank between. */
  peer(index: number): string;
  /** A request that is handed over where it was gathered; valid until `onRound` returns. */
  large(index: number): { readonly bytes: Uint8Array; readonly words: Int32Array };
  /** Ends all connections at once and lets go of the event loop. */
  close(): void;
}

/** The framing by itself, to be compared with RequestDecoder. */
export interface FramerTrial {
  /** @returns the words of the frames that are complete now, over `bytes` */
  feed(chunk: Uint8Array, connection: number): Int32Array;
  readonly bytes: Buffer;
  /** A ProtocolError, 0 for none, and the byte that was wrong. */
  readonly error: number;
  readonly offender: number;
  readonly heldBytes: number;
}

export interface NativeAddon {
  /** @throws the system's error with its `code` */
  openListener(host: string, port: number, backlog: number): { readonly fd: number; readonly port: number };
  /** Lets nobody in any more; once no front accepts from it, `last` gives the socket back. */
  closeListener(fd: number, last: boolean): void;
  /**
   * @param onRound gets the buffers of borrowed replies that are done with, if any are
   * @param number the front's own among those of a transport: 0 to 7
   * @param threaded whether it has a thread
   */
  readonly Front: new (
    onRound: (sent: readonly Buffer[] | undefined) => void,
    number: number,
    threaded: boolean,
  ) => Front;
  readonly FramerTrial: new (bulkBytesMax: number, queryBufferBytesMax: number, authenticated: boolean) => FramerTrial;
}

/** As EventKind in server/native/exchange.h. */
export const EVENT = { opened: 1, frames: 2, protocolError: 3, drained: 4, ended: 5, closed: 6 } as const;

/** As OrderKind in server/native/exchange.h. */
export const ORDER = { send: 1, pause: 3, resume: 4, authenticated: 5, closeNow: 6, closeAfterReplies: 7 } as const;

/** Words of an event and of an order. */
export const RECORD_WORDS = 4;

/** In the order of ProtocolError in server/native/framer.h; `%` stands for the byte that was wrong. */
const PROTOCOL_ERRORS: readonly string[] = [
  '',
  'too big mbulk count string',
  'invalid multibulk length',
  'unauthenticated multibulk length',
  'too big bulk count string',
  "expected '$', got '%'",
  'invalid bulk length',
  'unauthenticated bulk length',
  'too big inline request',
  'unbalanced quotes in request',
  'query buffer limit exceeded',
];

/** Redis's text for a ProtocolError. */
export function protocolErrorText(error: number, offender: number): string {
  return (PROTOCOL_ERRORS[error] ?? '').replace('%', () => String.fromCharCode(offender));
}

const ADDON_PATH = '../../native/build/Release/wire.node';

/** @returns the addon, or why there is none */
export function loadNativeAddon(path = ADDON_PATH): NativeAddon | string {
  try {
    const addon: unknown = createRequire(import.meta.url)(path);
    return isNativeAddon(addon) ? addon : `${path} is not the front end`;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.split('\n')[0] ?? message;
  }
}

function isNativeAddon(addon: unknown): addon is NativeAddon {
  return typeof addon === 'object' && addon !== null && 'Front' in addon && typeof addon.Front === 'function';
}
