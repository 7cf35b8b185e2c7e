/**
 * The language of FILTER: `.year >= 1980 and .genre in ["a","b"]`. From what binds loosest: `or ||`, `and &&`, comparisons
 * and `in`, `+ -`, `* / %`, `**` (from the right), `not !`.
 */

export type Binary = '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | '+' | '-' | '*' | '/' | '%' | '**';
export type Scalar = number | string | null;

export type Expression =
  | { readonly type: 'value'; readonly value: Scalar | readonly Scalar[] }
  /** A member of the element's attributes. */
  | { readonly type: 'member'; readonly name: string }
  | { readonly type: 'not'; readonly of: Expression }
  | { readonly type: 'binary'; readonly operator: Binary; readonly left: Expression; readonly right: Expression };

/** What is thrown when a text is no expression. */
export class FilterSyntaxError extends Error {
  /** @param rest the text from where it is none */
  constructor(readonly rest: string) {
    super(`near: ${rest}`);
  }
}

const NESTING_MAX = 64;
const FILTER_CHARS_MAX = 1 << 16;

/** Operators by how tight they bind, the loosest first; words among them end where no letter follows. */
const LEVELS: readonly (readonly (readonly [token: RegExp, operator: Binary])[])[] = [
  [
    [/\|\|/y, '||'],
    [/or(?![\w-])/y, '||'],
  ],
  [
    [/&&/y, '&&'],
    [/and(?![\w-])/y, '&&'],
  ],
  [
    [/==/y, '=='],
    [/!=/y, '!='],
    [/<=/y, '<='],
    [/>=/y, '>='],
    [/</y, '<'],
    [/>/y, '>'],
    [/in(?![\w-])/y, 'in'],
  ],
  [
    [/\+/y, '+'],
    [/-/y, '-'],
  ],
  [
    [/\*(?!\*)/y, '*'],
    [/\//y, '/'],
    [/%/y, '%'],
  ],
];

const BLANKS = /\s*/y;
const POWER = /\*\*/y;
const NOT = /!(?!=)|not(?![\w-])/y;
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'/y;
const MEMBER = /\.[\w-]+/y;
const NULL = /null(?![\w-])/y;

/** @throws FilterSyntaxError */
export function parseFilterExpression(text: string): Expression {
  if (text.length > FILTER_CHARS_MAX) throw new FilterSyntaxError(text.slice(0, 64));
  return new ExpressionReader(text).whole();
}

class ExpressionReader {
  #at = 0;
  #depth = 0;

  constructor(private readonly text: string) {}

  whole(): Expression {
    const expression = this.#level(0);
    this.#take(BLANKS);
    if (this.#at < this.text.length) this.#fail();
    return expression;
  }

  #level(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#power();
    let left = this.#level(level + 1);
    for (;;) {
      const found = operators.find(([token]) => this.#takes(token));
      if (found === undefined) return left;
      left = { type: 'binary', operator: found[1], left, right: this.#level(level + 1) };
    }
  }

  #power(): Expression {
    const left = this.#unary();
    return this.#takes(POWER)
      ? { type: 'binary', operator: '**', left, right: this.#nested(() => this.#power()) }
      : left;
  }

  #unary(): Expression {
    return this.#takes(NOT) ? { type: 'not', of: this.#nested(() => this.#unary()) } : this.#operand();
  }

  #operand(): Expression {
    if (this.#takes(/\(/y)) {
      const inner = this.#nested(() => this.#level(0));
      if (!this.#takes(/\)/y)) this.#fail();
      return inner;
    }
    if (this.#takes(/\[/y)) return { type: 'value', value: this.#tuple() };
    const scalar = this.#scalar();
    if (scalar !== undefined) return { type: 'value', value: scalar };
    const name = this.#next(MEMBER);
    if (name === undefined) this.#fail();
    return { type: 'member', name: name.slice(1) };
  }

  #tuple(): Scalar[] {
    const values: Scalar[] = [];
    if (this.#takes(/]/y)) return values;
    do {
      const value = this.#scalar();
      if (value === undefined) this.#fail();
      values.push(value);
    } while (this.#takes(/,/y));
    if (!this.#takes(/]/y)) this.#fail();
    return values;
  }

  #scalar(): Scalar | undefined {
    const number = this.#next(NUMBER);
    if (number !== undefined) return Number(number);
    const quoted = this.#next(STRING);
    if (quoted !== undefined) return quoted.slice(1, -1).replace(/\\([\s\S])/g, '$1');
    return this.#takes(NULL) ? null : undefined;
  }

  #nested(read: () => Expression): Expression {
    if (++this.#depth > NESTING_MAX) this.#fail();
    const expression = read();
    this.#depth--;
    return expression;
  }

  #takes(token: RegExp): boolean {
    return this.#next(token) !== undefined;
  }

  #next(token: RegExp): string | undefined {
    this.#take(BLANKS);
    return this.#take(token);
  }

  #take(token: RegExp): string | undefined {
    token.lastIndex = this.#at;
    const [matched] = token.exec(this.text) ?? [];
    if (matched !== undefined) this.#at += matched.length;
    return matched;
  }

  /** At the end there is nothing to quote, and all is. */
  #fail(): never {
    throw new FilterSyntaxError(this.#at < this.text.length ? this.text.slice(this.#at) : this.text);
  }
}
