/** Commands about the connection itself: greeting, authentication, database, name, and CLIENT. */
import type { ByteSlice } from '../base/byte-slice.js';
import { type CommandEntry, command } from './command.js';

const ping = command<{ message: ByteSlice | undefined }>({
  name: 'PING',
  arity: -1,
  flags: ['fast'],
  acl: ['connection'],
  group: 'connection',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Ping the server',
  syntax: '[message]',
  parse: (args) => ({ message: args.remaining > 0 ? args.bytes() : undefined }),
  run: ({ reply }, { message }) => {
    if (message === undefined) reply.simple('PONG');
    else reply.bulk(message);
  },
});

export const connectionCommands: readonly CommandEntry[] = [ping];
