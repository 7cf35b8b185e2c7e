/**
 * A reply said now and written later: a blocked client is served in the middle of another client's commands, when the
 * buffer replies go to is not its own. Bytes are copied, because what they are views of changes.
 */
import { ByteSlice } from '../base/byte-slice.js';
import type { ProtocolVersion, ReplySink, ReplyWriter } from './reply-writer.js';

export class ReplyTape implements ReplySink {
  readonly #said: ((reply: ReplyWriter) => void)[] = [];

  /** @param protocol that of the client the reply is for */
  constructor(public protocol: ProtocolVersion) {}

  get length(): number {
    return this.#said.length;
  }

  truncate(length: number): void {
    this.#said.length = length;
  }

  /** Says it all again. */
  replay(reply: ReplyWriter): void {
    for (const say of this.#said) say(reply);
  }

  simple(text: string, encoding: 'utf8' | 'latin1' = 'utf8'): void {
    this.#said.push((reply) => reply.simple(text, encoding));
  }

  error(text: string, encoding: 'utf8' | 'latin1' = 'utf8'): void {
    this.#said.push((reply) => reply.error(text, encoding));
  }

  integer(value: number | bigint): void {
    this.#said.push((reply) => reply.integer(value));
  }

  bulk(bytes: ByteSlice): void {
    const copy = ByteSlice.of(bytes.copy());
    this.#said.push((reply) => reply.bulk(copy));
  }

  bulkText(text: string): void {
    this.#said.push((reply) => reply.bulkText(text));
  }

  bulkLatin1(text: string): void {
    this.#said.push((reply) => reply.bulkLatin1(text));
  }

  verbatim(format: 'txt' | 'mkd', text: string): void {
    this.#said.push((reply) => reply.verbatim(format, text));
  }

  verbatimLatin1(format: string, text: string): void {
    this.#said.push((reply) => reply.verbatimLatin1(format, text));
  }

  bigNumber(text: string): void {
    this.#said.push((reply) => reply.bigNumber(text));
  }

  nil(): void {
    this.#said.push((reply) => reply.nil());
  }

  nilArray(): void {
    this.#said.push((reply) => reply.nilArray());
  }

  array(count: number): void {
    this.#said.push((reply) => reply.array(count));
  }

  map(pairs: number): void {
    this.#said.push((reply) => reply.map(pairs));
  }

  set(count: number): void {
    this.#said.push((reply) => reply.set(count));
  }

  push(count: number): void {
    this.#said.push((reply) => reply.push(count));
  }

  double(value: number): void {
    this.#said.push((reply) => reply.double(value));
  }

  decimal(text: string): void {
    this.#said.push((reply) => reply.decimal(text));
  }

  boolean(value: boolean): void {
    this.#said.push((reply) => reply.boolean(value));
  }
}
