/**
 * The one way the SDK and the gateway reach data.
 *
 * Three things implement it: the server in its own process (`LocalCommander`), any ioredis-like client and any
 * cluster client (`commanderFrom`). Whoever holds a Commander cannot tell which, and must not need to.
 */

/** One command argument. Strings travel as UTF-8, numbers in decimal, byte arrays as they are. */
export type CommandArgument = string | number | Uint8Array;

/** A reply in RESP2 shapes: bulk and simple strings are decoded as UTF-8, maps arrive as flat arrays. */
export type CommandReply = string | number | null | CommandReply[];

/** Sends one command and answers its reply; an error reply rejects with an `Error` whose message is the reply's text. */
export interface Commander {
  call(command: string, ...args: CommandArgument[]): Promise<CommandReply>;
  /**
   * One Commander for each node that holds a part of the keys, in a stable order: for commands such as SCAN that see only
   * the keys of the node they run on. Absent where one server holds them all.
   */
  nodes?(): readonly Commander[];
}
