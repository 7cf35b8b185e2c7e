/**
 * Reads an expression. From the loosest to the tightest: `||`, `&&`, `!`, comparisons (which do not chain), `+ -`, `* / %`, `^`
 * (from the right), a sign ahead of a number or a group.
 */
import { QueryError } from '../errors.js';
import { parseNumber } from '../parse-number.js';
import { type BinaryOperator, comparisonOperators, type Expression } from './expression.js';
import { functionNamed } from './functions/function-table.js';
import { syntaxError, type Token, tokensOf } from './tokens.js';
import { byteText } from './value.js';

/** Longest expression, and how deep it may nest: what a stack can take with room to spare. */
export const expressionLimits = { charsMax: 10_240, depthMax: 200 };

export interface ExpressionContext {
  /** What `$name` stands for. */
  readonly parameters?: ReadonlyMap<string, Uint8Array>;
}

/** @throws QueryError that names the place */
export function parseExpression(text: string, context: ExpressionContext = {}): Expression {
  if (text.length > expressionLimits.charsMax) {
    throw new QueryError('limit', `Expression is too long, max length is ${expressionLimits.charsMax} characters`);
  }
  return new ExpressionParser(text, context).whole();
}

const sums: readonly BinaryOperator[] = ['+', '-'];
const products: readonly BinaryOperator[] = ['*', '/', '%'];

class ExpressionParser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(
    private readonly text: string,
    private readonly context: ExpressionContext,
  ) {
    this.#tokens = tokensOf(text);
  }

  whole(): Expression {
    const expression = this.#disjunction();
    if (this.#token.kind !== 'end') throw this.#error();
    return expression;
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', at: this.text.length };
  }

  #disjunction(): Expression {
    if (++this.#depth > expressionLimits.depthMax) {
      throw new QueryError('limit', `Expression is nested deeper than ${expressionLimits.depthMax} levels`);
    }
    const expression = this.#leftToRight(['||'], () => this.#leftToRight(['&&'], () => this.#negation()));
    this.#depth--;
    return expression;
  }

  #negation(): Expression {
    let isNegated = false;
    let times = 0;
    for (; this.#takes('!'); times++) isNegated = !isNegated;
    const operand = this.#comparison();
    if (isNegated) return { kind: 'not', operand };
    // Twice denied it is 1 or 0, whatever it was.
    return times === 0 ? operand : { kind: 'not', operand: { kind: 'not', operand } };
  }

  #comparison(): Expression {
    const left = this.#sum();
    const operator = this.#operator(comparisonOperators);
    return operator === undefined ? left : { kind: 'binary', operator, left, right: this.#sum() };
  }

  #sum(): Expression {
    return this.#leftToRight(sums, () => this.#leftToRight(products, () => this.#power()));
  }

  #power(): Expression {
    const factors = [this.#signed()];
    while (this.#takes('^')) factors.push(this.#signed());
    return factors.reduceRight((right, left) => ({ kind: 'binary', operator: '^', left, right }));
  }

  #signed(): Expression {
    let isNegative = false;
    for (;;) {
      if (this.#takes('-')) isNegative = !isNegative;
      else if (!this.#takes('+')) break;
    }
    const operand = this.#operand();
    if (!isNegative) return operand;
    return operand.kind === 'literal' && typeof operand.value === 'number'
      ? { kind: 'literal', value: -operand.value }
      : { kind: 'negative', operand };
  }

  #operand(): Expression {
    const token = this.#token;
    this.#at++;
    switch (token.kind) {
      case 'number':
        return { kind: 'literal', value: parseNumber(token.text) };
      case 'text':
        return { kind: 'literal', value: byteText(token.text) };
      case 'property':
        return { kind: 'property', name: token.text };
      case 'parameter':
        return { kind: 'literal', value: this.#parameter(token) };
      case 'word':
        return this.#word(token);
      default:
        if (token.text !== '(') throw this.#error(token);
    }
    const group = this.#disjunction();
    this.#expect(')');
    return group;
  }

  #parameter({ text, at }: Token): string {
    const bytes = this.context.parameters?.get(text);
    if (bytes === undefined) throw new QueryError('parameter', `No such parameter \`${text}\``, at);
    return Buffer.from(bytes).toString('latin1');
  }

  /** A function with its operands, or NULL. */
  #word(word: Token): Expression {
    if (!this.#takes('(')) {
      if (word.text.toUpperCase() === 'NULL') return { kind: 'literal', value: undefined };
      throw syntaxError(this.text, word.at, `Unknown symbol '${word.text}'`);
    }
    const row = functionNamed(word.text);
    if (row === undefined) throw syntaxError(this.text, word.at, `Unknown function name '${word.text}'`);
    const operands: Expression[] = [];
    if (!this.#takes(')')) {
      do operands.push(this.#disjunction());
      while (this.#takes(','));
      this.#expect(')');
    }
    const { name, operandsMin, operandsMax } = row;
    if (operands.length < operandsMin || operands.length > operandsMax) {
      const expected = operandsMin === operandsMax ? `${operandsMin}` : `between ${operandsMin} and ${operandsMax}`;
      const reason = `Function '${name}' expects ${expected} arguments, but got ${operands.length}`;
      throw syntaxError(this.text, word.at, reason);
    }
    return { kind: 'call', row, operands };
  }

  #leftToRight(operators: readonly BinaryOperator[], operand: () => Expression): Expression {
    let left = operand();
    for (;;) {
      const operator = this.#operator(operators);
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: operand() };
    }
  }

  #operator(among: readonly BinaryOperator[]): BinaryOperator | undefined {
    const { kind, text } = this.#token;
    const operator = kind === 'sign' ? among.find((candidate) => candidate === text) : undefined;
    if (operator !== undefined) this.#at++;
    return operator;
  }

  #takes(sign: string): boolean {
    const { kind, text } = this.#token;
    if (kind !== 'sign' || text !== sign) return false;
    this.#at++;
    return true;
  }

  #expect(sign: string): void {
    if (!this.#takes(sign)) throw this.#error();
  }

  #error({ at }: Token = this.#token): QueryError {
    return syntaxError(this.text, at);
  }
}
