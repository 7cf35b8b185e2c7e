/**
 * A Commander over the client an application already has: ioredis, iovalkey and their clusters (`call`), or node-redis
 * (`sendCommand`). Typed by structure, so that no client library is imported and every version with these methods fits.
 *
 * Replies become RESP2 shapes whatever the connection speaks: maps and plain objects turn into flat arrays, sets into
 * arrays, booleans into 0 and 1, verbatim strings into strings, doubles with a fraction into their text, bytes into
 * UTF-8. A double that is a whole number cannot be told from an integer once a client has decoded it; both stay numbers.
 */
import type { CommandArgument, Commander, CommandReply } from '../commander.js';

/** ioredis, iovalkey, and their cluster clients. */
export interface CallClient {
  call(command: string, ...args: (string | Buffer | number)[]): Promise<unknown>;
}

/** The cluster clients of ioredis and iovalkey: besides, they have a client for every node. */
interface NodesClient extends CallClient {
  nodes(role: 'master'): readonly (CallClient & { readonly options: NodeAddress })[];
}

interface NodeAddress {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/** node-redis. */
export interface SendCommandClient {
  sendCommand(args: (string | Buffer)[]): Promise<unknown>;
}

export function commanderFrom(client: CallClient | SendCommandClient): Commander {
  if ('call' in client) {
    const commander = commanderOfCall(client);
    return hasNodes(client) ? { ...commander, nodes: () => nodesOf(client).map(commanderOfCall) } : commander;
  }
  return {
    call: async (command, ...args) => respTwoReply(await client.sendCommand([command, ...args.map(textOrBuffer)])),
  };
}

function commanderOfCall(client: CallClient): Commander {
  return {
    call: async (command, ...args) =>
      respTwoReply(await client.call(command, ...args.map((arg) => (typeof arg === 'object' ? bufferOver(arg) : arg)))),
  };
}

function hasNodes(client: CallClient): client is NodesClient {
  return 'nodes' in client && typeof client.nodes === 'function';
}

function nodesOf(client: NodesClient): readonly CallClient[] {
  const address = ({ host, port }: NodeAddress): string => `${host}:${port}`;
  return [...client.nodes('master')].sort((a, b) => (address(a.options) < address(b.options) ? -1 : 1));
}

function textOrBuffer(arg: CommandArgument): string | Buffer {
  return typeof arg === 'object' ? bufferOver(arg) : String(arg);
}

function bufferOver(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A decoded reply of any protocol version in RESP2 shapes; an error nested in it is thrown. */
export function respTwoReply(reply: unknown): CommandReply {
  if (reply === null || reply === undefined) return null;
  switch (typeof reply) {
    case 'string':
      return reply;
    case 'number':
      return Number.isInteger(reply) ? reply : String(reply);
    case 'bigint':
      return reply >= Number.MIN_SAFE_INTEGER && reply <= Number.MAX_SAFE_INTEGER ? Number(reply) : String(reply);
    case 'boolean':
      return reply ? 1 : 0;
    case 'object':
      return respTwoObject(reply);
    default:
      throw new TypeError(`Cannot read a reply: received a ${typeof reply}`);
  }
}

function respTwoObject(reply: object): CommandReply {
  if (Array.isArray(reply)) return reply.map(respTwoReply);
  if (reply instanceof Uint8Array) return bufferOver(reply).toString('utf8');
  if (reply instanceof Error) throw reply;
  if (reply instanceof String) return reply.toString();
  if (reply instanceof Set) return [...reply].map(respTwoReply);
  const pairs = reply instanceof Map ? [...reply] : Object.entries(reply);
  return pairs.flat().map(respTwoReply);
}
