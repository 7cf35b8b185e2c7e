/**
 * The questions between look-up and run: may this client run this command now? They are asked in Redis's order, which
 * clients see in the errors. Each is answered by the entry's metadata.
 */
import type { Denial } from '../../acl/request.js';
import type { Client } from '../../client/client.js';
import { errorFor, errors, ReplyError } from '../../errors.js';
import { denialOf, isUnrestricted } from '../access-guard.js';
import type { CommandEntry, ServerFacilities } from '../command.js';
import { commandDone } from './command-done.js';
import { frameSlices } from './frame.js';
import { lookUp } from './look-up.js';

/** Why a command does not run: a rule of users, which is to be noted, or another one. Undefined when it may. */
export function refusalOf(
  server: ServerFacilities,
  client: Client,
  entry: CommandEntry,
  buffer: Buffer,
  words: Int32Array,
  base: number,
): ReplyError | Denial | undefined {
  if (!takesArguments(entry, words[base] ?? 0)) return errorFor.wrongArity(entry.fullName);
  if (!client.authenticated && !entry.flags.includes('no_auth') && !server.access.defaultUser.isOpen) {
    return errors.authRequired;
  }
  if (client.transaction?.open && entry.flags.includes('no_multi')) return errors.notInTransaction;
  const denial = denialOfFrame(client, entry, buffer, words, base);
  if (denial !== undefined) return denial;
  if (server.memory.isFull && !makeRoom(server) && addsData(server, client, entry)) return errors.outOfMemory;
  if (client.monitors && (entry.flags.includes('write') || entry.flags.includes('readonly') || entry.mayReplicate)) {
    return errors.monitorKeyspace;
  }
  if (client.subscriptions !== undefined && client.protocol === 2 && entry.inSubscriberMode === undefined) {
    return errorFor.subscriberMode(entry.fullName);
  }
  return undefined;
}

/** @param argc number of arguments with the name */
export function takesArguments({ arity }: CommandEntry, argc: number): boolean {
  return arity > 0 ? argc === arity : argc >= -arity;
}

/** What of the users' rules forbids a client a command. */
export function denialOfFrame(
  client: Client,
  entry: CommandEntry,
  buffer: Buffer,
  words: Int32Array,
  base: number,
): Denial | undefined {
  return isUnrestricted(client) ? undefined : denialOf(client, entry, frameSlices(buffer, words, base));
}

/** Whether CLIENT PAUSE WRITE holds a command back: it writes, replicas hear of it, or it runs such commands. */
export function mayWrite(server: ServerFacilities, client: Client, entry: CommandEntry): boolean {
  if (changesData(entry)) return true;
  return entry.endsTransaction === true && someQueued(server, client, changesData);
}

function changesData({ flags, mayReplicate }: CommandEntry): boolean {
  return flags.includes('write') || mayReplicate === true;
}

/** Evicts as long as memory is full. @returns whether it is not any more */
function makeRoom(server: ServerFacilities): boolean {
  const madeRoom = server.evictor.makeRoom();
  commandDone(server);
  return madeRoom;
}

/** Whether a command may take memory: by its flag, by being queued, or by running what was queued. */
function addsData(server: ServerFacilities, client: Client, entry: CommandEntry): boolean {
  if (takesMemory(entry)) return true;
  if (!client.transaction?.open) return false;
  return entry.endsTransaction ? someQueued(server, client, takesMemory) : entry.queueable !== false;
}

function takesMemory({ flags }: CommandEntry): boolean {
  return flags.includes('denyoom');
}

function someQueued(
  { commands }: ServerFacilities,
  { transaction }: Client,
  is: (entry: CommandEntry) => boolean,
): boolean {
  return (transaction?.queued ?? []).some(({ buffer, words }) => {
    const queued = lookUp(commands, buffer, words, 0);
    return !(queued instanceof ReplyError) && is(queued);
  });
}
