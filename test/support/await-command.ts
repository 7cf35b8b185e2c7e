/** AWAIT key [key ...] timeout: a blocking command of tests, which takes away the first string it finds, as BLPOP does. */
import type { ByteSlice } from '#server/base/byte-slice.js';
import { command } from '#server/commands/command.js';
import { timeoutSeconds, Wait } from '#server/commands/wait.js';

export const awaitCommand = command<{ keys: readonly ByteSlice[]; timeoutMs: number }>({
  name: 'AWAIT',
  arity: -3,
  flags: ['write', 'blocking'],
  acl: [],
  group: 'server',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Take a string away, when there is one',
  syntax: 'key [key ...] timeout',
  parse: (args) => {
    const keys: ByteSlice[] = [];
    while (args.remaining > 1) keys.push(args.bytes());
    return { keys, timeoutMs: timeoutSeconds(args) };
  },
  run: (context, { keys, timeoutMs }) => {
    for (const key of context.keysToTry(keys)) {
      const value = context.db.getString(key);
      if (value === undefined) continue;
      context.reply.array(2);
      context.reply.bulk(key);
      context.reply.bulk(value);
      context.db.delete(key);
      context.changed('del', key);
      context.effects([['DEL', key]]);
      return undefined;
    }
    return new Wait({ keys, typeName: 'string', timeoutMs, timedOut: (reply) => reply.nilArray() });
  },
});
