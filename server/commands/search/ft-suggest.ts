/** FT.SUGADD, FT.SUGGET, FT.SUGDEL and FT.SUGLEN: completions of what somebody types, kept in a key of their own type. */
import type { ByteSlice } from '../../base/byte-slice.js';
import { nameText } from '../../search/index-definition.js';
import { searchErrorFor, searchErrors } from '../../search/search-errors.js';
import { SUGGESTION_CHARS_MAX, SuggestionsValue } from '../../types/suggestions.js';
import type { ArgumentParser } from '../argument-parser.js';
import { type CommandEntry, command, keysAt } from '../command.js';

const TYPED_BYTES_MAX = 200;
const COUNT_DEFAULT = 5;
const COUNT_MAX = 2 ** 32 - 1;

const common = { acl: ['search'], group: 'search', since: '1.0.0' } as const;

interface SugAddArguments {
  readonly key: ByteSlice;
  readonly text: string;
  readonly score: number;
  readonly isIncrement: boolean;
  readonly payload: ByteSlice | undefined;
}

const ftSugAdd = command<SugAddArguments>({
  ...common,
  name: 'FT.SUGADD',
  arity: -4,
  flags: ['write', 'denyoom'],
  keys: keysAt(1, 1, 1, 'RW', 'update'),
  complexity: 'O(log N) for N suggestions',
  summary: 'Adds a suggestion, or gives it another score',
  syntax: 'key string score [INCR] [PAYLOAD payload]',
  parse: parseSugAdd,
  run: (context, { key, text, score, isIncrement, payload }) => {
    const { db, reply } = context;
    const existing = db.existing(SuggestionsValue, key);
    // As in RediSearch, what cannot be a suggestion is passed over in silence.
    if (text === '' || text.length > SUGGESTION_CHARS_MAX) {
      reply.integer(existing?.size ?? 0);
      return;
    }
    const suggestions = existing ?? db.forWrite(SuggestionsValue, key);
    suggestions.add(text, { score, isIncrement, payload });
    context.changed('ft.sugadd', key);
    reply.integer(suggestions.size);
  },
});

function parseSugAdd(args: ArgumentParser): SugAddArguments {
  const key = args.bytes();
  const text = nameText(args.bytes());
  const score = args.float(searchErrors.suggestionScore);
  if (!Number.isFinite(score)) args.fail(searchErrors.suggestionScore);
  let isIncrement = false;
  let payload: ByteSlice | undefined;
  while (args.remaining > 0) {
    if (args.flag('INCR')) isIncrement = true;
    else if (!args.flag('PAYLOAD')) args.fail(searchErrorFor.unknownArgument(nameText(args.bytes())));
    else if (args.remaining === 0) args.fail(searchErrors.suggestionPayload);
    else payload = args.bytes();
  }
  return { key, text, score, isIncrement, payload };
}

interface SugGetArguments {
  readonly key: ByteSlice;
  readonly typed: string;
  readonly isFuzzy: boolean;
  readonly isTrimmed: boolean;
  readonly withScores: boolean;
  readonly withPayloads: boolean;
  readonly count: number;
}

const ftSugGet = command<SugGetArguments>({
  ...common,
  name: 'FT.SUGGET',
  arity: -3,
  flags: ['readonly'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  complexity: 'O(log N + M) for N suggestions of which M begin with the prefix, most of which are passed over',
  summary: 'Completes a prefix by the best suggestions',
  syntax: 'key prefix [FUZZY] [WITHSCORES] [WITHPAYLOADS] [TRIM] [OPTIMIZE] [MAX count]',
  parse: parseSugGet,
  run: ({ db, reply }, { key, typed, withScores, withPayloads, ...wish }) => {
    const found = db.read(SuggestionsValue, key)?.complete(typed, wish) ?? [];
    reply.array(found.length * (1 + Number(withScores) + Number(withPayloads)));
    for (const { text, score, payload } of found) {
      reply.bulkText(text);
      if (withScores) reply.double(score);
      if (!withPayloads) continue;
      if (payload === undefined) reply.nil();
      else reply.bulk(payload);
    }
  },
});

function parseSugGet(args: ArgumentParser): SugGetArguments {
  const key = args.bytes();
  const prefix = args.bytes();
  if (prefix.length >= TYPED_BYTES_MAX) args.fail(searchErrors.suggestionPrefix);
  const typed = nameText(prefix);
  const seen = { isFuzzy: false, isTrimmed: false, withScores: false, withPayloads: false, count: COUNT_DEFAULT };
  while (args.remaining > 0) {
    if (args.flag('FUZZY')) seen.isFuzzy = true;
    else if (args.flag('WITHSCORES')) seen.withScores = true;
    else if (args.flag('WITHPAYLOADS')) seen.withPayloads = true;
    else if (args.flag('TRIM')) seen.isTrimmed = true;
    else if (args.flag('MAX')) seen.count = readCount(args);
    // OPTIMIZE is known, and asks for nothing that is not done anyway.
    else if (!args.flag('OPTIMIZE')) args.fail(searchErrorFor.unrecognizedArgument(nameText(args.bytes())));
  }
  return { key, typed, ...seen };
}

function readCount(args: ArgumentParser): number {
  const count = args.remaining === 0 ? 0 : args.integer(searchErrors.suggestionCount);
  if (count < 1 || count > COUNT_MAX) args.fail(searchErrors.suggestionCount);
  return count;
}

const ftSugDel = command<{ readonly key: ByteSlice; readonly text: string }>({
  ...common,
  name: 'FT.SUGDEL',
  arity: 3,
  flags: ['write'],
  keys: keysAt(1, 1, 1, 'RW', 'delete'),
  complexity: 'O(log N) for N suggestions',
  summary: 'Removes a suggestion',
  syntax: 'key string',
  parse: (args) => ({ key: args.bytes(), text: nameText(args.bytes()) }),
  run: (context, { key, text }) => {
    const { db, reply } = context;
    const suggestions = db.existing(SuggestionsValue, key);
    const isRemoved = suggestions?.delete(text) ?? false;
    const isEmpty = suggestions?.size === 0;
    if (isEmpty) db.delete(key);
    if (isRemoved) context.changed('ft.sugdel', key);
    if (isEmpty) context.changed('del', key);
    reply.integer(Number(isRemoved));
  },
});

const ftSugLen = command<ByteSlice>({
  ...common,
  name: 'FT.SUGLEN',
  arity: 2,
  flags: ['readonly', 'fast'],
  keys: keysAt(1, 1, 1, 'RO'),
  complexity: 'O(1)',
  summary: 'Counts the suggestions of a key',
  syntax: 'key',
  parse: (args) => args.bytes(),
  run: ({ db, reply }, key) => reply.integer(db.read(SuggestionsValue, key)?.size ?? 0),
});

export const suggestCommands: readonly CommandEntry[] = [ftSugAdd, ftSugDel, ftSugGet, ftSugLen];
