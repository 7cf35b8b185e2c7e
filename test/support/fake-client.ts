/** Clients without a connection, which keep what is pushed to them. */
import { Client } from '#server/client/client.js';

export interface FakeClient {
  readonly client: Client;
  /** Takes the bytes pushed so far, one character a byte. */
  pushed(): string;
}

export function fakeClient(id: number, protocol: 2 | 3 = 2): FakeClient {
  const messages: Buffer[] = [];
  const client = new Client(id, `peer:${id}`, 'here', 0, {
    close: () => undefined,
    outputBytes: () => 0,
    queryBytes: () => 0,
    push: (message) => {
      messages.push(message);
    },
  });
  client.protocol = protocol;
  return { client, pushed: () => Buffer.concat(messages.splice(0)).toString('latin1') };
}
