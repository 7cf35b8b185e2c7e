/** A few commands for tests of access rules, and requests that use them. */
import type { AccessRequest, AclCommand, AclCommands, ChannelUse, KeyUse } from '#server/acl/request.js';
import { ByteSlice } from '#server/base/byte-slice.js';

const configGet: AclCommand = { fullName: 'config|get' };
const configSet: AclCommand = { fullName: 'config|set' };
const config: AclCommand = {
  fullName: 'config',
  subcommands: new Map([
    ['GET', configGet],
    ['SET', configSet],
  ]),
};
const get: AclCommand = { fullName: 'get' };
const set: AclCommand = { fullName: 'set' };
const select: AclCommand = { fullName: 'select' };

const byName: Readonly<Record<string, AclCommand>> = {
  GET: get,
  SET: set,
  SELECT: select,
  CONFIG: config,
  'CONFIG|GET': configGet,
  'CONFIG|SET': configSet,
};
const byCategory: Readonly<Record<string, readonly AclCommand[]>> = {
  all: [get, set, select, config],
  read: [get],
  write: [set],
  dangerous: [config],
};

/** GET, SET, SELECT, CONFIG GET and CONFIG SET, in the categories read, write and dangerous. */
export const fewCommands: AclCommands = {
  find: (upperName) => byName[upperName],
  inCategory: (category) => byCategory[category],
};

/** @param name in lower case, subcommands as `config|get` */
export function request(
  name: string,
  args: readonly string[],
  uses: { keys?: readonly KeyUse[]; channels?: readonly ChannelUse[]; isForEveryone?: boolean } = {},
): AccessRequest {
  const command = fewCommands.find(name.toUpperCase()) ?? { fullName: name };
  return {
    command,
    isForEveryone: uses.isForEveryone ?? false,
    argv: [name, ...args].map(ByteSlice.fromText),
    keys: uses.keys ?? [],
    channels: uses.channels ?? [],
  };
}
