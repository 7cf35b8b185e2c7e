/**
 * The binary event stream of AWS (`application/vnd.amazon.eventstream`): frames with checked lengths, headers and a payload. The frames
 * themselves are read and written by the AWS SDK's codec, checksums included; here bytes that may be cut anywhere become frames.
 *
 * An event's name is the frame's event type, an exception's is its type behind `exception/`, which no event type holds: both go on to a
 * caller as what they were. The data is the payload as text, which in all of Bedrock's streams is JSON.
 */

import { EventStreamCodec, type MessageHeaders } from '@smithy/eventstream-codec';
import { fromUtf8, toUtf8 } from '@smithy/util-utf8';
import type { StreamEvent } from '../stored-answer.js';
import type { StreamDecoder } from './front-door.js';

export const awsEventStreamType = 'application/vnd.amazon.eventstream';
const exceptionPrefix = 'exception/';

/** The first four bytes say how long a frame is. */
const lengthBytes = 4;
/** AWS's own limits: 16 bytes around, 128 KiB of headers, 24 MiB of payload. */
const frameBytesMin = 16;
const frameBytesMax = frameBytesMin + 131_072 + 25_165_824;

const codec = new EventStreamCodec(toUtf8, fromUtf8);

export function encodeAwsEvent({ name = '', data }: StreamEvent): Uint8Array {
  const isException = name.startsWith(exceptionPrefix);
  const type: MessageHeaders = isException
    ? { ':exception-type': { type: 'string', value: name.slice(exceptionPrefix.length) } }
    : { ':event-type': { type: 'string', value: name } };
  const headers: MessageHeaders = {
    ...type,
    ':content-type': { type: 'string', value: 'application/json' },
    ':message-type': { type: 'string', value: isException ? 'exception' : 'event' },
  };
  return codec.encode({ headers, body: Buffer.from(data) });
}

/** Its `push` throws when a frame's length or a checksum cannot be right: nothing after it can be read. */
export function awsEventDecoder(): StreamDecoder {
  let rest: Buffer = Buffer.alloc(0);
  return {
    push(bytes) {
      rest = rest.length === 0 ? Buffer.from(bytes) : Buffer.concat([rest, bytes]);
      const events: StreamEvent[] = [];
      for (let length = frameLength(rest); length <= rest.length; length = frameLength(rest)) {
        events.push(eventOf(rest.subarray(0, length)));
        rest = rest.subarray(length);
      }
      return events;
    },
  };
}

/** Infinity as long as it is not known. */
function frameLength(bytes: Buffer): number {
  if (bytes.length < lengthBytes) return Number.POSITIVE_INFINITY;
  const length = bytes.readUInt32BE(0);
  if (length < frameBytesMin || length > frameBytesMax) throw new Error(`a frame of ${length} bytes`);
  return length;
}

function eventOf(frame: Buffer): StreamEvent {
  const { headers, body } = codec.decode(frame);
  const data = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
  const exception = textOf(headers, ':exception-type') ?? textOf(headers, ':error-code');
  if (exception !== undefined) return { name: exceptionPrefix + exception, data };
  return { name: textOf(headers, ':event-type') ?? '', data };
}

function textOf(headers: MessageHeaders, name: string): string | undefined {
  const header = headers[name];
  return header?.type === 'string' ? header.value : undefined;
}
