/** The commands of a transaction: queued as copies by MULTI, run by EXEC, one effect together. */
import type { Client } from '../../client/client.js';
import type { QueuedCommand, Transaction } from '../../client/transaction.js';
import { ReplyError } from '../../errors.js';
import type { ReplySink } from '../../protocol/reply-writer.js';
import { denialErrorInTransaction, noteDenial } from '../access-guard.js';
import type { CommandEntry, Later, ServerFacilities } from '../command.js';
import { denialOfFrame } from './checks.js';
import type { ErrorReplies } from './error-replies.js';
import { frameSlices } from './frame.js';
import { lookUp } from './look-up.js';

/** A client that queues more than one command may have is closed without a word. */
export function enqueue(
  { config }: ServerFacilities,
  client: Client,
  transaction: Transaction,
  command: QueuedCommand,
  writer: ReplySink,
): void {
  transaction.enqueue(command);
  if (transaction.queuedBytes <= config.get('client-query-buffer-limit')) {
    writer.simple('QUEUED');
    return;
  }
  transaction.end();
  client.close('now');
}

/** Runs a queued command that its user may run. */
type RunCommand = (entry: CommandEntry, buffer: Buffer, words: Int32Array) => Later | undefined;

/** EXEC's body: every queued command in turn, each with its own reply inside the array. */
export function runQueued(
  server: ServerFacilities,
  errorReplies: ErrorReplies,
  client: Client,
  writer: ReplySink,
  runCommand: RunCommand,
): void {
  const queued = [...(client.transaction?.queued ?? [])];
  client.transaction?.unwatchAll();
  writer.array(queued.length);
  const { events } = server.keyspace;
  events.beginTransaction();
  try {
    for (const { buffer, words } of queued) {
      writer.protocol = client.protocol;
      const entry = allowedEntry(server, client, buffer, words);
      if (entry instanceof ReplyError) {
        errorReplies.write(writer, entry);
        continue;
      }
      const later = runCommand(entry, buffer, words);
      if (later !== undefined) throw new Error(`${entry.name} cannot finish later inside a transaction`);
    }
  } finally {
    client.transaction?.end();
    events.endTransaction(client.db);
  }
}

/** The entry of a queued command, or why it does not run after all: rules of users may have changed since. */
function allowedEntry(
  server: ServerFacilities,
  client: Client,
  buffer: Buffer,
  words: Int32Array,
): CommandEntry | ReplyError {
  const entry = lookUp(server.commands, buffer, words, 0);
  if (entry instanceof ReplyError) return entry;
  const denial = denialOfFrame(client, entry, buffer, words, 0);
  if (denial === undefined) return entry;
  noteDenial(server, client, entry, frameSlices(buffer, words, 0), denial, 'multi');
  return denialErrorInTransaction(denial);
}
