/** Which transport serves: the native front end where it was built, Node's `net` elsewhere, or what the settings demand. */
import type { Logger } from '../base/logger.js';
import { ConfigError } from '../config/config-error.js';
import { loadNativeAddon } from './native-addon.js';
import { NativeTransport } from './native-transport.js';
import { NetTransport } from './net-transport.js';
import type { Transport } from './transport.js';

export interface TransportChoice {
  /** The setting `transport`: auto, native or net. */
  readonly transport: string;
  /** The setting `io-threads`. */
  readonly ioThreads: number;
}

/**
 * @param load finds the addon, or says why there is none
 * @throws ConfigError when the native one is demanded and was not built
 */
export function createTransport(choice: TransportChoice, logger: Logger, load = loadNativeAddon): Transport {
  const { transport, ioThreads } = choice;
  if (transport === 'net') return new NetTransport();
  const addon = load();
  if (typeof addon !== 'string') return new NativeTransport(addon, ioThreads);
  if (transport === 'native') throw new ConfigError(`the native transport was not built: ${addon}`);
  logger.notice(`serving by net, which is slower: the native transport was not built (${addon})`);
  return new NetTransport();
}
