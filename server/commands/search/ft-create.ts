/** FT.CREATE: makes an index over hashes. */
import { definitionCommand, type IndexDefinition } from '../../search/index-definition.js';
import { command } from '../command.js';
import { parseFtCreate } from './ft-create-parser.js';

const TYPES =
  'TEXT [NOSTEM] [WEIGHT weight] [WITHSUFFIXTRIE] | TAG [SEPARATOR char] [CASESENSITIVE] | NUMERIC | GEO | VECTOR <HNSW | FLAT> count attribute value [attribute value ...]';

export const ftCreate = command<IndexDefinition>({
  name: 'FT.CREATE',
  arity: -2,
  flags: ['write', 'denyoom', 'fast'],
  acl: ['search'],
  group: 'search',
  since: '1.0.0',
  complexity: 'O(1); keys that are there already are indexed in the background, O(N log N) for N of them',
  summary: 'Creates an index over the hashes whose keys begin with a prefix',
  syntax: `index-name [ON <HASH | JSON>] [PREFIX count prefix [prefix ...]] [LANGUAGE language] [LANGUAGE_FIELD field] [SCORE score] [SCORE_FIELD field] [PAYLOAD_FIELD field] [NOOFFSETS] [STOPWORDS count word [word ...]] [SKIPINITIALSCAN] SCHEMA <identifier [AS alias] <${TYPES}> [INDEXEMPTY] [INDEXMISSING] [SORTABLE [UNF]] [NOINDEX]> [field ...]`,
  parse: parseFtCreate,
  run: (context, definition) => {
    context.server.search.create(context.client.db, definition);
    context.effects([definitionCommand(definition)]);
    context.reply.simple('OK');
  },
});
