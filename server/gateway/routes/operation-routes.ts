/**
 * Routes for whoever runs the server: `/healthz`, `/metrics`, `/openapi.json`.
 */
import type { Commander } from '@nearkey/sdk';
import type { RequestHandler } from 'express';
import type { Registry } from 'prom-client';
import type { JsonObject } from '../openapi.js';

/** How long the store may take to answer before it counts as unavailable. */
const storeTimeoutMs = 2_000;

/** 200 while the store answers, 503 otherwise; open to everyone, so it says nothing more than that. */
export function healthRoute(commander: Commander, version: string): RequestHandler {
  return async (_request, response) => {
    const isStoreUp = await answersInTime(commander);
    response.status(isStoreUp ? 200 : 503).json({
      status: isStoreUp ? 'ok' : 'unavailable',
      version,
      store: isStoreUp ? 'ok' : 'unavailable',
    });
  };
}

export function metricsRoute(registry: Registry): RequestHandler {
  return async (_request, response) => {
    response.setHeader('content-type', registry.contentType);
    response.end(await registry.metrics());
  };
}

export function openApiRoute(document: JsonObject): RequestHandler {
  const json = JSON.stringify(document);
  return (_request, response) => {
    response.type('application/json').send(json);
  };
}

function answersInTime(commander: Commander): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), storeTimeoutMs);
    commander
      .call('PING')
      .then(
        () => resolve(true),
        () => resolve(false),
      )
      .finally(() => clearTimeout(timer));
  });
}
