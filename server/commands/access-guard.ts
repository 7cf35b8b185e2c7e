/** Holds commands to what their client's user may do, and says what was denied: at once, in a transaction, in a script. */
import type { DeniedContext } from '../acl/access-log.js';
import type { Denial } from '../acl/request.js';
import type { ByteSlice } from '../base/byte-slice.js';
import type { Client } from '../client/client.js';
import { errorFor, errors, type ReplyError } from '../errors.js';
import { accessRequest } from './access-request.js';
import { describeClient } from './client-description.js';
import type { CommandEntry, ServerFacilities } from './command.js';

/** Whether a client may run whatever it likes: most clients, which this question costs least. */
export function isUnrestricted({ user }: Client): boolean {
  return user === undefined || user.isUnrestricted;
}

/** Why a client may not run a command; undefined when it may. */
export function denialOf({ user }: Client, entry: CommandEntry, argv: readonly ByteSlice[]): Denial | undefined {
  return user?.denial(accessRequest(entry, argv));
}

/** Notes a denial in ACL LOG. */
export function noteDenial(
  server: ServerFacilities,
  client: Client,
  entry: CommandEntry,
  argv: readonly ByteSlice[],
  denial: Denial,
  context: DeniedContext,
): void {
  const { nowMs } = server.keyspace.shared;
  server.access.deny({
    reason: denial.reason,
    context,
    object: denial.reason === 'command' ? entry.fullName : (argv[denial.at]?.latin1() ?? ''),
    user: client.userName,
    clientInfo: describeClient(client, nowMs),
    atMs: nowMs,
  });
}

export function denialError({ reason }: Denial, entry: CommandEntry): ReplyError {
  if (reason === 'command') return errorFor.noPermissionToRun(entry.fullName);
  return reason === 'key' ? errors.noPermissionForKey : errors.noPermissionForChannel;
}

const IN_TRANSACTION = {
  command: errors.noPermissionInExecToRun,
  key: errors.noPermissionInExecForKey,
  channel: errors.noPermissionInExecForChannel,
} as const;

/** The error of a queued command that was allowed when it was queued, and is not any more. */
export function denialErrorInTransaction({ reason }: Denial): ReplyError {
  return IN_TRANSACTION[reason];
}

const IN_SCRIPT = {
  command: errors.scriptNoPermissionToRun,
  key: errors.scriptNoPermissionForKey,
  channel: errors.scriptNoPermissionForChannel,
} as const;

export function denialErrorInScript({ reason }: Denial): ReplyError {
  return IN_SCRIPT[reason];
}
