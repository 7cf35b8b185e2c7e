/**
 * A message for any number of clients: said once, encoded at most once for each protocol version, and the bytes shared by
 * all who get it.
 */
import type { Client } from '../client/client.js';
import { type ProtocolVersion, type ReplyWriter, RespWriter } from '../protocol/reply-writer.js';

/** Every message is written here and copied out. */
const writer = new RespWriter();

export class Message {
  readonly #encoded: (Buffer | undefined)[] = [];

  constructor(private readonly say: (writer: ReplyWriter) => void) {}

  sendTo(client: Client): void {
    client.push(this.#bytes(client.protocol));
  }

  #bytes(protocol: ProtocolVersion): Buffer {
    const known = this.#encoded[protocol];
    if (known !== undefined) return known;
    writer.reset();
    writer.protocol = protocol;
    this.say(writer);
    const bytes = Buffer.from(writer.buffer.subarray(0, writer.length));
    this.#encoded[protocol] = bytes;
    return bytes;
  }
}
