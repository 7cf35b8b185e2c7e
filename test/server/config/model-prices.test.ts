import { ConfigError } from '#server/config/config-error.js';
import { modelPrices } from '#server/config/model-prices.js';

test('are lines of a model and two prices', () => {
  expect(modelPrices('llama 0.5 1\n\n qwen\t0 0.25')).toEqual({ llama: [0.5, 1], qwen: [0, 0.25] });
  expect(modelPrices('')).toEqual({});
  for (const line of ['llama', 'llama 1', 'llama 1 x', 'llama -1 1', 'llama 1 1 1']) {
    expect(() => modelPrices(line)).toThrow(ConfigError);
  }
});
