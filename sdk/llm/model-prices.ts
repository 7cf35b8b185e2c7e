/**
 * What models cost, as data: dollars for a million tokens that go in, and that come out. List prices without discounts for batches or
 * for prompts the provider caches, so what is counted as saved is an estimate; `llm-price` names prices of one's own.
 *
 * A model is found by the longest row that its name holds: `gpt-4o-2024-11-20` and Bedrock's `us.anthropic.claude-sonnet-4-5-v1:0` are rows of
 * their families. Models of no row cost nothing here.
 */
import type { TokenUsage } from './stored-answer.js';

/** Dollars for a million tokens: input, output. */
export type Price = readonly [input: number, output: number];

const listPrices: Readonly<Record<string, Price>> = {
  'gpt-5': [1.25, 10],
  'gpt-5-mini': [0.25, 2],
  'gpt-5-nano': [0.05, 0.4],
  'gpt-4.1': [2, 8],
  'gpt-4.1-mini': [0.4, 1.6],
  'gpt-4.1-nano': [0.1, 0.4],
  'gpt-4o': [2.5, 10],
  'gpt-4o-mini': [0.15, 0.6],
  'o4-mini': [1.1, 4.4],
  'claude-opus-4-5': [5, 25],
  'claude-opus-4': [15, 75],
  'claude-sonnet-4': [3, 15],
  'claude-haiku-4-5': [1, 5],
  'claude-3-7-sonnet': [3, 15],
  'claude-3-5-sonnet': [3, 15],
  'claude-3-5-haiku': [0.8, 4],
  'claude-3-haiku': [0.25, 1.25],
};

const tokensPerPrice = 1_000_000;

export class ModelPrices {
  /** The longest names first. */
  readonly #rows: readonly (readonly [string, Price])[];

  /** @param own in place of list prices, or beside them */
  constructor(own: Readonly<Record<string, Price>> = {}) {
    this.#rows = Object.entries({ ...listPrices, ...own }).sort(([a], [b]) => b.length - a.length);
  }

  /** In dollars; 0 for a model of no row. */
  cost(model: string, { inputTokens, outputTokens }: TokenUsage): number {
    const [, price] = this.#rows.find(([name]) => model.includes(name)) ?? [];
    if (price === undefined) return 0;
    const [input, output] = price;
    return (inputTokens * input + outputTokens * output) / tokensPerPrice;
  }
}
