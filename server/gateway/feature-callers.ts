/**
 * Who may call the feature store, and what they may do there: AWS SDKs sign, others send an API key as a bearer token. With any key
 * configured one of them is needed; without, everyone is let in, as on the other routes, but for pages of another origin.
 *
 * `http-api-key` opens everything. An access key or an API key of the feature store does, too, until it is granted something: then it may
 * do that and no more. All keys are compared in constant time, over digests, and all of them every time.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '@nearkey/sdk';
import { accessBy, FeatureError, type Grant } from '@nearkey/sdk/features';
import type { Authorize } from '../features/feature-door.js';
import { holdsApiKey, isForeignPage } from './authentication.js';
import { isSigned, readSignature } from './aws-signature.js';

export interface FeatureKeys {
  /** By access key id. */
  readonly secrets: ReadonlyMap<string, string>;
  /** API keys by their names. */
  readonly apiKeys: ReadonlyMap<string, string>;
  /** By access key id or name of an API key. */
  readonly grants: ReadonlyMap<string, readonly Grant[]>;
}

export interface FeatureCallersOptions extends FeatureKeys {
  /** That of the gateway. */
  readonly apiKey: string | undefined;
  readonly clock: Clock;
}

/** Records and groups are two services of AWS that sign with one name. */
const services = ['sagemaker'];

/** Only a signature covers the body of a request: everybody else is let in, or refused, without it, and so is who signs with a key nobody knows. */
export function featureCallers({ apiKey, secrets, apiKeys, grants, clock }: FeatureCallersOptions): Authorize {
  const accesses = new Map([...grants].map(([caller, granted]) => [caller, accessBy(granted)]));
  const bearers = [...apiKeys].map(([name, key]) => ({ name, digest: digestOf(key) }));
  const isOpen = apiKey === undefined && secrets.size === 0 && bearers.length === 0;
  const bySignature = (request: IncomingMessage): ReturnType<Authorize> => {
    const { method = '', url: target = '', headers } = request;
    const claim = readSignature({ method, target, headers }, { secrets, services }, clock.nowMs());
    if (!claim.ok) throw refused(claim.message);
    return (body) => {
      const verdict = claim.verify(body);
      if (verdict.ok) return accesses.get(verdict.accessKeyId);
      throw refused(verdict.message);
    };
  };
  return (request) => {
    if (isForeignPage(request)) throw refused('Pages of another origin may not call this API');
    if (isOpen) return () => undefined;
    if (secrets.size > 0 && isSigned(request.headers)) return bySignature(request);
    if (apiKey !== undefined && holdsApiKey(request, apiKey)) return () => undefined;
    const bearer = bearerAmong(bearers, request);
    if (bearer !== undefined) return () => accesses.get(bearer);
    throw refused('Expected an API key as a bearer token, or a signature with an access key that is known here');
  };
}

function bearerAmong(
  bearers: readonly { readonly name: string; readonly digest: Buffer }[],
  { headers }: IncomingMessage,
): string | undefined {
  const token = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  if (token === undefined) return undefined;
  const digest = digestOf(token);
  return bearers.filter((bearer) => timingSafeEqual(bearer.digest, digest))[0]?.name;
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function refused(message: string): FeatureError {
  return new FeatureError('AccessForbidden', message);
}
