/**
 * A cursor over a query's text. The language has no one token set (a hyphen negates an expression, belongs to a tag,
 * signs a number), so the parsers read what their place allows, by sticky patterns, and the scanner knows only where it
 * is and how to say that something is wrong there.
 */
import { QueryError } from '../errors.js';

/** An error quotes this much of what it found. */
const nearCharsMax = 24;

export class Scanner {
  readonly text: string;
  #at = 0;

  constructor(text: string) {
    this.text = text;
  }

  get at(): number {
    return this.#at;
  }

  get done(): boolean {
    return this.#at >= this.text.length;
  }

  /** The next character, or the empty string at the end. */
  get next(): string {
    return this.text.charAt(this.#at);
  }

  skipBlanks(): void {
    this.match(/\s*/y);
  }

  /** Goes back to an earlier `at`. */
  rewind(at: number): void {
    this.#at = at;
  }

  sees(literal: string): boolean {
    return this.text.startsWith(literal, this.#at);
  }

  /** Steps over the literal if it is next. */
  take(literal: string): boolean {
    if (!this.sees(literal)) return false;
    this.#at += literal.length;
    return true;
  }

  /** Steps over one character and returns it; empty at the end. */
  takeAny(): string {
    const next = this.next;
    this.#at += next.length;
    return next;
  }

  /** Steps over what the sticky pattern matches here, if anything. */
  match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  expect(literal: string, otherwise: string): void {
    if (!this.take(literal)) this.fail(otherwise);
  }

  fail(detail: string, at = this.#at): never {
    throw new QueryError('syntax', `Syntax error at offset ${at} near ${this.#near(at)}: ${detail}`, at);
  }

  #near(at: number): string {
    return /\S+/.exec(this.text.slice(at, at + nearCharsMax))?.[0] ?? 'the end of the query';
  }
}
