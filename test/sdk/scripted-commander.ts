/**
 * A Commander without a store: it notes what it is sent and answers from a script, for tests of what goes over the wire and
 * of what happens when the store is ill. How commands behave is tested on a real server.
 */
import type { CommandArgument, Commander, CommandReply } from '#sdk/commander.js';

export type Script = (command: string, args: readonly CommandArgument[]) => CommandReply | Error;

export class ScriptedCommander implements Commander {
  readonly calls: (readonly [string, ...CommandArgument[]])[] = [];
  script: Script;

  constructor(script: Script) {
    this.script = script;
  }

  async call(command: string, ...args: CommandArgument[]): Promise<CommandReply> {
    this.calls.push([command, ...args]);
    const reply = this.script(command, args);
    if (reply instanceof Error) throw reply;
    return reply;
  }

  callsOf(command: string): (readonly CommandArgument[])[] {
    return this.calls.filter(([name]) => name === command).map(([, ...args]) => args);
  }
}
