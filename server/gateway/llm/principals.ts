/**
 * Whose request it is: who may share answers with whom. Clients of models send their key as a bearer token, as `x-api-key` or as
 * `api-key`; all three are read.
 *
 * With keys configured, a request must carry one, and is its tenant's. Without, the caller's own credentials with the provider name the
 * tenant, by their digest: two callers with one key share answers, two with different keys never do.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { digestOf } from '@nearkey/sdk';

export interface Principal {
  /** Undefined: whoever else has no name. */
  readonly tenant: string | undefined;
}

export interface TenantKey {
  readonly tenant: string;
  readonly key: string;
}

export class Principals {
  readonly #keys: readonly { readonly tenant: string; readonly digest: Buffer }[];

  constructor(keys: readonly TenantKey[]) {
    this.#keys = keys.map(({ tenant, key }) => ({ tenant, digest: sha256(key) }));
  }

  /** Whether callers' credentials are for this server, and not for the provider. */
  get hasKeys(): boolean {
    return this.#keys.length > 0;
  }

  /** @returns undefined when the request has to be refused */
  of(headers: Readonly<Record<string, string>>): Principal | undefined {
    const credentials = credentialsOf(headers);
    if (!this.hasKeys) {
      return { tenant: credentials === undefined ? undefined : digestOf('nearkey-tenant-1', [credentials]) };
    }
    if (credentials === undefined) return undefined;
    const digest = sha256(credentials);
    let found: Principal | undefined;
    // All are compared, so that the time taken tells nothing.
    for (const { tenant, digest: expected } of this.#keys) if (timingSafeEqual(digest, expected)) found = { tenant };
    return found;
  }
}

function credentialsOf(headers: Readonly<Record<string, string>>): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? headers['x-api-key'] ?? headers['api-key'];
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
