/**
 * All commands by name. Joins the groups' lists and refuses at start-up an entry that contradicts itself: a bad entry
 * must not wait for its first caller.
 */
import { assert } from '../base/assert.js';
import type { ByteSlice } from '../base/byte-slice.js';
import type { CommandEntry } from './command.js';

const BUCKETS = 2048;

/** Another name for a command (`rename-command`); the empty one takes it away. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

/** A command that cannot be renamed so; the message is for who asked for it. */
export class RenameError extends Error {
  override readonly name = 'RenameError';
}

interface Named {
  readonly upperName: string;
  readonly entry: CommandEntry;
}

export class CommandTable {
  /** By the names they have been given. */
  readonly #byName = new Map<string, CommandEntry>();
  /** By the names they were defined with. */
  readonly #originals = new Map<string, CommandEntry>();
  /** By a hash of their name, for lookups straight from the read buffer. */
  readonly #buckets: (Named[] | undefined)[] = new Array(BUCKETS);
  /** Commands often come in rows of one kind. */
  #lastFound: Named | undefined;

  constructor(groups: readonly (readonly CommandEntry[])[], renames: readonly Rename[] = []) {
    for (const definition of groups.flat()) {
      assert(!this.#originals.has(definition.name), `${definition.name} is defined once`);
      checkEntry(definition);
      const entry = ownCopy(definition);
      this.#originals.set(entry.name, entry);
      this.#byName.set(entry.name, entry);
    }
    for (const rename of renames) this.#rename(rename);
    for (const [name, entry] of this.#byName) this.#index(name, entry);
  }

  #rename({ from, to }: Rename): void {
    const entry = this.#byName.get(from.toUpperCase());
    if (entry === undefined) throw new RenameError(`No such command in rename-command: '${from}'`);
    this.#byName.delete(from.toUpperCase());
    if (to === '') return;
    if (this.#byName.has(to.toUpperCase())) throw new RenameError(`Target command name already exists: '${to}'`);
    this.#byName.set(to.toUpperCase(), entry);
  }

  #index(upperName: string, entry: CommandEntry): void {
    const name = Buffer.from(upperName, 'latin1');
    const bucket = nameHash(name, 0, name.length);
    const named = this.#buckets[bucket] ?? [];
    named.push({ upperName, entry });
    this.#buckets[bucket] = named;
  }

  /** The entry a name in a buffer stands for, in any case. */
  find(buffer: Buffer, start: number, end: number): CommandEntry | undefined {
    const last = this.#lastFound;
    if (last !== undefined && sameName(buffer, start, end, last.upperName)) return last.entry;
    const bucket = this.#buckets[nameHash(buffer, start, end)];
    if (bucket === undefined) return undefined;
    for (const named of bucket) {
      if (!sameName(buffer, start, end, named.upperName)) continue;
      this.#lastFound = named;
      return named.entry;
    }
    return undefined;
  }

  /** The command or subcommand that arguments begin with. */
  named(argv: readonly ByteSlice[]): CommandEntry | undefined {
    const outer = this.#byName.get(argv[0]?.latin1().toUpperCase() ?? '');
    if (outer?.subcommands === undefined || argv.length < 2) return outer;
    return outer.subcommands.get(argv[1]?.latin1().toUpperCase() ?? '');
  }

  /** The entry of a name in upper case as it was before commands were renamed; subcommands as `CLIENT|ID`. */
  original(upperName: string): CommandEntry | undefined {
    const [name = '', sub, ...more] = upperName.split('|');
    if (more.length > 0) return undefined;
    const entry = this.#originals.get(name);
    return sub === undefined ? entry : entry?.subcommands?.get(sub);
  }

  /** The entry for an upper-case name; subcommands as `CLIENT|ID` or `CLIENT ID`. */
  get(upperName: string): CommandEntry | undefined {
    const [name = '', sub] = upperName.split(/[| ]/);
    const entry = this.#byName.get(name);
    return sub === undefined ? entry : entry?.subcommands?.get(sub);
  }

  /** Every top-level entry, in the order of the groups. */
  all(): IterableIterator<CommandEntry> {
    return this.#byName.values();
  }

  get size(): number {
    return this.#byName.size;
  }
}

/**
 * The entry with counters of its own: two servers in one process count apart. Written out, so that all entries are objects of
 * one shape, whatever their definitions leave out: the executor then reads them without a search (docs/decisions/0004).
 */
function ownCopy(entry: CommandEntry): CommandEntry {
  const { subcommands } = entry;
  return {
    name: entry.name,
    arity: entry.arity,
    flags: entry.flags,
    acl: entry.acl,
    keys: entry.keys,
    channels: entry.channels,
    group: entry.group,
    since: entry.since,
    complexity: entry.complexity,
    summary: entry.summary,
    syntax: entry.syntax,
    tips: entry.tips,
    queueable: entry.queueable,
    mayReplicate: entry.mayReplicate,
    inSubscriberMode: entry.inSubscriberMode,
    runsOthers: entry.runsOthers,
    sparesCaching: entry.sparesCaching,
    secrets: entry.secrets,
    endsTransaction: entry.endsTransaction,
    fullName: entry.fullName,
    nameArguments: entry.nameArguments,
    quickArguments: entry.quickArguments,
    execute: entry.execute,
    subcommands: subcommands && new Map([...subcommands].map(([name, sub]) => [name, ownCopy(sub)])),
    calls: 0,
    rejectedCalls: 0,
    failedCalls: 0,
    totalUs: 0,
    latencies: undefined,
  };
}

function checkEntry(entry: CommandEntry): void {
  assert(entry.name === entry.name.toUpperCase(), `${entry.name}: the name is in upper case`);
  assert(entry.arity !== 0, `${entry.name}: arity counts the name`);
  assert(!(entry.flags.includes('write') && entry.flags.includes('readonly')), `${entry.name}: write or readonly`);
  assert(entry.summary.length > 0 && entry.since.length > 0, `${entry.name}: summary and since`);
  for (const [index, spec] of (entry.keys ?? []).entries()) {
    const atLeast = Math.abs(entry.arity);
    const isThere = spec.first < atLeast || (index > 0 && spec.last < 0) || spec.flags.includes('not_key');
    assert(spec.movable !== undefined || isThere, `${entry.name}: the first key is always there`);
  }
  for (const sub of entry.subcommands?.values() ?? []) checkEntry(sub);
}

/** A case-insensitive hash of a command's name. */
function nameHash(buffer: Buffer, start: number, end: number): number {
  let hash = end - start;
  for (let i = start; i < end && i < start + 24; i++) hash = (Math.imul(hash, 31) + ((buffer[i] ?? 0) & 0xdf)) | 0;
  return (hash ^ (hash >>> 11)) & (BUCKETS - 1);
}

function sameName(buffer: Buffer, start: number, end: number, upperName: string): boolean {
  if (end - start !== upperName.length) return false;
  for (let i = 0; i < upperName.length; i++) {
    let byte = buffer[start + i] ?? 0;
    if (byte >= 97 && byte <= 122) byte -= 32;
    if (byte !== upperName.charCodeAt(i)) return false;
  }
  return true;
}
