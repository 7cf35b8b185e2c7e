/**
 * What access rules must know of a command and of a request. The command table and the executor answer; nothing here knows
 * how a command finds its keys.
 */
import type { ByteSlice } from '../base/byte-slice.js';

/** A command or subcommand, as rules name it. */
export interface AclCommand {
  /** In lower case, subcommands as `client|id`. */
  readonly fullName: string;
  /** Of a container. */
  readonly subcommands?: ReadonlyMap<string, AclCommand> | undefined;
}

/** The commands there are. */
export interface AclCommands {
  /** The command or subcommand (`CLIENT|ID`) of a name in upper case, whatever it has been renamed to. */
  find(upperName: string): AclCommand | undefined;
  /** The commands and containers of a category; undefined when there is no such category. */
  inCategory(category: string): readonly AclCommand[] | undefined;
}

/** How a request uses one of its keys. */
export interface KeyUse {
  /** Of the key among the arguments. */
  readonly at: number;
  readonly reads: boolean;
  readonly writes: boolean;
}

/** How a request uses one of its channels. */
export interface ChannelUse {
  readonly at: number;
  /** It is a pattern: only the very same pattern allows it. */
  readonly isPattern: boolean;
}

export interface AccessRequest {
  readonly command: AclCommand;
  /** It runs without authentication, and so for every user. */
  readonly isForEveryone: boolean;
  readonly argv: readonly ByteSlice[];
  readonly keys: readonly KeyUse[];
  readonly channels: readonly ChannelUse[];
}

/** Why a user may not do what a request asks for. */
export interface Denial {
  readonly reason: 'command' | 'key' | 'channel';
  /** The argument that is out of bounds; 0 for the command itself. */
  readonly at: number;
}
