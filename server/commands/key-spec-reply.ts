/**
 * Key specifications as COMMAND INFO answers them: a search for where keys begin (an argument's place or a keyword), then
 * which of the arguments from there on are keys (a range, or as many as a number says).
 */
import type { ReplyWriter } from '../protocol/reply-writer.js';
import type { KeySearch, KeySpec } from './command.js';

/** Names and numbers, in their order. */
type Facts = Readonly<Record<string, string | number>>;

interface Described {
  readonly type: string;
  readonly spec: Facts;
}

export function writeKeySpec(reply: ReplyWriter, spec: KeySpec): void {
  const { begin, find } = described(spec);
  reply.map(spec.notes === undefined ? 3 : 4);
  if (spec.notes !== undefined) {
    reply.bulkText('notes');
    reply.bulkText(spec.notes);
  }
  reply.bulkText('flags');
  reply.set(spec.flags.length);
  for (const flag of spec.flags) reply.simple(flag);
  writeDescribed(reply, 'begin_search', begin);
  writeDescribed(reply, 'find_keys', find);
}

function writeDescribed(reply: ReplyWriter, name: string, { type, spec }: Described): void {
  reply.bulkText(name);
  reply.map(2);
  reply.bulkText('type');
  reply.bulkText(type);
  reply.bulkText('spec');
  const facts = Object.entries(spec);
  reply.map(facts.length);
  for (const [fact, value] of facts) {
    reply.bulkText(fact);
    if (typeof value === 'number') reply.integer(value);
    else reply.bulkText(value);
  }
}

function described({ search, first, last, step }: KeySpec): { begin: Described; find: Described } {
  const from = (index: number): Described => ({ type: 'index', spec: { index } });
  if (search === undefined) return { begin: from(first), find: range(last < 0 ? last : last - first, step, 0) };
  switch (search.kind) {
    case 'counted':
      return { begin: from(search.countAt), find: counted(search.step) };
    case 'keyword':
      return { begin: behind(search), find: range(search.last, 1, search.limit) };
    case 'unknown':
      return { begin: unknown, find: unknown };
  }
}

const unknown: Described = { type: 'unknown', spec: {} };
/** The number is the first argument, keys follow it. */
function counted(keystep: number): Described {
  return { type: 'keynum', spec: { keynumidx: 0, firstkey: 1, keystep } };
}

function range(lastkey: number, keystep: number, limit: number): Described {
  return { type: 'range', spec: { lastkey, keystep, limit } };
}

function behind({ keyword, startFrom }: Extract<KeySearch, { kind: 'keyword' }>): Described {
  return { type: 'keyword', spec: { keyword, startfrom: startFrom } };
}
