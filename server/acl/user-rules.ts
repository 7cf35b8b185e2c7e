/**
 * The rules of ACL SETUSER and of ACL files: each changes a user's permissions a little. Rules are applied to a copy, which
 * replaces the user's permissions when all of them were right.
 */
import type { CommandRules } from './command-rules.js';
import type { AclCommands } from './request.js';
import { Selector } from './selector.js';
import { hashPassword, type Permissions } from './user.js';

/** A rule that cannot be applied: why, in the words of ACL SETUSER. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
}

export interface RuleHome {
  readonly commands: AclCommands;
  /** What new users and selectors may do with channels (`acl-pubsub-default`). */
  readonly allChannelsByDefault: boolean;
}

const MALFORMED = 'Syntax error';
const UNKNOWN_COMMAND = 'Unknown command or category name in ACL';
const BAD_HASH = 'The password hash must be exactly 64 characters and contain only lowercase hexadecimal characters';
const NO_SUCH_PASSWORD = 'The password you are trying to remove from the user does not exist';
const FIRST_ARGUMENT_OF_SUBCOMMAND = 'Allowing first-arg of a subcommand is not supported';
const VOID_KEYS =
  "Adding a pattern after the * pattern (or the 'allkeys' flag) is not valid and does not have any effect. Try 'resetkeys' to start with an empty list of patterns";
const VOID_CHANNELS =
  "Adding a pattern after the * pattern (or the 'allchannels' flag) is not valid and does not have any effect. Try 'resetchannels' to start with an empty list of channels";

/** Of a user about whom nothing has been said: it may not even come in. */
export function initialPermissions(home: RuleHome): Permissions {
  return {
    isEnabled: false,
    needsNoPassword: false,
    sanitizing: undefined,
    passwords: [],
    selectors: [initialSelector(home)],
  };
}

export function copyPermissions(permissions: Readonly<Permissions>): Permissions {
  const [root, ...others] = permissions.selectors;
  return { ...permissions, selectors: [root.copy(), ...others.map((selector) => selector.copy())] };
}

function initialSelector(home: RuleHome): Selector {
  const selector = new Selector();
  selector.allChannels = home.allChannelsByDefault;
  return selector;
}

/** Rules that are one word. */
const USER_WORDS: Readonly<Record<string, (permissions: Permissions, home: RuleHome) => void>> = {
  on: (user) => {
    user.isEnabled = true;
  },
  off: (user) => {
    user.isEnabled = false;
  },
  nopass: (user) => {
    user.needsNoPassword = true;
    user.passwords = [];
  },
  resetpass: (user) => {
    user.needsNoPassword = false;
    user.passwords = [];
  },
  'sanitize-payload': (user) => {
    user.sanitizing = 'sanitize-payload';
  },
  'skip-sanitize-payload': (user) => {
    user.sanitizing = 'skip-sanitize-payload';
  },
  clearselectors: (user) => {
    user.selectors = [user.selectors[0]];
  },
  reset: (user, home) => Object.assign(user, { ...initialPermissions(home), sanitizing: 'sanitize-payload' }),
};

const SELECTOR_WORDS: Readonly<Record<string, (selector: Selector) => void>> = {
  allkeys: (selector) => selector.setAllKeys(true),
  '~*': (selector) => selector.setAllKeys(true),
  resetkeys: (selector) => selector.setAllKeys(false),
  allchannels: (selector) => selector.setAllChannels(true),
  '&*': (selector) => selector.setAllChannels(true),
  resetchannels: (selector) => selector.setAllChannels(false),
  allcommands: (selector) => selector.commands.begin(true),
  '+@all': (selector) => selector.commands.begin(true),
  nocommands: (selector) => selector.commands.begin(false),
  '-@all': (selector) => selector.commands.begin(false),
};

/**
 * Applies one rule.
 * @param rule bytes, one character each; a selector with its parentheses is one rule
 * @throws RuleError
 */
export function applyRule(user: Permissions, rule: string, home: RuleHome): void {
  if (rule === '') return;
  const word = USER_WORDS[rule.toLowerCase()];
  if (word !== undefined) word(user, home);
  else if (rule.startsWith('>')) addPassword(user, hashPassword(rule.slice(1)));
  else if (rule.startsWith('#')) addPassword(user, checkedHash(rule.slice(1)));
  else if (rule.startsWith('<')) removePassword(user, hashPassword(rule.slice(1)));
  else if (rule.startsWith('!')) removePassword(user, checkedHash(rule.slice(1)));
  else if (rule.startsWith('(')) user.selectors = [...user.selectors, parseSelector(rule, home)];
  else applySelectorRule(user.selectors[0], rule, home.commands);
}

function addPassword(user: Permissions, hash: string): void {
  if (!user.passwords.includes(hash)) user.passwords = [...user.passwords, hash];
  user.needsNoPassword = false;
}

function removePassword(user: Permissions, hash: string): void {
  if (!user.passwords.includes(hash)) throw new RuleError(NO_SUCH_PASSWORD);
  user.passwords = user.passwords.filter((other) => other !== hash);
}

function checkedHash(hash: string): string {
  if (!/^[0-9a-f]{64}$/.test(hash)) throw new RuleError(BAD_HASH);
  return hash;
}

function parseSelector(rule: string, home: RuleHome): Selector {
  if (!rule.endsWith(')')) throw new RuleError(MALFORMED);
  const selector = initialSelector(home);
  for (const part of rule.slice(1, -1).split(' ')) if (part !== '') applySelectorRule(selector, part, home.commands);
  return selector;
}

function applySelectorRule(selector: Selector, rule: string, commands: AclCommands): void {
  const word = SELECTOR_WORDS[rule.toLowerCase()];
  if (word !== undefined) word(selector);
  else if (rule.startsWith('~') || rule.startsWith('%')) addKeys(selector, rule);
  else if (rule.startsWith('&')) addChannel(selector, rule.slice(1));
  else if (rule.startsWith('+@') || rule.startsWith('-@')) setCategory(selector.commands, rule, commands);
  else if (rule.startsWith('+') && rule.includes('|')) allowPart(selector.commands, rule.slice(1), commands);
  else if (rule.startsWith('+') || rule.startsWith('-')) setCommand(selector.commands, rule, commands);
  else throw new RuleError(MALFORMED);
}

/** `~pattern`, `%R~pattern`, `%W~pattern` or `%RW~pattern`. */
function addKeys(selector: Selector, rule: string): void {
  if (selector.allKeys) throw new RuleError(VOID_KEYS);
  const [, permission = '', pattern = ''] = /^(?:%([RW]*))?(?:~|$)(.*)$/is.exec(rule) ?? [];
  const letters = permission.toUpperCase();
  const isKnown = rule.startsWith('~') || ['R', 'W', 'RW', 'WR'].includes(letters);
  if (!isKnown || hasBlank(pattern)) throw new RuleError(MALFORMED);
  const both = rule.startsWith('~');
  selector.addKeys(pattern, both || letters.includes('R'), both || letters.includes('W'));
}

function addChannel(selector: Selector, pattern: string): void {
  if (selector.allChannels) throw new RuleError(VOID_CHANNELS);
  if (hasBlank(pattern)) throw new RuleError(MALFORMED);
  selector.addChannel(pattern);
}

function setCategory(rules: CommandRules, rule: string, commands: AclCommands): void {
  const category = rule.slice(2);
  const members = commands.inCategory(category.toLowerCase());
  if (members === undefined) throw new RuleError(UNKNOWN_COMMAND);
  rules.setCategory(category, members, rule.startsWith('+'), commands);
}

function setCommand(rules: CommandRules, rule: string, commands: AclCommands): void {
  const command = commands.find(rule.slice(1).toUpperCase());
  if (command === undefined) throw new RuleError(UNKNOWN_COMMAND);
  rules.setCommand(command, rule.startsWith('+'), commands);
}

/** `+config|get`, or `+select|0` of a command that has no subcommands. */
function allowPart(rules: CommandRules, named: string, commands: AclCommands): void {
  const bar = named.lastIndexOf('|');
  const outer = commands.find(named.slice(0, bar).toUpperCase());
  const part = named.slice(bar + 1).toLowerCase();
  if (outer === undefined) throw new RuleError(UNKNOWN_COMMAND);
  if (named.slice(0, bar).includes('|')) throw new RuleError(FIRST_ARGUMENT_OF_SUBCOMMAND);
  if (part === '') throw new RuleError(MALFORMED);
  if (outer.subcommands === undefined) {
    rules.allowFirstArgument(outer, part);
    return;
  }
  const sub = commands.find(named.toUpperCase());
  if (sub === undefined) throw new RuleError(UNKNOWN_COMMAND);
  rules.setCommand(sub, true, commands);
}

/** A blank or a null byte, which a pattern or name may not hold. */
export function hasBlank(text: string): boolean {
  return /[\s\0]/.test(text);
}

/**
 * Joins the words of each selector, which may have been given one by one: `(+get`, `~a)`. A word that opens one begins anew
 * and drops what was open, as in Redis.
 * @returns the rules, or the word a selector begins with that never ends
 */
export function joinSelectors(words: readonly string[]): { rules: readonly string[] } | { unclosed: string } {
  const rules: string[] = [];
  let open: string[] = [];
  for (const word of words) {
    if (word.startsWith('(') && !word.endsWith(')')) open = [word];
    else if (open.length === 0) rules.push(word);
    else {
      open.push(word);
      if (!word.endsWith(')')) continue;
      rules.push(open.join(' '));
      open = [];
    }
  }
  const [unclosed] = open;
  return unclosed === undefined ? { rules } : { unclosed };
}
