/** A path's text, read from left to right, blanks between tokens aside. Complaints quote the text and the place, as RedisJSON's do. */
import { JsonPathError } from './json-path.js';

const BLANK = 32;

export class PathScanner {
  #at = 0;

  /** @param text one character a byte */
  constructor(readonly text: string) {}

  get at(): number {
    return this.#at;
  }

  get isAtEnd(): boolean {
    this.#skipBlanks();
    return this.#at === this.text.length;
  }

  /** Reads a token when it is next. */
  take(token: string): boolean {
    this.#skipBlanks();
    if (!this.text.startsWith(token, this.#at)) return false;
    this.#at += token.length;
    return true;
  }

  /** Whether a token is next. */
  sees(token: string): boolean {
    this.#skipBlanks();
    return this.text.startsWith(token, this.#at);
  }

  /** Reads what a sticky expression matches; undefined when it matches nothing here. */
  match(sticky: RegExp): string | undefined {
    this.#skipBlanks();
    sticky.lastIndex = this.#at;
    const [matched] = sticky.exec(this.text) ?? [];
    if (matched !== undefined) this.#at += matched.length;
    return matched;
  }

  /** Goes back to where it was. */
  rewind(at: number): void {
    this.#at = at;
  }

  fail(...expected: readonly string[]): never {
    this.#skipBlanks();
    const before = this.text.slice(0, this.#at);
    const place =
      this.#at === this.text.length ? `${before} <<<<----` : `${before} ---->>>> ${this.text.slice(this.#at)}`;
    const quoted = Buffer.from(place, 'latin1').toString('utf8');
    throw new JsonPathError(
      `Error occurred on position ${this.#at}, "${quoted}", expected one of the following: ${expected.join(', ')}.`,
    );
  }

  #skipBlanks(): void {
    while (this.text.charCodeAt(this.#at) === BLANK) this.#at++;
  }
}
