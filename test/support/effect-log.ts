/** What a server says its commands did, in a form that outlives the call: for replaying, and for looking at. */
import type { EffectToken, KeyspaceListener } from '#server/keyspace/keyspace-events.js';
import type { InProcess } from './in-process.js';

export interface LoggedEffect {
  readonly db: number;
  readonly argv: readonly Buffer[];
}

export class EffectLog implements KeyspaceListener {
  readonly effects: LoggedEffect[] = [];
  /** Changes as `db event key`. */
  readonly changes: string[] = [];

  constructor({ server }: InProcess) {
    server.facilities.keyspace.events.subscribe(this);
  }

  keyChanged(db: number, event: string, key: { latin1(): string }): void {
    this.changes.push(`${db} ${event} ${key.latin1()}`);
  }

  databaseFlushed(db: number): void {
    this.changes.push(`${db} flushed`);
  }

  databasesSwapped(a: number, b: number): void {
    this.changes.push(`${a} ${b} swapped`);
  }

  effect(db: number, argv: readonly EffectToken[]): void {
    const copies = argv.map((token) => (typeof token === 'string' ? Buffer.from(token) : token.copy()));
    this.effects.push({ db, argv: copies });
  }

  /** What was told since the last call: changes, and effects as `db: words`. */
  take(): { changes: string[]; effects: string[] } {
    const effects = this.effects.map(({ db, argv }) => `${db}: ${argv.map((arg) => arg.toString('latin1')).join(' ')}`);
    const changes = [...this.changes];
    this.effects.length = 0;
    this.changes.length = 0;
    return { changes, effects };
  }
}
