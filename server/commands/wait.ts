/**
 * How a command blocks. A command that cannot be served now answers a `Wait` from `run` instead of writing a reply:
 *
 *   run: (context, { keys, timeoutMs }) => {
 *     for (const key of context.keysToTry(keys)) if (served(key)) return undefined;
 *     return new Wait({ keys, typeName: 'list', timeoutMs, timedOut: (reply) => reply.nilArray() });
 *   }
 *
 * The executor copies the command's frame and parks it (server/client/blocked-clients.ts). When one of its keys becomes
 * ready, after the command or transaction that made it so, the copy is parsed and runs again, with `keysToTry` narrowed
 * to that key: a client that waits for several keys is served from the one that was written first. It answers another
 * `Wait` to stay where it is in the queues, or writes its reply and gives its effect like any command. What came with the
 * first run is seen again by the second, so whatever must be decided when the client blocks (the last ID that `$` stands
 * for) goes into `insteadOf` the frame.
 *
 * Inside a transaction nothing waits: the executor writes `notHere` or `timedOut` at once. A command never asks where it
 * runs; whether it has waited (`hasWaited`) it asks only to say in an error what has become of what it waited for.
 */
import type { ByteSlice } from '../base/byte-slice.js';
import { INT64_MAX } from '../base/integer.js';
import { type LongDouble, parseLongDouble } from '../base/long-double.js';
import { errors } from '../errors.js';
import type { EffectToken } from '../keyspace/keyspace-events.js';
import type { ReplyWriter } from '../protocol/reply-writer.js';
import type { ArgumentParser } from './argument-parser.js';

const OUT_OF_RANGE = -1n;

export interface WaitOptions {
  readonly keys: readonly ByteSlice[];
  /** The type, as TYPE names it, a key must hold to serve the command. */
  readonly typeName: string;
  /** Runs the command as well when a key is deleted or becomes another type (XREADGROUP, which then fails). */
  readonly wakesWhenLost?: boolean;
  /** 0 waits for as long as it takes. */
  readonly timeoutMs: number;
  /** The reply when the time is over. */
  readonly timedOut: (reply: ReplyWriter) => void;
  /** The reply where nothing may wait, when it is another one. */
  readonly notHere?: (reply: ReplyWriter) => void;
  /** The command to run when a key is ready, when it is not the one that came. */
  readonly insteadOf?: readonly EffectToken[];
}

export class Wait {
  constructor(readonly options: WaitOptions) {}
}

/**
 * A time-out in seconds, with a fraction, as milliseconds: rounded up, so that only 0 waits for ever.
 * @param bytes one that was read before, for commands that check what follows it first
 */
export function timeoutSeconds(args: ArgumentParser, bytes = args.bytes()): number {
  const seconds = parseLongDouble(bytes.latin1());
  if (seconds === undefined) args.fail(errors.timeoutNotFloat);
  return checkedTimeout(args, seconds === undefined || seconds === 'infinity' ? OUT_OF_RANGE : milliseconds(seconds));
}

/** A time-out in whole milliseconds. */
export function timeoutMilliseconds(args: ArgumentParser): number {
  return checkedTimeout(args, BigInt(args.int64(errors.timeoutNotInteger)));
}

function milliseconds({ significand, exponent }: LongDouble): bigint {
  const scaled = significand * 1000n;
  if (exponent < 0) return -(-scaled >> BigInt(-exponent));
  return scaled << BigInt(Math.min(exponent, 64));
}

/** A time-out that 64 bits do not hold counts as a negative one, as in C. */
function checkedTimeout(args: ArgumentParser, ms: bigint): number {
  if (ms >= 0n && ms <= INT64_MAX) return Number(ms);
  args.fail(errors.timeoutNegative);
  return 0;
}
