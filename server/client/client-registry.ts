/** All clients by id: for CLIENT LIST and KILL, and for the count that `maxclients` bounds. Ids are never reused. */
import type { Client } from './client.js';

export class ClientRegistry {
  readonly #clients = new Map<number, Client>();
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
    this.#clients.delete(client.id);
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
