/** Set commands on single members; set-random.ts and set-algebra.ts have those that choose members and compare sets. */
import type { ByteSlice } from '../base/byte-slice.js';
import { SetValue } from '../types/set.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, keysAt } from './command.js';

interface MembersRequest {
  readonly key: ByteSlice;
  readonly members: readonly ByteSlice[];
}

function parseMembers(args: ArgumentParser): MembersRequest {
  return { key: args.bytes(), members: args.rest() };
}

const sadd = command<MembersRequest>({
  name: 'SADD',
  arity: -3,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['set'],
  keys: keysAt(1, 1, 1, 'RW', 'insert'),
  group: 'set',
  since: '1.0.0',
  complexity:
    'O(1) for each element added, so O(N) to add N elements when the command is called with multiple arguments.',
  summary: 'Add one or more members to a set',
  syntax: 'key member [member ...]',
  parse: parseMembers,
  run: (context, { key, members }) => {
    const set = context.db.forWrite(SetValue, key);
    let added = 0;
    for (const member of members) if (set.add(member)) added++;
    if (added > 0) context.changed('sadd', key);
    context.reply.integer(added);
  },
});

const srem = command<MembersRequest>({
  name: 'SREM',
  arity: -3,
  flags: ['write', 'fast'],
  acl: ['set'],
  keys: keysAt(1, 1, 1, 'RW', 'delete'),
  group: 'set',
  since: '1.0.0',
  complexity: 'O(N) where N is the number of members to be removed.',
  summary: 'Remove one or more members from a set',
  syntax: 'key member [member ...]',
  parse: parseMembers,
  run: (context, { key, members }) => {
    const set = context.db.existing(SetValue, key);
    let removed = 0;
    for (const member of members) if (set?.delete(member)) removed++;
    if (set !== undefined && removed > 0) announceRemoval(context, 'srem', key, set);
    context.reply.integer(removed);
  },
});

/** Says that members were removed, and lets go of a set that is empty. */
export function announceRemoval(context: Context, event: 'srem' | 'spop', key: ByteSlice, set: SetValue): void {
  const isEmpty = set.size === 0;
  if (isEmpty) context.db.delete(key);
  context.changed(event, key);
  if (isEmpty) context.changed('del', key);
}

const sismember = command<{ key: ByteSlice; member: ByteSlice }>({
  name: 'SISMEMBER',
  arity: 3,
  flags: ['readonly', 'fast'],
  acl: ['set'],
  keys: keysAt(1, 1, 1, 'RO'),
  group: 'set',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Determine if a given value is a member of a set',
  syntax: 'key member',
  parse: (args) => ({ key: args.bytes(), member: args.bytes() }),
  run: ({ db, reply }, { key, member }) => reply.integer(db.read(SetValue, key)?.has(member) ? 1 : 0),
});

const smismember = command<MembersRequest>({
  name: 'SMISMEMBER',
  arity: -3,
  flags: ['readonly', 'fast'],
  acl: ['set'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'set',
  since: '6.2.0',
  complexity: 'O(N) where N is the number of elements being checked for membership',
  summary: 'Returns the membership associated with the given elements for a set',
  syntax: 'key member [member ...]',
  parse: parseMembers,
  run: ({ db, reply }, { key, members }) => {
    const set = db.read(SetValue, key);
    reply.array(members.length);
    for (const member of members) reply.integer(set?.has(member) ? 1 : 0);
  },
});

const scard = command<{ key: ByteSlice }>({
  name: 'SCARD',
  arity: 2,
  flags: ['readonly', 'fast'],
  acl: ['set'],
  keys: keysAt(1, 1, 1, 'RO'),
  group: 'set',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Get the number of members in a set',
  syntax: 'key',
  parse: (args) => ({ key: args.bytes() }),
  run: ({ db, reply }, { key }) => reply.integer(db.read(SetValue, key)?.size ?? 0),
});

const smembers = command<{ key: ByteSlice }>({
  name: 'SMEMBERS',
  arity: 2,
  flags: ['readonly'],
  acl: ['set'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'set',
  since: '1.0.0',
  complexity: 'O(N) where N is the set cardinality.',
  summary: 'Get all the members in a set',
  syntax: 'key',
  tips: ['nondeterministic_output_order'],
  parse: (args) => ({ key: args.bytes() }),
  run: ({ db, reply }, { key }) => {
    const set = db.read(SetValue, key);
    reply.set(set?.size ?? 0);
    set?.forEach((member) => {
      reply.bulk(member);
    });
  },
});

const smove = command<{ source: ByteSlice; target: ByteSlice; member: ByteSlice }>({
  name: 'SMOVE',
  arity: 4,
  flags: ['write', 'fast'],
  acl: ['set'],
  keys: [...keysAt(1, 1, 1, 'RW', 'access', 'delete'), ...keysAt(2, 2, 1, 'RW', 'insert')],
  group: 'set',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Move a member from one set to another',
  syntax: 'source destination member',
  parse: (args) => ({ source: args.bytes(), target: args.bytes(), member: args.bytes() }),
  run: (context, { source, target, member }) => {
    const { db, reply } = context;
    const set = db.existing(SetValue, source);
    const receiver = set === undefined ? undefined : db.existing(SetValue, target);
    if (set === undefined || set === receiver || !set.delete(member)) {
      reply.integer(set === receiver && set?.has(member) ? 1 : 0);
      return;
    }
    announceRemoval(context, 'srem', source, set);
    if (db.forWrite(SetValue, target).add(member)) context.changed('sadd', target);
    reply.integer(1);
  },
});

export const setCommands: readonly CommandEntry[] = [sadd, srem, sismember, smismember, scard, smembers, smove];
