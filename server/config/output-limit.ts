/** `client-output-buffer-limit`: four words a class, as in `normal 0 0 0 slave 256mb 64mb 60 pubsub 32mb 8mb 60`. */
import { ConfigError } from './config-error.js';

export interface OutputLimit {
  /** Disconnect at once above this many unsent bytes; 0 for none. */
  readonly hardBytes: number;
  /** Disconnect after `softSeconds` above this many unsent bytes; 0 for none. */
  readonly softBytes: number;
  readonly softSeconds: number;
}

const NO_LIMIT: OutputLimit = { hardBytes: 0, softBytes: 0, softSeconds: 0 };

/**
 * The limit of one class.
 * @throws ConfigError when the text is not a list of classes with three numbers each
 */
export function outputLimit(text: string, clientClass: 'normal' | 'slave' | 'pubsub'): OutputLimit {
  const words = text.trim().split(/\s+/);
  let found = NO_LIMIT;
  if (words.length % 4 !== 0) throw new ConfigError('Wrong number of arguments in buffer limit configuration.');
  for (let i = 0; i < words.length; i += 4) {
    const [name = '', hard = '', soft = '', seconds = ''] = words.slice(i, i + 4);
    if (!/^(normal|slave|replica|pubsub)$/i.test(name)) {
      throw new ConfigError('Invalid client class specified in buffer limit configuration.');
    }
    const limit = { hardBytes: bytes(hard), softBytes: bytes(soft), softSeconds: bytes(seconds) };
    if (name.toLowerCase().replace('replica', 'slave') === clientClass) found = limit;
  }
  return found;
}

function bytes(text: string): number {
  const match = /^(\d{1,15})(k|kb|m|mb|g|gb)?$/i.exec(text);
  if (match === null)
    throw new ConfigError('Error in hard, soft or soft_seconds setting in buffer limit configuration.');
  const unit = (match[2] ?? '').toLowerCase();
  const base = unit.endsWith('b') ? 1024 : 1000;
  const power = unit === '' ? 0 : 'kmg'.indexOf(unit.charAt(0)) + 1;
  return Number(match[1]) * base ** power;
}
