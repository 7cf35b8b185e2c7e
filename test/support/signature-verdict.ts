/** What a whole signed request comes to, its body with it. */
import {
  readSignature,
  type SignatureSettings,
  type SignatureVerdict,
  type SignedHead,
} from '#server/gateway/aws-signature.js';

export interface SignedRequest extends SignedHead {
  readonly body: Uint8Array;
}

export function verifySignature(request: SignedRequest, settings: SignatureSettings, nowMs: number): SignatureVerdict {
  const claim = readSignature(request, settings, nowMs);
  return claim.ok ? claim.verify(request.body) : claim;
}
