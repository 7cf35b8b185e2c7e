/** FT.SYNUPDATE and FT.SYNDUMP: words of an index that stand for each other in queries. */
import { ByteSlice } from '../../base/byte-slice.js';
import { nameText } from '../../search/index-definition.js';
import { type CommandEntry, command } from '../command.js';
import { speaksMaps } from './search-reply.js';

interface FtSynUpdateArguments {
  readonly index: string;
  readonly group: string;
  readonly words: readonly string[];
}

const common = { acl: ['search'], group: 'search' } as const;

const ftSynUpdate = command<FtSynUpdateArguments>({
  ...common,
  name: 'FT.SYNUPDATE',
  arity: -4,
  flags: ['write', 'denyoom'],
  since: '1.2.0',
  complexity: 'O(1) for each word',
  summary: 'Adds words to a group of synonyms, which is made when it is not there',
  syntax: 'index-name group-id [SKIPINITIALSCAN] term [term ...]',
  parse: (args) => {
    const index = args.bytes().latin1();
    const group = nameText(args.bytes());
    // Documents there are already need no scan: see `Synonyms`. The last word may be one like any other.
    args.option('SKIPINITIALSCAN');
    return { index, group, words: args.rest().map(nameText) };
  },
  run: (context, { index, group, words }) => {
    const served = context.server.search.index(context.client.db, index);
    served.index.synonyms.add(group, words);
    const name = ByteSlice.fromLatin1(served.definition.name);
    context.effects([['FT.SYNUPDATE', name, ByteSlice.fromText(group), ...words.map(ByteSlice.fromText)]]);
    context.reply.simple('OK');
  },
});

const ftSynDump = command<string>({
  ...common,
  name: 'FT.SYNDUMP',
  arity: 2,
  flags: ['readonly'],
  since: '1.2.0',
  complexity: 'O(N) for N words in groups',
  summary: 'Lists the synonyms of an index, each word with its groups',
  syntax: 'index-name',
  parse: (args) => args.bytes().latin1(),
  run: (context, index) => {
    const { server, client, reply } = context;
    const entries = server.search.index(client.db, index).index.synonyms.entries();
    if (speaksMaps(context)) reply.map(entries.size);
    else reply.array(entries.size * 2);
    for (const [word, groups] of entries) {
      reply.bulkText(word);
      reply.array(groups.size);
      for (const group of groups) reply.bulkText(group);
    }
  },
});

export const synonymCommands: readonly CommandEntry[] = [ftSynDump, ftSynUpdate];
