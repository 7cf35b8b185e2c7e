import { ConfigError } from './config-error.js';

/**
 * Reads `llm-price`: a line for each model, its name and dollars for a million tokens in and out.
 * @throws ConfigError when a line is neither empty nor a name and two prices
 */
export function modelPrices(lines: string): { [model: string]: readonly [number, number] } {
  const prices: { [model: string]: readonly [number, number] } = {};
  for (const line of lines.split('\n')) {
    const [model, input, output, ...more] = line.trim().split(/\s+/);
    if (model === undefined || model === '') continue;
    const price = [Number(input), Number(output)] as const;
    if (more.length > 0 || !price.every((dollars) => dollars >= 0)) {
      throw new ConfigError('argument must be a model and two prices, divided by blanks');
    }
    prices[model] = price;
  }
  return prices;
}
