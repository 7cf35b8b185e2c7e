/**
 * One set of permissions: commands, keys and channels that go together. A user has a root selector and may have others;
 * a request is allowed when one of them allows all of it.
 */
import { ByteSlice } from '../base/byte-slice.js';
import { globMatches } from '../base/glob.js';
import { CommandRules } from './command-rules.js';
import type { AccessRequest, Denial, KeyUse } from './request.js';

/** Keys that may be read, written, or both. Text is bytes, one character each. */
interface KeyPattern {
  readonly text: string;
  readonly glob: ByteSlice;
  readonly reads: boolean;
  readonly writes: boolean;
}

interface ChannelPattern {
  readonly text: string;
  readonly glob: ByteSlice;
}

export class Selector {
  commands = new CommandRules();
  allKeys = false;
  allChannels = false;
  #keys: readonly KeyPattern[] = [];
  #channels: readonly ChannelPattern[] = [];

  copy(): Selector {
    const copy = new Selector();
    copy.commands = this.commands.copy();
    copy.allKeys = this.allKeys;
    copy.allChannels = this.allChannels;
    copy.#keys = this.#keys;
    copy.#channels = this.#channels;
    return copy;
  }

  get isUnrestricted(): boolean {
    return this.allKeys && this.allChannels && this.commands.isAll;
  }

  setAllKeys(all: boolean): void {
    this.allKeys = all;
    this.#keys = [];
  }

  setAllChannels(all: boolean): void {
    this.allChannels = all;
    this.#channels = [];
  }

  /** Adds a pattern of keys; one that is there already is widened. */
  addKeys(text: string, reads: boolean, writes: boolean): void {
    const known = this.#keys.find((pattern) => pattern.text === text);
    if (known === undefined) {
      this.#keys = [...this.#keys, { text, glob: ByteSlice.fromLatin1(text), reads, writes }];
      return;
    }
    const wider = { ...known, reads: known.reads || reads, writes: known.writes || writes };
    this.#keys = this.#keys.map((pattern) => (pattern === known ? wider : pattern));
  }

  addChannel(text: string): void {
    if (this.#channels.some((pattern) => pattern.text === text)) return;
    this.#channels = [...this.#channels, { text, glob: ByteSlice.fromLatin1(text) }];
  }

  /** Why the selector does not allow a request; undefined when it does. */
  denial(request: AccessRequest): Denial | undefined {
    if (!request.isForEveryone && !this.#allowsCommand(request)) return { reason: 'command', at: 0 };
    const key = this.allKeys ? undefined : request.keys.find((use) => !this.#allowsKey(request.argv[use.at], use));
    if (key !== undefined) return { reason: 'key', at: key.at };
    if (this.allChannels) return undefined;
    const channel = request.channels.find(({ at, isPattern }) => !this.allowsChannel(request.argv[at], isPattern));
    return channel === undefined ? undefined : { reason: 'channel', at: channel.at };
  }

  /** Whether every key may be read. */
  get readsEveryKey(): boolean {
    return this.allKeys || this.#keys.some(({ text, reads }) => text === '*' && reads);
  }

  allowsChannel(name: ByteSlice | undefined, isPattern: boolean): boolean {
    if (this.allChannels || name === undefined) return true;
    return this.#channels.some(({ glob }) => (isPattern ? glob.equals(name) : globMatches(glob, name)));
  }

  #allowsCommand({ command, argv }: AccessRequest): boolean {
    if (this.commands.allows(command.fullName)) return true;
    return this.commands.allowsFirstArgument(command.fullName, argv[1]?.latin1());
  }

  #allowsKey(key: ByteSlice | undefined, { reads, writes }: KeyUse): boolean {
    if (key === undefined) return true;
    return this.#keys.some(
      (pattern) => (pattern.reads || !reads) && (pattern.writes || !writes) && globMatches(pattern.glob, key),
    );
  }

  /** As rules: `~a* %R~b`; empty when no key is allowed. */
  describeKeys(): string {
    if (this.allKeys) return '~*';
    return this.#keys
      .map(({ text, reads, writes }) => `${reads && writes ? '' : reads ? '%R' : '%W'}~${text}`)
      .join(' ');
  }

  describeChannels(): string {
    return this.allChannels ? '&*' : this.#channels.map(({ text }) => `&${text}`).join(' ');
  }

  /** The rules that make the selector. */
  toString(): string {
    const channels = this.allChannels ? '&*' : `resetchannels ${this.describeChannels()}`;
    return [this.describeKeys(), channels.trim(), this.commands.toString()].filter((part) => part !== '').join(' ');
  }
}
