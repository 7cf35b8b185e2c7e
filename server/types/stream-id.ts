/**
 * The id of a stream's entry: milliseconds and a sequence number, 64 unsigned bits each, ordered by both. Held as four
 * words, so that ids are compared and stored without BigInt.
 */
import { highWord, type Int64, int64OfWords, lowWord, uint64OfWords } from '../base/int64-words.js';

const WORD_MAX = 0xffff_ffff;

export class StreamId {
  /** Bytes of a stored id. */
  static readonly bytes = 16;
  static readonly zero = new StreamId(0, 0, 0, 0);
  static readonly max = new StreamId(WORD_MAX, WORD_MAX, WORD_MAX, WORD_MAX);

  constructor(
    readonly msHigh: number,
    readonly msLow: number,
    readonly sequenceHigh: number,
    readonly sequenceLow: number,
  ) {}

  /** @param ms and @param sequence are unsigned 64-bit values */
  static of(ms: Int64, sequence: Int64): StreamId {
    return new StreamId(highWord(ms), lowWord(ms), highWord(sequence), lowWord(sequence));
  }

  static read(words: DataView, at: number): StreamId {
    return new StreamId(
      words.getUint32(at + 4, true),
      words.getUint32(at, true),
      words.getUint32(at + 12, true),
      words.getUint32(at + 8, true),
    );
  }

  write(words: DataView, at: number): void {
    words.setUint32(at, this.msLow, true);
    words.setUint32(at + 4, this.msHigh, true);
    words.setUint32(at + 8, this.sequenceLow, true);
    words.setUint32(at + 12, this.sequenceHigh, true);
  }

  get ms(): Int64 {
    return uint64OfWords(this.msHigh, this.msLow);
  }

  get sequence(): Int64 {
    return uint64OfWords(this.sequenceHigh, this.sequenceLow);
  }

  get isZero(): boolean {
    return (this.msHigh | this.msLow | this.sequenceHigh | this.sequenceLow) === 0;
  }

  /** As `ms-sequence`. */
  text(): string {
    return `${this.ms}-${this.sequence}`;
  }

  /** Below 0 when this id comes first, 0 when both are the same. */
  compare(other: StreamId): number {
    return (
      this.msHigh - other.msHigh ||
      this.msLow - other.msLow ||
      this.sequenceHigh - other.sequenceHigh ||
      this.sequenceLow - other.sequenceLow
    );
  }

  /** As `compare`, with an id in memory. */
  compareStored(words: DataView, at: number): number {
    return (
      this.msHigh - words.getUint32(at + 4, true) ||
      this.msLow - words.getUint32(at, true) ||
      this.sequenceHigh - words.getUint32(at + 12, true) ||
      this.sequenceLow - words.getUint32(at + 8, true)
    );
  }

  /** The id after this one; undefined after the last. */
  next(): StreamId | undefined {
    const { msHigh, msLow, sequenceHigh, sequenceLow } = this;
    if (sequenceLow < WORD_MAX) return new StreamId(msHigh, msLow, sequenceHigh, sequenceLow + 1);
    if (sequenceHigh < WORD_MAX) return new StreamId(msHigh, msLow, sequenceHigh + 1, 0);
    if (msLow < WORD_MAX) return new StreamId(msHigh, msLow + 1, 0, 0);
    return msHigh < WORD_MAX ? new StreamId(msHigh + 1, 0, 0, 0) : undefined;
  }

  /** The id before this one; undefined before the first. */
  previous(): StreamId | undefined {
    const { msHigh, msLow, sequenceHigh, sequenceLow } = this;
    if (sequenceLow > 0) return new StreamId(msHigh, msLow, sequenceHigh, sequenceLow - 1);
    if (sequenceHigh > 0) return new StreamId(msHigh, msLow, sequenceHigh - 1, WORD_MAX);
    if (msLow > 0) return new StreamId(msHigh, msLow - 1, WORD_MAX, WORD_MAX);
    return msHigh > 0 ? new StreamId(msHigh - 1, WORD_MAX, WORD_MAX, WORD_MAX) : undefined;
  }

  /** How far the milliseconds lie from another id's, as a signed 64-bit value. */
  msFrom(other: StreamId): Int64 {
    return difference(this.msHigh, this.msLow, other.msHigh, other.msLow);
  }

  /** How far the sequence lies from another id's, as a signed 64-bit value. */
  sequenceFrom(other: StreamId): Int64 {
    return difference(this.sequenceHigh, this.sequenceLow, other.sequenceHigh, other.sequenceLow);
  }

  /** The id at these distances: the inverse of `msFrom` and `sequenceFrom`. */
  plus(ms: Int64, sequence: Int64): StreamId {
    const msLow = this.msLow + lowWord(ms);
    const sequenceLow = this.sequenceLow + lowWord(sequence);
    return new StreamId(
      (this.msHigh + highWord(ms) + (msLow > WORD_MAX ? 1 : 0)) >>> 0,
      msLow >>> 0,
      (this.sequenceHigh + highWord(sequence) + (sequenceLow > WORD_MAX ? 1 : 0)) >>> 0,
      sequenceLow >>> 0,
    );
  }
}

function difference(aHigh: number, aLow: number, bHigh: number, bLow: number): Int64 {
  return int64OfWords((aHigh - bHigh - (aLow < bLow ? 1 : 0)) >>> 0, (aLow - bLow) >>> 0);
}

/** The later of two ids. */
export function laterId(a: StreamId, b: StreamId): StreamId {
  return a.compare(b) >= 0 ? a : b;
}
