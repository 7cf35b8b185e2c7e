/**
 * A reply sink that keeps what was said as values: for callers inside the process. RESP2 shapes: maps are flat arrays,
 * doubles are text, booleans are 1 and 0. Bulk strings are decoded as UTF-8.
 */
import type { ByteSlice } from '../base/byte-slice.js';
import { formatDouble } from '../base/double.js';
import type { ProtocolVersion, ReplySink } from './reply-writer.js';

/** Same shape as the SDK's CommandReply. */
export type RecordedReply = string | number | null | RecordedReply[];

/** What was said, flat: a value, an error, or the head of an aggregate with so many elements to follow. */
type Token = { readonly value: string | number | null } | { readonly error: string } | { readonly elements: number };

export class ReplyRecorder implements ReplySink {
  protocol: ProtocolVersion = 2;
  readonly #tokens: Token[] = [];
  #at = 0;

  get length(): number {
    return this.#tokens.length;
  }

  truncate(length: number): void {
    this.#tokens.length = length;
  }

  /** The reply. @throws Error with the reply's text when it was an error */
  take(): RecordedReply {
    this.#at = 0;
    const first = this.#tokens[0];
    if (first !== undefined && 'error' in first) throw new Error(first.error);
    return this.#build();
  }

  simple(text: string, encoding: 'utf8' | 'latin1' = 'utf8'): void {
    this.#tokens.push({ value: decoded(text, encoding) });
  }

  error(text: string, encoding: 'utf8' | 'latin1' = 'utf8'): void {
    this.#tokens.push({ error: decoded(text, encoding) });
  }

  integer(value: number | bigint): void {
    this.#tokens.push({ value: typeof value === 'bigint' ? value.toString() : value });
  }

  bulk(bytes: ByteSlice): void {
    this.#tokens.push({ value: bytes.utf8() });
  }

  bulkText(text: string): void {
    this.#tokens.push({ value: text });
  }

  bulkLatin1(text: string): void {
    this.#tokens.push({ value: decoded(text, 'latin1') });
  }

  verbatim(_format: 'txt' | 'mkd', text: string): void {
    this.#tokens.push({ value: text });
  }

  verbatimLatin1(_format: string, text: string): void {
    this.bulkLatin1(text);
  }

  bigNumber(text: string): void {
    this.bulkLatin1(text);
  }

  nil(): void {
    this.#tokens.push({ value: null });
  }

  nilArray(): void {
    this.#tokens.push({ value: null });
  }

  array(count: number): void {
    this.#tokens.push({ elements: count });
  }

  map(pairs: number): void {
    this.#tokens.push({ elements: pairs * 2 });
  }

  set(count: number): void {
    this.#tokens.push({ elements: count });
  }

  push(count: number): void {
    this.#tokens.push({ elements: count });
  }

  double(value: number): void {
    this.decimal(formatDouble(value));
  }

  decimal(text: string): void {
    this.#tokens.push({ value: text });
  }

  boolean(value: boolean): void {
    this.#tokens.push({ value: value ? 1 : 0 });
  }

  #build(): RecordedReply {
    const token = this.#tokens[this.#at++];
    if (token === undefined) return null;
    if ('value' in token) return token.value;
    if ('error' in token) return token.error;
    return Array.from({ length: token.elements }, () => this.#build());
  }
}

function decoded(text: string, encoding: 'utf8' | 'latin1'): string {
  return encoding === 'latin1' ? Buffer.from(text, 'latin1').toString('utf8') : text;
}
