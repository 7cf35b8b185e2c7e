/** All clients by id: for CLIENT LIST and KILL, and for the count that `maxclients` bounds. Ids are never reused. */
import type { Client } from './client.js';

export class ClientRegistry {
  readonly #clients = new Map<number, Client>();
  readonly #forgetters: ((client: Client) => void)[] = [];
  #nextId = 1;
  /** Connections accepted since the start. */
  totalConnections = 0;
  rejectedConnections = 0;

  takeId(): number {
    return this.#nextId++;
  }

  add(client: Client): void {
    this.#clients.set(client.id, client);
    this.totalConnections++;
  }

  remove(client: Client): void {
    client.transaction?.unwatchAll();
    client.parked?.leave();
    this.forget(client);
    this.#clients.delete(client.id);
  }

  /** Adds what lets go of a client that is gone or begins anew: subscriptions and the like, kept elsewhere. */
  onForget(forgetter: (client: Client) => void): void {
    this.#forgetters.push(forgetter);
  }

  /** Everything that is kept for a client elsewhere is let go. */
  forget(client: Client): void {
    for (const forgetter of this.#forgetters) forgetter(client);
  }

  get(id: number): Client | undefined {
    return this.#clients.get(id);
  }

  get count(): number {
    return this.#clients.size;
  }

  /** In order of connection. */
  all(): IterableIterator<Client> {
    return this.#clients.values();
  }
}
