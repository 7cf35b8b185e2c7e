/** FT._LIST: the indexes of the client's database. */
import { command, noArguments } from '../command.js';
import { speaksMaps } from './search-reply.js';

export const ftList = command<undefined>({
  name: 'FT._LIST',
  arity: 1,
  flags: ['readonly', 'admin'],
  acl: ['search'],
  group: 'search',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Lists the indexes of the database',
  syntax: '',
  parse: noArguments,
  run: (context) => {
    const { reply, server, client } = context;
    const names = server.search.names(client.db);
    if (speaksMaps(context)) reply.set(names.length);
    else reply.array(names.length);
    for (const name of names) reply.bulkLatin1(name);
  },
});
