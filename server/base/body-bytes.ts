/**
 * The body of a request as the bytes it was sent as, within a limit: nobody holds more than that. What to say of a longer one, and
 * whether its connection ends, is for the door to decide; until then the rest is read and forgotten, so that the sender gets to
 * read the answer.
 *
 * Read by events, not by iteration: an iteration that is left ends the connection, and with it the answer that says why.
 */

/** A stream of Node, as far as it is needed here. */
export interface ByteStream {
  on(event: 'data', listener: (bytes: Buffer) => void): unknown;
  on(event: 'end' | 'close' | 'error', listener: () => void): unknown;
}

/** @returns as soon as it is known: the whole body, or why there is none */
export function bodyBytes(stream: ByteStream, bytesMax: number): Promise<Buffer | 'too long' | 'broken off'> {
  return new Promise((resolve) => {
    const parts: Buffer[] = [];
    let length = 0;
    stream.on('data', (bytes) => {
      length += bytes.length;
      if (length <= bytesMax) {
        parts.push(bytes);
        return;
      }
      parts.length = 0;
      resolve('too long');
    });
    stream.on('end', () => {
      const [only] = parts;
      resolve(only !== undefined && parts.length === 1 ? only : Buffer.concat(parts));
    });
    // After the end these say nothing new.
    stream.on('error', () => resolve('broken off'));
    stream.on('close', () => resolve('broken off'));
  });
}
