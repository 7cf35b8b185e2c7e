/** FT.DICTADD, FT.DICTDEL and FT.DICTDUMP: lists of words that FT.SPELLCHECK goes by. */
import { ByteSlice } from '../../base/byte-slice.js';
import { nameText } from '../../search/index-definition.js';
import type { ArgumentParser } from '../argument-parser.js';
import { type CommandEntry, command } from '../command.js';
import { speaksMaps } from './search-reply.js';

interface WordsOfList {
  readonly list: string;
  readonly words: readonly string[];
}

const parseWords = (args: ArgumentParser): WordsOfList => ({
  list: args.bytes().latin1(),
  words: args.rest().map(nameText),
});

const common = { acl: ['search'], group: 'search', since: '1.4.0' } as const;

const ftDictAdd = command<WordsOfList>({
  ...common,
  name: 'FT.DICTADD',
  arity: -3,
  flags: ['write', 'denyoom'],
  complexity: 'O(log N) for each word, N being the words of the list',
  summary: 'Adds words to a list',
  syntax: 'dictionary term [term ...]',
  parse: parseWords,
  run: (context, { list, words }) => {
    const added = context.server.search.dictionaries.add(context.client.db, list, words);
    context.effects([['FT.DICTADD', ByteSlice.fromLatin1(list), ...words.map(ByteSlice.fromText)]]);
    context.reply.integer(added);
  },
});

const ftDictDel = command<WordsOfList>({
  ...common,
  name: 'FT.DICTDEL',
  arity: -3,
  flags: ['write'],
  complexity: 'O(log N) for each word, N being the words of the list',
  summary: 'Removes words from a list',
  syntax: 'dictionary term [term ...]',
  parse: parseWords,
  run: (context, { list, words }) => {
    const removed = context.server.search.dictionaries.remove(context.client.db, list, words);
    context.effects([['FT.DICTDEL', ByteSlice.fromLatin1(list), ...words.map(ByteSlice.fromText)]]);
    context.reply.integer(removed);
  },
});

const ftDictDump = command<string>({
  ...common,
  name: 'FT.DICTDUMP',
  arity: 2,
  flags: ['readonly'],
  complexity: 'O(N) for N words',
  summary: 'Lists the words of a list',
  syntax: 'dictionary',
  parse: (args) => args.bytes().latin1(),
  run: (context, list) => {
    const { server, client, reply } = context;
    const words = server.search.dictionaries.get(client.db, list)?.words() ?? [];
    if (speaksMaps(context)) reply.set(words.length);
    else reply.array(words.length);
    for (const word of words) reply.bulkText(word);
  },
});

export const dictionaryCommands: readonly CommandEntry[] = [ftDictAdd, ftDictDel, ftDictDump];
