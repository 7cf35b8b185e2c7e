/**
 * The body of a request as the bytes it was sent as, which is what a signature covers, and as JSON checked by a schema.
 */
import type { IncomingMessage } from 'node:http';
import { FeatureError } from '@nearkey/sdk/features';
import type { z } from 'zod';
import { bodyBytes } from '../base/body-bytes.js';

const issuesShown = 10;
const noBody = Buffer.alloc(0);

/** @throws FeatureError ValidationError when it is too large, or breaks off */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  const hasBody = length === undefined ? request.httpVersionMajor >= 2 || encoding !== undefined : length !== '0';
  return hasBody ? bodyWithin(request, bytesMax) : Promise.resolve(noBody);
}

async function bodyWithin(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const body = await bodyBytes(request, bytesMax);
  if (body === 'too long') throw new FeatureError('ValidationError', `The request has more than ${bytesMax} bytes`);
  if (body === 'broken off') throw new FeatureError('ValidationError', 'The request ended before its body did');
  return body;
}

/** @throws FeatureError ValidationError */
export function parseJson<Schema extends z.ZodType>(schema: Schema, body: Buffer): z.output<Schema> {
  let value: unknown;
  try {
    value = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  } catch {
    throw new FeatureError('ValidationError', 'The body of the request is not valid JSON');
  }
  return checked(schema, value);
}

/** @throws FeatureError ValidationError */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  const shown = issues.slice(0, issuesShown).map((issue) => {
    const path = issue.path.map(String).join('.') || 'request';
    return `Value at '${path}' failed to satisfy constraint: ${issue.message}`;
  });
  const count = issues.length === 1 ? '1 validation error' : `${issues.length} validation errors`;
  throw new FeatureError('ValidationError', `${count} detected: ${shown.join('; ')}`);
}
