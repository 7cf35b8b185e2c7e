/** How stream commands write ids, intervals and trimming, read into values. */
import type { ByteSlice } from '../base/byte-slice.js';
import type { Int64 } from '../base/int64-words.js';
import { parseInt64 } from '../base/integer.js';
import { cText, errors, type ReplyError } from '../errors.js';
import type { Trim } from '../types/stream.js';
import { StreamId } from '../types/stream-id.js';
import type { ArgumentParser } from './argument-parser.js';

const ID_TEXT_MAX = 127;
const UINT64_MAX = 2n ** 64n - 1n;
const DASH = 45;
const PLUS = 43;
const STAR = 42;
const PARENTHESIS = 40;
/** How many entries a trim with `~` removes at most when it names no LIMIT: the entries of so many nodes ... */
const NODES_TRIMMED_MAX = 100;
/** ... but at least and at most so many when the nodes' limit says nothing sensible. */
const TRIMMED_BY_DEFAULT = 10_000;
const TRIMMED_MAX = 1_000_000;

/** An id of which the sequence may be left to the stream: `ms-*`. */
export interface PartialId {
  readonly id: StreamId;
  readonly hasSequence: boolean;
}

/** An id as commands take it, `ms-sequence` or `ms`; undefined when it is none. @param missing the sequence of `ms` */
export function streamIdOf(text: ByteSlice, missing: Int64 = 0): StreamId | undefined {
  const partial = partialIdOf(text, missing);
  return partial?.hasSequence ? partial.id : undefined;
}

/** As `streamIdOf`, `ms-*` included. */
export function partialIdOf(text: ByteSlice, missing: Int64 = 0): PartialId | undefined {
  const { buffer, start, end } = text;
  if (end - start > ID_TEXT_MAX) return undefined;
  const zero = buffer.subarray(start, end).indexOf(0);
  const stop = zero < 0 ? end : start + zero;
  let dash = start;
  while (dash < stop && buffer[dash] !== DASH) dash++;
  const ms = uint64Of(buffer, start, dash);
  if (ms === undefined) return undefined;
  if (dash === stop) return { id: StreamId.of(ms, missing), hasSequence: true };
  if (stop - dash === 2 && buffer[dash + 1] === STAR) return { id: StreamId.of(ms, 0), hasSequence: false };
  const sequence = uint64Of(buffer, dash + 1, stop);
  return sequence === undefined ? undefined : { id: StreamId.of(ms, sequence), hasSequence: true };
}

/** An unsigned 64-bit integer as C reads it: canonical, or as strtoull takes it. */
function uint64Of(buffer: Buffer, start: number, end: number): Int64 | undefined {
  const value = parseInt64(buffer, start, end);
  if (value !== undefined) return value < 0 ? undefined : value;
  const match = /^[ \t\n\v\f\r]*([+-]?)(\d+)$/.exec(buffer.toString('latin1', start, end));
  const magnitude = BigInt(match?.[2] ?? '0');
  if (match === null || magnitude > UINT64_MAX) return undefined;
  const unsigned = match[1] === '-' ? BigInt.asUintN(64, -magnitude) : magnitude;
  return unsigned <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(unsigned) : unsigned;
}

/** Reads an id. */
export function idArgument(args: ArgumentParser): StreamId {
  return asId(args, streamIdOf(args.bytes()));
}

/** Reads the ids that are left. */
export function idArguments(args: ArgumentParser): StreamId[] {
  const ids: StreamId[] = [];
  while (args.remaining > 0) ids.push(idArgument(args));
  return ids;
}

function asId(args: ArgumentParser, id: StreamId | undefined): StreamId {
  if (id === undefined) args.fail(errors.streamId);
  return id ?? StreamId.zero;
}

/** As `streamIdOf`, or `-` or `+` for the least id and the greatest. */
export function openIdOf(text: ByteSlice, missing: Int64 = 0): StreamId | undefined {
  const only = text.length === 1 ? text.buffer[text.start] : undefined;
  if (only === DASH) return StreamId.zero;
  return only === PLUS ? StreamId.max : streamIdOf(text, missing);
}

/** An argument that was read before as the start of an interval: the first id in it. */
export function asStart(args: ArgumentParser, text: ByteSlice): StreamId {
  if (!isExclusive(text)) return asId(args, openIdOf(text));
  const id = asId(args, streamIdOf(text.slice(1, text.length))).next();
  if (id === undefined) args.fail(errors.streamRangeStart);
  return id ?? StreamId.max;
}

/** An argument that was read before as the end of an interval: the last id in it. */
export function asEnd(args: ArgumentParser, text: ByteSlice): StreamId {
  if (!isExclusive(text)) return asId(args, openIdOf(text, UINT64_MAX));
  const id = asId(args, streamIdOf(text.slice(1, text.length), UINT64_MAX)).previous();
  if (id === undefined) args.fail(errors.streamRangeEnd);
  return id ?? StreamId.zero;
}

function isExclusive(text: ByteSlice): boolean {
  return text.length > 1 && text.buffer[text.start] === PARENTHESIS;
}

/** What MAXLEN, MINID and LIMIT say, as it is read. */
export interface TrimArguments {
  threshold: number | StreamId | undefined;
  approximate: boolean;
  limit: number;
  hasLimit: boolean;
}

export function noTrim(): TrimArguments {
  return { threshold: undefined, approximate: false, limit: 0, hasLimit: false };
}

/** Reads one MAXLEN, MINID or LIMIT into `trim`. @returns whether the next argument was one */
export function trimOption(args: ArgumentParser, trim: TrimArguments): boolean {
  if (args.option('MAXLEN')) {
    startTrim(args, trim);
    const length = args.int64();
    if (length < 0) args.fail(errors.streamMaxlenNegative);
    trim.threshold = Number(length);
  } else if (args.option('MINID')) {
    startTrim(args, trim);
    trim.threshold = idArgument(args);
  } else if (args.option('LIMIT')) {
    const limit = args.int64();
    if (limit < 0) args.fail(errors.streamLimitNegative);
    trim.limit = Number(limit);
    trim.hasLimit = true;
  } else {
    return false;
  }
  return true;
}

/** The `~` or `=` before a threshold. */
function startTrim(args: ArgumentParser, trim: TrimArguments): void {
  if (trim.threshold !== undefined) args.fail(errors.streamTrimTwice);
  trim.approximate = args.option('~');
  if (!trim.approximate) args.option('=');
}

/** What is wrong with the combination of what was read. */
export function checkTrim(args: ArgumentParser, { threshold, approximate, limit, hasLimit }: TrimArguments): void {
  if (limit > 0 && threshold === undefined) args.fail(errors.streamLimitAlone);
  if (hasLimit && !approximate) args.fail(errors.streamLimitExact);
}

/** The trim that was asked for. @param nodeEntriesMax the limit of a node, from which an unnamed LIMIT follows */
export function trimOf(
  { approximate, limit, hasLimit }: TrimArguments,
  threshold: number | StreamId,
  nodeEntriesMax: number,
): Trim {
  if (hasLimit || !approximate) return { threshold, approximate, limit };
  const byNodes = NODES_TRIMMED_MAX * nodeEntriesMax;
  return { threshold, approximate, limit: byNodes > 0 ? Math.min(byNodes, TRIMMED_MAX) : TRIMMED_BY_DEFAULT };
}

/** An error that names a key and a group. @param group one character a byte */
export function groupError(
  error: (key: string, group: string) => ReplyError,
  key: ByteSlice,
  group: string,
): ReplyError {
  return error(cText(key.latin1()), cText(group));
}
