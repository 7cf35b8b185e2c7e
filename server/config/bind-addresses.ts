/** The addresses that the setting `bind` names. */

const DEFAULT_HOST = '127.0.0.1';
/** As many as in Redis; the rest is not listened on. */
const ADDRESSES_MAX = 16;

export interface Address {
  readonly host: string;
  /** Written with a leading `-`: does not matter when this machine has no such address. */
  readonly isOptional: boolean;
}

/** The address that stands first in `bind`: HTTP listens there. */
export function firstAddress(bind: string): string {
  return addressesOf(bind)[0]?.host ?? DEFAULT_HOST;
}

/** The addresses that `bind` names: `*` and `::*` mean every one. */
export function addressesOf(bind: string): readonly Address[] {
  return bind
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, ADDRESSES_MAX)
    .map((word) => {
      const isOptional = word.startsWith('-');
      const host = isOptional ? word.slice(1) : word;
      if (host === '*') return { host: '0.0.0.0', isOptional };
      return { host: host === '::*' ? '::' : host, isOptional };
    });
}
