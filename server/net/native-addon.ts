/**
 * The compiled front end of server/native: what it offers, and whether it is here. It is built when the package is installed;
 * where that was not possible the server runs on `net`.
 */
import { createRequire } from 'node:module';

/** Memory both sides see: what a round brought, and what is to be done. Valid as long as anyone holds it. */
export interface FrontViews {
  /** Words used in `words`, words used in `events`, bytes received. */
  readonly head: Float64Array;
  /** The requests of a round. */
  readonly bytes: Uint8Array;
  /** Frames over `bytes`. */
  readonly words: Int32Array;
  /** Four words each: `EVENT`, connection, two more. */
  readonly events: Int32Array;
  /** Reply bytes that orders refer to. */
  readonly outbox: Uint8Array;
  /** Four words each: `ORDER`, connection, two more. */
  readonly orders: Int32Array;
  /** By slot of a connection: reply bytes taken, bytes held of an unfinished command. */
  readonly figures: Float64Array;
}

/** Sockets and framing in C++. `onRound` is called once a wake-up and answers how many orders there are. */
export interface Front {
  readonly views: FrontViews;
  /** @returns the port. @throws the system's error with its `code` */
  listen(host: string, port: number, backlog: number, keepAliveSeconds: number): number;
  setLimits(bulkBytesMax: number, queryBufferBytesMax: number): void;
  /** Carries out the first `orders` orders. */
  flush(orders: number): void;
  /** Carries out the orders, then sends bytes that stay where they are until they have left. */
  sendBorrowed(orders: number, connection: number, buffer: Buffer, start: number, end: number): void;
  /** Addresses of a peer that was opened in this round: remote and local, with a blank between. */
  peer(index: number): string;
  /** A request that is handed over where it was gathered; valid until `onRound` returns. */
  large(index: number): { readonly bytes: Uint8Array; readonly words: Int32Array };
  stopAccepting(): void;
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
  readonly Front: new (onRound: () => number) => Front;
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
