import { PassThrough } from 'node:stream';
import { bodyBytes } from '#server/base/body-bytes.js';

/** What comes of a body that arrives in parts, and then ends or breaks off. */
function bodyOf(parts: readonly string[], end: 'end' | 'error' | 'close', bytesMax: number): Promise<string> {
  const stream = new PassThrough();
  const body = bodyBytes(stream, bytesMax);
  for (const part of parts) stream.write(part);
  if (end === 'end') stream.end();
  else stream.destroy(end === 'error' ? new Error('reset') : undefined);
  return body.then(String);
}

test('is read to its end, up to the limit', async () => {
  expect(await bodyOf(['one', 'two'], 'end', 6)).toBe('onetwo');
  expect(await bodyOf(['one'], 'end', 6)).toBe('one');
  expect(await bodyOf([], 'end', 6)).toBe('');
});

test('is none when it is too long, before it ends, and the stream goes on', async () => {
  const stream = new PassThrough();
  const body = bodyBytes(stream, 5);
  stream.write('onetwo');
  expect(await body).toBe('too long');
  stream.end('and more');
  await new Promise((resolve) => stream.once('end', resolve));
  expect(stream.readableFlowing).toBe(true);
});

test('is none when it breaks off', async () => {
  expect(await bodyOf(['one'], 'close', 5)).toBe('broken off');
  expect(await bodyOf(['one'], 'error', 5)).toBe('broken off');
});
