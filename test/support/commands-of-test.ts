/** Servers that know commands of a test beside their own, and what an executor says of failures. */
import type { CommandEntry } from '#server/commands/command.js';
import { CommandTable } from '#server/commands/command-table.js';
import { Executor } from '#server/commands/execute-command.js';
import { commandGroups } from '#server/create-server.js';
import { type FakeClock, type InProcess, startInProcess } from './in-process.js';

/** What a command of a test says of itself beside its name and arity. */
export const metadata = {
  flags: [],
  acl: [],
  group: 'server',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'A command of this test',
  syntax: '',
} as const;

/** An executor that knows commands of this test beside a server's own. */
export function serverOf(
  { server, clock }: InProcess,
  ...extra: CommandEntry[]
): { executor: Executor; failures: [string, unknown][]; commands: CommandTable; clock: FakeClock } {
  const failures: [string, unknown][] = [];
  const commands = new CommandTable([...commandGroups, extra]);
  const executor = new Executor({ ...server.facilities, commands }, (name, failure) => failures.push([name, failure]));
  return { executor, failures, commands, clock };
}

/** What each run answers, as bytes. */
export function serverWith(...extra: CommandEntry[]): {
  run(...argv: string[]): string;
  failures: [string, unknown][];
  commands: CommandTable;
} {
  const server = startInProcess();
  const { executor, failures, commands } = serverOf(server, ...extra);
  const client = server.connect(executor);
  return { failures, commands, run: (...argv) => client.raw(...argv).toString('latin1') };
}
