/** ACL LOG: what users were denied, newest first. What recurs within a minute is one entry with a count. */

const SAME_WITHIN_MS = 60_000;

export type DeniedContext = 'toplevel' | 'multi' | 'lua';

/** What was denied. Texts are bytes, one character each. */
export interface DeniedAccess {
  readonly reason: 'command' | 'key' | 'channel' | 'auth';
  readonly context: DeniedContext;
  /** The command, key or channel. */
  readonly object: string;
  readonly user: string;
  /** The client as CLIENT INFO tells it. */
  readonly clientInfo: string;
  readonly atMs: number;
}

export interface AccessLogEntry extends DeniedAccess {
  /** Never reused. */
  readonly id: number;
  readonly count: number;
  readonly createdAtMs: number;
}

export class AccessLog {
  #entries: AccessLogEntry[] = [];
  #nextId = 0;

  /** @param entriesMax older ones are dropped */
  add(denied: DeniedAccess, entriesMax: number): void {
    const known = this.#entries.find((entry) => isSame(entry, denied));
    const entry =
      known === undefined
        ? { ...denied, id: this.#nextId++, count: 1, createdAtMs: denied.atMs }
        : { ...known, ...denied, count: known.count + 1 };
    this.#entries = [entry, ...this.#entries.filter((other) => other !== known)].slice(0, entriesMax);
  }

  newest(count: number): readonly AccessLogEntry[] {
    return this.#entries.slice(0, count);
  }

  clear(): void {
    this.#entries = [];
  }
}

function isSame(entry: AccessLogEntry, { reason, context, object, user, atMs }: DeniedAccess): boolean {
  const isAlike =
    entry.reason === reason && entry.context === context && entry.object === object && entry.user === user;
  return isAlike && atMs - entry.atMs <= SAME_WITHIN_MS;
}
