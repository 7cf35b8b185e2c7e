/** FT.ALIASADD, FT.ALIASUPDATE, FT.ALIASDEL, FT.ALIASLIST and their kin: other names of indexes. */
import type { ByteSlice } from '../../base/byte-slice.js';
import type { ArgumentParser } from '../argument-parser.js';
import { type CommandEntry, type Context, command, noArguments } from '../command.js';
import { speaksMaps } from './search-reply.js';

interface AliasArguments {
  readonly alias: ByteSlice;
  readonly index: ByteSlice;
}

const parseAlias = (args: ArgumentParser): AliasArguments => ({ alias: args.bytes(), index: args.bytes() });

const changing = {
  flags: ['write'],
  acl: ['search'],
  group: 'search',
  since: '1.0.0',
  complexity: 'O(1)',
} as const;

const ftAliasAdd = command<AliasArguments>({
  ...changing,
  name: 'FT.ALIASADD',
  arity: 3,
  summary: 'Gives an index another name',
  syntax: 'alias index-name',
  parse: parseAlias,
  run: addAlias,
});

const ftAliasAddIfNotExists = command<AliasArguments>({
  ...changing,
  name: 'FT._ALIASADDIFNX',
  arity: 3,
  summary: 'Gives an index another name, unless it is an alias already',
  syntax: 'alias index-name',
  parse: parseAlias,
  run: (context, wish) => {
    const { server, client, reply } = context;
    if (server.search.aliases(client.db).has(wish.alias.latin1())) reply.simple('OK');
    else addAlias(context, wish);
  },
});

function addAlias(context: Context, { alias, index }: AliasArguments): void {
  context.server.search.addAlias(context.client.db, alias.latin1(), index.latin1());
  context.effects([['FT.ALIASADD', alias, index]]);
  context.reply.simple('OK');
}

const ftAliasUpdate = command<AliasArguments>({
  ...changing,
  name: 'FT.ALIASUPDATE',
  arity: 3,
  summary: 'Gives an index another name, which may have been that of another index',
  syntax: 'alias index-name',
  parse: parseAlias,
  run: (context, { alias, index }) => {
    context.server.search.moveAlias(context.client.db, alias.latin1(), index.latin1());
    context.effects([['FT.ALIASUPDATE', alias, index]]);
    context.reply.simple('OK');
  },
});

const ftAliasDel = command<ByteSlice>({
  ...changing,
  name: 'FT.ALIASDEL',
  arity: 2,
  summary: 'Takes another name of an index away',
  syntax: 'alias',
  parse: (args) => args.bytes(),
  run: removeAlias,
});

const ftAliasDelIfExists = command<ByteSlice>({
  ...changing,
  name: 'FT._ALIASDELIFX',
  arity: 2,
  summary: 'Takes another name of an index away, if there is one',
  syntax: 'alias',
  parse: (args) => args.bytes(),
  run: (context, alias) => {
    const { server, client, reply } = context;
    if (server.search.aliases(client.db).has(alias.latin1())) removeAlias(context, alias);
    else reply.simple('OK');
  },
});

function removeAlias(context: Context, alias: ByteSlice): void {
  context.server.search.removeAlias(context.client.db, alias.latin1());
  context.effects([['FT.ALIASDEL', alias]]);
  context.reply.simple('OK');
}

const asking = { ...changing, flags: ['readonly'], complexity: 'O(N) for N aliases' } as const;

const ftAliasList = command<string>({
  ...asking,
  name: 'FT.ALIASLIST',
  arity: 2,
  summary: 'Lists the other names of an index',
  syntax: 'index-name',
  parse: (args) => args.bytes().latin1(),
  run: ({ server, client, reply }, index) => {
    const { name } = server.search.index(client.db, index).definition;
    const aliases = [...server.search.aliases(client.db)].filter(([, of]) => of === name);
    reply.array(aliases.length);
    for (const [alias] of aliases) reply.bulkLatin1(alias);
  },
});

const ftAllAliases = command<undefined>({
  ...asking,
  name: 'FT._ALIASLIST',
  arity: 1,
  summary: 'Lists the other names of all indexes of the database, each with the index it names',
  syntax: '',
  parse: noArguments,
  run: (context) => {
    const { server, client, reply } = context;
    const aliases = server.search.aliases(client.db);
    if (speaksMaps(context)) reply.map(aliases.size);
    else reply.array(aliases.size * 2);
    for (const [alias, name] of aliases) {
      reply.bulkLatin1(alias);
      reply.bulkLatin1(name);
    }
  },
});

export const aliasCommands: readonly CommandEntry[] = [
  ftAliasAdd,
  ftAliasAddIfNotExists,
  ftAliasDel,
  ftAliasDelIfExists,
  ftAliasList,
  ftAliasUpdate,
  ftAllAliases,
];
