/** MONITOR: clients that see every command, after it has run. */
import type { ByteSlice } from '../base/byte-slice.js';
import { quoted } from '../base/quote.js';
import type { Client } from '../client/client.js';
import { Message } from './message.js';

export class Monitors {
  readonly #clients = new Set<Client>();

  get isEmpty(): boolean {
    return this.#clients.size === 0;
  }

  add(client: Client): void {
    client.monitors = true;
    this.#clients.add(client);
  }

  remove(client: Client): void {
    client.monitors = false;
    this.#clients.delete(client);
  }

  /** @param source the client's address, or `lua` for a command of a script */
  feed(nowMs: number, db: number, source: string, argv: readonly ByteSlice[]): void {
    const line = `${(nowMs / 1000).toFixed(6)} [${db} ${source}] ${argv.map(quoted).join(' ')}`;
    const message = new Message((writer) => writer.simple(line));
    for (const client of this.#clients) message.sendTo(client);
  }
}
