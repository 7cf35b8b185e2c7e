/**
 * The body of a request as the bytes it was sent as, which is what a signature covers, and as JSON checked by a schema.
 */
import type { IncomingMessage } from 'node:http';
import { FeatureError } from '@nearkey/sdk/features';
import type { z } from 'zod';

const issuesShown = 10;
const noBody = Buffer.alloc(0);

/**
 * Resolves when all of it is there. Of one that is too large the rest is read and forgotten, so that the sender gets to read the answer.
 * @throws FeatureError ValidationError when it is too large
 */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers;
  const hasBody = length === undefined ? request.httpVersionMajor >= 2 || encoding !== undefined : length !== '0';
  if (!hasBody) return Promise.resolve(noBody);
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= bytesMax) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      reject(new FeatureError('ValidationError', `The request has more than ${bytesMax} bytes`));
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('close', () => {
      if (!request.readableEnded) reject(new FeatureError('ValidationError', 'The request ended before its body did'));
    });
  });
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
