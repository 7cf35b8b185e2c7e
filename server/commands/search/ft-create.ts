/** FT.CREATE: makes an index over hashes. */
import { definitionCommand, type IndexDefinition } from '../../search/index-definition.js';
import { type CommandEntry, type Context, command } from '../command.js';
import { parseFtCreate } from './ft-create-parser.js';

const TYPES =
  'TEXT [NOSTEM] [WEIGHT weight] [WITHSUFFIXTRIE] | TAG [SEPARATOR char] [CASESENSITIVE] | NUMERIC | GEO | VECTOR <HNSW | FLAT> count attribute value [attribute value ...]';

const common = {
  arity: -2,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['search'],
  group: 'search',
  since: '1.0.0',
  complexity: 'O(1); keys that are there already are indexed in the background, O(N log N) for N of them',
  syntax: `index-name [ON <HASH | JSON>] [PREFIX count prefix [prefix ...]] [FILTER expression] [TEMPORARY seconds] [LANGUAGE language] [LANGUAGE_FIELD field] [SCORE score] [SCORE_FIELD field] [PAYLOAD_FIELD field] [NOOFFSETS] [STOPWORDS count word [word ...]] [SKIPINITIALSCAN] SCHEMA <identifier [AS alias] <${TYPES}> [INDEXEMPTY] [INDEXMISSING] [SORTABLE [UNF]] [NOINDEX]> [field ...]`,
  parse: parseFtCreate,
} as const;

const ftCreate = command<IndexDefinition>({
  ...common,
  name: 'FT.CREATE',
  summary: 'Creates an index over the hashes whose keys begin with a prefix',
  run: (context, definition) => create(context, definition),
});

const ftCreateIfNotExists = command<IndexDefinition>({
  ...common,
  name: 'FT._CREATEIFNX',
  summary: 'Creates an index, unless there is one of the name',
  run: (context, definition) => {
    if (context.server.search.has(context.client.db, definition.name)) context.reply.simple('OK');
    else create(context, definition);
  },
});

function create(context: Context, definition: IndexDefinition): void {
  context.server.search.create(context.client.db, definition);
  context.effects([definitionCommand(definition)]);
  context.reply.simple('OK');
}

export const createCommands: readonly CommandEntry[] = [ftCreate, ftCreateIfNotExists];
