/** `latency-tracking-info-percentiles`: numbers from 0 to 100, divided by spaces; none at all turns the section off. */
import { ConfigError } from './config-error.js';

/** @throws ConfigError when one is no number, or out of range */
export function percentiles(text: string): number[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  return words.map((word) => {
    const value = Number(word);
    if (Number.isNaN(value)) throw new ConfigError('Invalid latency-tracking-info-percentiles parameters');
    if (value < 0 || value > 100) {
      throw new ConfigError('latency-tracking-info-percentiles parameters should sit between [0.0,100.0]');
    }
    return value;
  });
}
