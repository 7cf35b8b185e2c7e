import { ModelPrices } from '#sdk/llm/model-prices.js';

const million = { inputTokens: 1_000_000, outputTokens: 1_000_000 };

describe('prices of models', () => {
  test('are those of the longest row that a name holds', () => {
    const prices = new ModelPrices();
    const names = ['gpt-4o-2024-11-20', 'gpt-4o-mini', 'us.anthropic.claude-opus-4-5-20251101-v1:0', 'claude-opus-4-1'];
    expect(names.map((name) => prices.cost(name, million))).toEqual([12.5, 0.75, 30, 90]);
  });

  test('are nothing for models of no row, and those of the owner before others', () => {
    expect(new ModelPrices().cost('llama', million)).toBe(0);
    const prices = new ModelPrices({ llama: [0.5, 1], 'gpt-4o': [1, 1] });
    expect([prices.cost('llama3.2', million), prices.cost('gpt-4o', million)]).toEqual([1.5, 2]);
    expect(prices.cost('llama', { inputTokens: 1, outputTokens: 0 })).toBeCloseTo(0.5e-6, 12);
  });
});
