/**
 * Sessions of users: JSON under an id that nobody guesses, which lives on as long as it is used.
 *
 * A session that has ended stays ended: a write to one that is not there does nothing, so a request that was under way while its user
 * signed out brings no session back.
 */
import type { Commander } from '../commander.js';
import { newSecretId } from '../random.js';

export interface SessionsOptions<Session> {
  readonly commander: Commander;
  readonly prefix?: string;
  /** Since its last use. */
  readonly ttlMs: number;
  /** A session from its JSON; throws on what is none. */
  readonly read: (json: unknown) => Session;
  readonly newId?: () => string;
}

/** What an id may look like: others are not asked for. */
const idPattern = /^[\w-]{16,128}$/;

export class Sessions<Session> {
  readonly #options: SessionsOptions<Session>;

  constructor(options: SessionsOptions<Session>) {
    this.#options = options;
  }

  /** @returns its id */
  async create(session: Session): Promise<string> {
    const { commander, ttlMs, newId = newSecretId } = this.#options;
    const id = newId();
    await commander.call('SET', this.#key(id), JSON.stringify(session), 'PX', ttlMs, 'NX');
    return id;
  }

  /** The session, which lives on from now. Undefined where there is none. */
  async get(id: string): Promise<Session | undefined> {
    if (!idPattern.test(id)) return undefined;
    const { commander, ttlMs, read } = this.#options;
    const text = await commander.call('GETEX', this.#key(id), 'PX', ttlMs);
    return typeof text === 'string' ? read(JSON.parse(text)) : undefined;
  }

  /** @returns whether there is such a session */
  async update(id: string, session: Session): Promise<boolean> {
    if (!idPattern.test(id)) return false;
    const { commander, ttlMs } = this.#options;
    return (await commander.call('SET', this.#key(id), JSON.stringify(session), 'PX', ttlMs, 'XX')) === 'OK';
  }

  async end(id: string): Promise<void> {
    if (idPattern.test(id)) await this.#options.commander.call('DEL', this.#key(id));
  }

  #key(id: string): string {
    return `${this.#options.prefix ?? 'session:'}${id}`;
  }
}
