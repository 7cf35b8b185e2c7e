/** The address of a store: `redis://` or `rediss://`, a host, and a port, user, password and database where they differ. */
import { ConfigError } from './config-error.js';

/** @throws ConfigError when the text is neither empty nor such an address */
export function storeUrl(text: string): void {
  if (text === '') return;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isStore = url !== undefined && ['redis:', 'rediss:'].includes(url.protocol) && url.hostname !== '';
  if (!isStore) throw new ConfigError('must be redis://HOST:PORT, or rediss:// for TLS');
}

/** Without user and password, to be shown. */
export function shownStoreUrl(text: string): string {
  const url = new URL(text);
  return `${url.protocol}//${url.host}${url.pathname}`;
}
