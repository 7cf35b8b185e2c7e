/**
 * Who may call the feature store: AWS SDKs sign, others send the API key as a bearer token. With an access key or an API key configured
 * one of them is needed; without either everyone is let in, as on the other routes, but for pages of another origin.
 */
import type { IncomingMessage } from 'node:http';
import type { Clock } from '@nearkey/sdk';
import { FeatureError } from '@nearkey/sdk/features';
import { holdsApiKey, isForeignPage } from './authentication.js';
import { isSigned, verifySignature } from './aws-signature.js';

export interface FeatureCallersOptions {
  readonly apiKey: string | undefined;
  /** By access key id. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly clock: Clock;
}

/** Records and groups are two services of AWS that sign with one name. */
const services = ['sagemaker'];

/** @returns throws a FeatureError for who may not come in */
export function featureCallers({ apiKey, secrets, clock }: FeatureCallersOptions) {
  return (request: IncomingMessage, body: Uint8Array): void => {
    if (isForeignPage(request)) throw refused('Pages of another origin may not call this API');
    if (apiKey === undefined && secrets.size === 0) return;
    if (secrets.size > 0 && isSigned(request.headers)) {
      const { method = '', url: target = '', headers } = request;
      const verdict = verifySignature({ method, target, headers, body }, { secrets, services }, clock.nowMs());
      if (verdict.ok) return;
      throw refused(verdict.message);
    }
    if (apiKey !== undefined && holdsApiKey(request, apiKey)) return;
    throw refused('Expected the API key as a bearer token, or a signature with an access key that is known here');
  };
}

function refused(message: string): FeatureError {
  return new FeatureError('AccessForbidden', message);
}
