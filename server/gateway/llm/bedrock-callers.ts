/**
 * Whose call of Bedrock Runtime it is: AWS SDKs send a bearer token, or sign.
 *
 * A bearer token is read as those of the other doors are. A signature is verified where secrets are configured, and its access key id is the
 * tenant. A server without any keys lets everyone in, and takes the access key id for the tenant without a proof: it keeps apart callers who
 * mean well, as everything does in a server that asks for no key.
 */
import { type Clock, digestOf } from '@nearkey/sdk';
import { isSigned, type SignedRequest, verifySignature } from '../aws-signature.js';
import type { Principal, Principals } from './principals.js';

export interface BedrockCallersOptions {
  readonly principals: Principals;
  /** By access key id. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly clock: Clock;
}

export type Admission =
  | { readonly ok: true; readonly principal: Principal }
  | { readonly ok: false; readonly fault: string; readonly message: string };

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

  admit(request: SignedRequest, plainHeaders: Readonly<Record<string, string>>): Admission {
    const { principals, secrets, clock } = this.#options;
    if (!isSigned(request.headers)) {
      const principal = this.isOpen || principals.hasKeys ? principals.of(plainHeaders) : undefined;
      if (principal !== undefined) return { ok: true, principal };
      return { ok: false, fault: 'UnrecognizedClientException', message: noKey };
    }
    if (this.isOpen)
      return { ok: true, principal: signer(/Credential=([^/,\s]+)/.exec(plainHeaders.authorization ?? '')?.[1]) };
    const verdict = verifySignature(request, { secrets, services }, clock.nowMs());
    return verdict.ok ? { ok: true, principal: signer(verdict.accessKeyId) } : verdict;
  }
}

function signer(accessKeyId: string | undefined): Principal {
  return { tenant: tenantOfSigner(accessKeyId) };
}

/** The tenant of callers who sign with an access key. */
export function tenantOfSigner(accessKeyId: string | undefined): string {
  return digestOf('nearkey-aws-tenant-1', [accessKeyId]);
}
