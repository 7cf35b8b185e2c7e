/**
 * Which commands a selector allows. `+@all` and `-@all` begin anew; each further rule adds or takes away a command, a
 * subcommand or a category, and the last word on a command holds. The rules are kept in the order they were given, without
 * those that a later one has made void, so that a user reads back what was written.
 */
import type { AclCommand, AclCommands } from './request.js';

export class CommandRules {
  #allowed = new Set<string>();
  #isAll = false;
  #startsWithAll = false;
  /** Lower-case rules with their sign, in order. */
  #rules: string[] = [];
  /** First arguments that are allowed of a command that is not: `+select|0`. */
  #firstArguments = new Map<string, string[]>();

  /** Everything is allowed, today's commands and those to come. */
  get isAll(): boolean {
    return this.#isAll;
  }

  copy(): CommandRules {
    const copy = new CommandRules();
    copy.#allowed = new Set(this.#allowed);
    copy.#isAll = this.#isAll;
    copy.#startsWithAll = this.#startsWithAll;
    copy.#rules = [...this.#rules];
    copy.#firstArguments = new Map([...this.#firstArguments].map(([name, words]) => [name, [...words]]));
    return copy;
  }

  /** `+@all` or `-@all`. */
  begin(withAll: boolean): void {
    this.#allowed.clear();
    this.#isAll = withAll;
    this.#startsWithAll = withAll;
    this.#rules = [];
    this.#firstArguments.clear();
  }

  /** @param commands all there are: a rule that takes one away from everything leaves the others */
  setCommand(command: AclCommand, allow: boolean, commands: AclCommands): void {
    this.#set([command], allow, commands);
    this.#keep(command.fullName, allow);
  }

  setCategory(category: string, members: readonly AclCommand[], allow: boolean, commands: AclCommands): void {
    this.#set(members, allow, commands);
    this.#keep(`@${category.toLowerCase()}`, allow);
  }

  /** Allows a command with one first argument only. */
  allowFirstArgument(command: AclCommand, word: string): void {
    if (this.allows(command.fullName)) return;
    const words = this.#firstArguments.get(command.fullName) ?? [];
    this.#firstArguments.set(command.fullName, [...words.filter((other) => other !== word), word]);
    this.#keep(`${command.fullName}|${word}`, true);
  }

  allows(fullName: string): boolean {
    return this.#isAll || this.#allowed.has(fullName);
  }

  /** Whether a command that is not allowed is so with its first argument. */
  allowsFirstArgument(fullName: string, word: string | undefined): boolean {
    const words = word === undefined ? undefined : this.#firstArguments.get(fullName);
    return words?.includes(word?.toLowerCase() ?? '') ?? false;
  }

  /** The rules that lead here: `-@all +get`. */
  toString(): string {
    return [this.#startsWithAll ? '+@all' : '-@all', ...this.#rules].join(' ');
  }

  #set(commands: readonly AclCommand[], allow: boolean, all: AclCommands): void {
    if (this.#isAll && !allow) {
      this.#isAll = false;
      this.#add(all.inCategory('all') ?? []);
    }
    if (allow) this.#add(commands);
    else for (const command of withSubcommands(commands)) this.#forget(command);
  }

  #add(commands: readonly AclCommand[]): void {
    for (const { fullName } of withSubcommands(commands)) {
      this.#allowed.add(fullName);
      this.#firstArguments.delete(fullName);
    }
  }

  #forget({ fullName }: AclCommand): void {
    this.#allowed.delete(fullName);
    this.#firstArguments.delete(fullName);
  }

  /** Notes a rule in place of those it makes void: the same one, and those on subcommands of its command. */
  #keep(rule: string, allow: boolean): void {
    this.#rules = this.#rules.filter((kept) => {
      const named = kept.slice(1);
      return named !== rule && !(named.startsWith(`${rule}|`) && !rule.startsWith('@'));
    });
    this.#rules.push(`${allow ? '+' : '-'}${rule}`);
  }
}

function* withSubcommands(commands: Iterable<AclCommand>): Iterable<AclCommand> {
  for (const command of commands) {
    yield command;
    yield* command.subcommands?.values() ?? [];
  }
}
