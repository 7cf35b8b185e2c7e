/**
 * Whose call of Bedrock Runtime it is: AWS SDKs send a bearer token, or sign.
 *
 * A bearer token is read as those of the other doors are. A signature is verified where secrets are configured, and its access key id is the
 * tenant. A server without any keys lets everyone in, and takes the access key id for the tenant without a proof: it keeps apart callers who
 * mean well, as everything does in a server that asks for no key.
 */
import { type Clock, digestOf } from '@nearkey/sdk';
import { isSigned, readSignature, type SignedHead } from '../aws-signature.js';
import type { Principal, Principals } from './principals.js';

export interface BedrockCallersOptions {
  readonly principals: Principals;
  /** By access key id. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly clock: Clock;
}

interface Refusal {
  readonly ok: false;
  readonly fault: string;
  readonly message: string;
}

export type Admission = { readonly ok: true; readonly principal: Principal } | Refusal;

/** Before the body of a call is read: no, or what is said with it. */
export type Reception = { readonly ok: true; admit(body: Uint8Array): Admission } | Refusal;

const services = ['bedrock'];
const noKey = 'Expected an API key of this server as a bearer token, or a signature with an access key it knows';

export class BedrockCallers {
  readonly #options: BedrockCallersOptions;

  constructor(options: BedrockCallersOptions) {
    this.#options = options;
  }

  /** Whether everyone is let in, and what callers send is for the provider. */
  get isOpen(): boolean {
    const { principals, secrets } = this.#options;
    return !principals.hasKeys && secrets.size === 0;
  }

  receive(head: SignedHead, plainHeaders: Readonly<Record<string, string>>): Reception {
    const { principals, secrets, clock } = this.#options;
    if (!isSigned(head.headers)) {
      const principal = this.isOpen || principals.hasKeys ? principals.of(plainHeaders) : undefined;
      if (principal !== undefined) return known(principal);
      return { ok: false, fault: 'UnrecognizedClientException', message: noKey };
    }
    if (this.isOpen) return known(signer(/Credential=([^/,\s]+)/.exec(plainHeaders.authorization ?? '')?.[1]));
    const claim = readSignature(head, { secrets, services }, clock.nowMs());
    if (!claim.ok) return claim;
    return {
      ok: true,
      admit(body) {
        const verdict = claim.verify(body);
        return verdict.ok ? { ok: true, principal: signer(verdict.accessKeyId) } : verdict;
      },
    };
  }
}

/** Whatever the body is. */
function known(principal: Principal): Reception {
  return { ok: true, admit: () => ({ ok: true, principal }) };
}

function signer(accessKeyId: string | undefined): Principal {
  return { tenant: tenantOfSigner(accessKeyId) };
}

/** The tenant of callers who sign with an access key. */
export function tenantOfSigner(accessKeyId: string | undefined): string {
  return digestOf('nearkey-aws-tenant-1', [accessKeyId]);
}
