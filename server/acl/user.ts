/**
 * A user: whether it may come in, with which passwords, and what it may do then. Passwords are kept as SHA-256 and
 * compared in time that does not depend on them. Clients hold the user itself, so a change of its rules is in force for
 * their next command.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { ByteSlice } from '../base/byte-slice.js';
import type { AccessRequest, Denial } from './request.js';
import type { Selector } from './selector.js';

/** Whether RESTORE checks the user's payloads; said only by those who have said it. */
export type Sanitizing = 'sanitize-payload' | 'skip-sanitize-payload' | undefined;

/** What rules change of a user. */
export interface Permissions {
  isEnabled: boolean;
  needsNoPassword: boolean;
  sanitizing: Sanitizing;
  /** SHA-256 in lower-case hexadecimal. */
  passwords: readonly string[];
  /** The first one is the root selector. */
  selectors: readonly [Selector, ...Selector[]];
}

/** What is asked of a request, in order. */
const CHECKED: readonly Denial['reason'][] = ['command', 'key', 'channel'];

export class User {
  #permissions: Permissions;
  #isUnrestricted: boolean;

  /** @param name bytes, one character each */
  constructor(
    readonly name: string,
    permissions: Permissions,
  ) {
    this.#permissions = permissions;
    this.#isUnrestricted = permissions.selectors[0].isUnrestricted;
  }

  /** It may do everything: the question every command asks. */
  get isUnrestricted(): boolean {
    return this.#isUnrestricted;
  }

  get permissions(): Readonly<Permissions> {
    return this.#permissions;
  }

  set permissions(permissions: Permissions) {
    this.#permissions = permissions;
    this.#isUnrestricted = permissions.selectors[0].isUnrestricted;
  }

  /** Whether clients are this user without having said so, if it is the default user. */
  get isOpen(): boolean {
    return this.#permissions.isEnabled && this.#permissions.needsNoPassword;
  }

  /** @param password bytes, one character each */
  accepts(password: string): boolean {
    const { isEnabled, needsNoPassword, passwords } = this.#permissions;
    if (!isEnabled) return false;
    if (needsNoPassword) return true;
    const given = Buffer.from(hashPassword(password));
    return passwords.reduce((found, hash) => timingSafeEqual(Buffer.from(hash), given) || found, false);
  }

  /** Why no selector allows a request: of those that come nearest, the one that fails latest. */
  denial(request: AccessRequest): Denial | undefined {
    if (this.#isUnrestricted) return undefined;
    let nearest: Denial | undefined;
    for (const selector of this.#permissions.selectors) {
      const denial = selector.denial(request);
      if (denial === undefined) return undefined;
      if (nearest === undefined || comesNearer(denial, nearest)) nearest = denial;
    }
    return nearest;
  }

  /** Whether a selector that allows a request lets it read every key, too. */
  mayReadEveryKey(request: AccessRequest): boolean {
    return this.#permissions.selectors.some(
      (selector) => selector.readsEveryKey && selector.denial(request) === undefined,
    );
  }

  mayListenTo(channel: ByteSlice, isPattern: boolean): boolean {
    return this.#permissions.selectors.some((selector) => selector.allowsChannel(channel, isPattern));
  }

  /** The flags as rules name them. */
  describeFlags(): string[] {
    const { isEnabled, needsNoPassword, sanitizing } = this.#permissions;
    return [isEnabled ? 'on' : 'off', needsNoPassword ? 'nopass' : [], sanitizing ?? []].flat();
  }

  /** The rules that make the user. */
  toString(): string {
    const { passwords, selectors } = this.#permissions;
    const [root, ...others] = selectors;
    const hashes = passwords.map((hash) => `#${hash}`);
    return [...this.describeFlags(), ...hashes, root, ...others.map((selector) => `(${selector})`)].join(' ');
  }
}

function comesNearer(one: Denial, other: Denial): boolean {
  const far = CHECKED.indexOf(one.reason) - CHECKED.indexOf(other.reason);
  return far > 0 || (far === 0 && one.at > other.at);
}

/** @param password bytes, one character each. @returns lower-case hexadecimal */
export function hashPassword(password: string): string {
  return createHash('sha256').update(Buffer.from(password, 'latin1')).digest('hex');
}
