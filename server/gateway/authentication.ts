/**
 * Who may call the API. With an API key configured every call must carry it as a bearer token; keys are compared in
 * constant time, over digests, so neither content nor length leaks. Without a key every caller is let in, which is meant for
 * a loopback listener; even then a web page of another origin is not: browsers say so (`sec-fetch-site`), and a page the user
 * merely visits must not be able to flush a cache.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { HttpProblem } from './http-error.js';

/** Whether the caller may come in: with the key, or because none is configured. */
export function holdsApiKey({ headers }: IncomingMessage, apiKey: string | undefined): boolean {
  if (apiKey === undefined) return true;
  const token = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1];
  return token !== undefined && timingSafeEqual(digest(token), digest(apiKey));
}

export function requireApiKey(apiKey: string | undefined): RequestHandler {
  return (request, response, next) => {
    if (holdsApiKey(request, apiKey)) {
      next();
      return;
    }
    response.setHeader('www-authenticate', 'Bearer');
    next(new HttpProblem('authenticationFailed', 'Expected the API key as a bearer token in the authorization header'));
  };
}

export function isForeignPage({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return site === 'cross-site' || site === 'same-site';
}

export const refuseForeignPages: RequestHandler = (request, _response, next) => {
  next(
    isForeignPage(request) ? new HttpProblem('forbidden', 'Pages of another origin may not call this API') : undefined,
  );
};

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
