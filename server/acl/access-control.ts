/**
 * Who may come in and what they may do: the users by name, and what they were denied. The user `default` is always there: a
 * connection is it until it says otherwise, and its password is the setting `requirepass`.
 */
import { splitText } from '../base/split-words.js';
import type { Config } from '../config/config.js';
import { AccessLog, type DeniedAccess } from './access-log.js';
import type { AclCommands } from './request.js';
import { type Permissions, User } from './user.js';
import {
  applyRule,
  copyPermissions,
  hasBlank,
  initialPermissions,
  joinSelectors,
  RuleError,
  type RuleHome,
} from './user-rules.js';

/** Rules that change nothing because something is wrong with them; the message is for who wrote them. */
export class AclError extends Error {
  override readonly name = 'AclError';
}

/** Everything at first, for everybody. */
const DEFAULT_RULES = ['on', 'nopass', '~*', '&*', '+@all'];

export class AccessControl {
  readonly log = new AccessLog();
  readonly defaultUser: User;
  #users = new Map<string, User>();
  readonly #home: RuleHome;

  constructor(
    commands: AclCommands,
    private readonly config: Config,
  ) {
    this.#home = {
      commands,
      get allChannelsByDefault() {
        return config.get('acl-pubsub-default') === 'allchannels';
      },
    };
    this.defaultUser = new User('default', initialPermissions(this.#home));
    this.#users.set('default', this.defaultUser);
    this.setUser('default', DEFAULT_RULES);
    if (config.get('requirepass') !== '') this.#usePassword();
    config.onChange((name) => {
      if (name === 'requirepass') this.#usePassword();
    });
  }

  #usePassword(): void {
    const password = Buffer.from(this.config.get('requirepass'), 'utf8').toString('latin1');
    this.setUser('default', password === '' ? ['nopass'] : ['resetpass', `>${password}`]);
  }

  get(name: string): User | undefined {
    return this.#users.get(name);
  }

  /** Every user, by name. */
  all(): User[] {
    return [...this.#users.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** @returns the user whose name and password these are */
  authenticate(name: string, password: string): User | undefined {
    const user = this.#users.get(name);
    return user?.accepts(password) ? user : undefined;
  }

  /**
   * Creates a user or changes one; nothing changes when a rule is wrong.
   * @param words rules; a selector may be spread over several
   * @throws AclError
   */
  setUser(name: string, words: readonly string[]): User {
    if (hasBlank(name)) throw new AclError("Usernames can't contain spaces or null characters");
    const joined = joinSelectors(words);
    if ('unclosed' in joined)
      throw new AclError(`Unmatched parenthesis in acl selector starting at '${joined.unclosed}'.`);
    const known = this.#users.get(name);
    const permissions = known === undefined ? initialPermissions(this.#home) : copyPermissions(known.permissions);
    this.#apply(permissions, joined.rules, (rule, why) => `Error in ACL SETUSER modifier '${rule}': ${why}`);
    const user = known ?? new User(name, permissions);
    user.permissions = permissions;
    this.#users.set(name, user);
    return user;
  }

  /** @returns the user that is gone */
  remove(name: string): User | undefined {
    const user = this.#users.get(name);
    this.#users.delete(name);
    return user;
  }

  /** Notes what was denied. */
  deny(denied: DeniedAccess): void {
    this.log.add(denied, this.config.get('acllog-max-len'));
  }

  /** The lines of an ACL file. */
  lines(): string[] {
    return this.all().map((user) => `user ${user.name} ${user}`);
  }

  /**
   * Takes the users of an ACL file in place of those there are; all of them or none.
   * @param path for what is said of mistakes
   * @returns the users that are gone or may do something else now
   * @throws AclError every mistake, each with its line
   */
  load(text: string, path: string): User[] {
    const loaded = this.#parse(text, path);
    const rulesOfDefault = loaded.get('default')?.permissions;
    const changed = this.all().filter((user) => user.toString() !== loaded.get(user.name)?.toString());
    this.defaultUser.permissions = rulesOfDefault ?? this.#everything().permissions;
    this.#users = new Map([...loaded].map(([name, user]) => [name, this.#kept(user, changed) ?? user]));
    this.#users.set('default', this.defaultUser);
    return changed.filter((user) => user !== this.defaultUser);
  }

  /** The user there is already, when a file says nothing else of it: its clients stay. */
  #kept(loaded: User, changed: readonly User[]): User | undefined {
    const known = this.#users.get(loaded.name);
    return known === undefined || changed.includes(known) ? undefined : known;
  }

  #everything(): User {
    const user = new User('default', initialPermissions(this.#home));
    for (const rule of DEFAULT_RULES) applyRule(user.permissions, rule, this.#home);
    return user;
  }

  #parse(text: string, path: string): Map<string, User> {
    const users = new Map<string, User>();
    const mistakes: string[] = [];
    for (const [index, line] of text.split('\n').entries()) {
      if (line.trim() === '') continue;
      try {
        const user = this.#parseLine(line, index + 1, path);
        if (users.has(user.name)) {
          throw new AclError(`WARNING: Duplicate user '${user.name}' found on line ${index + 1}. `);
        }
        users.set(user.name, user);
      } catch (error) {
        if (!(error instanceof AclError)) throw error;
        mistakes.push(error.message);
      }
    }
    if (mistakes.length === 0) return users;
    const verdict = 'WARNING: ACL errors detected, no change to the previously active ACL rules was performed';
    throw new AclError(mistakes.join('') + verdict);
  }

  #parseLine(line: string, number: number, path: string): User {
    const at = `${path}:${number}`;
    const words = splitText(line.trim());
    if (words === undefined) throw new AclError(`${at}: unbalanced quotes in acl line. `);
    const [keyword, name, ...rules] = words;
    if (keyword !== 'user' || name === undefined) {
      throw new AclError(`${at} should start with user keyword followed by the username. `);
    }
    if (hasBlank(name)) throw new AclError(`'${at}: username '${name}' contains invalid characters. `);
    const joined = joinSelectors(rules);
    if ('unclosed' in joined) throw new AclError(`${at}: Unmatched parenthesis in selector definition.`);
    const permissions = initialPermissions(this.#home);
    this.#apply(permissions, joined.rules, (_rule, why) => `${at}: ${why}. `);
    return new User(name, permissions);
  }

  /**
   * Applies rules in order.
   * @param tell what is said of the first that cannot be applied
   * @throws AclError
   */
  #apply(permissions: Permissions, rules: readonly string[], tell: (rule: string, why: string) => string): void {
    for (const rule of rules) {
      try {
        applyRule(permissions, rule, this.#home);
      } catch (error) {
        if (error instanceof RuleError) throw new AclError(tell(rule, error.message));
        throw error;
      }
    }
  }
}
