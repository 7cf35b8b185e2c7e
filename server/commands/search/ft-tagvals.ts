/** FT.TAGVALS: the distinct values of a TAG field. */
import { nameText } from '../../search/index-definition.js';
import { searchErrors } from '../../search/search-errors.js';
import { command } from '../command.js';
import { speaksMaps } from './search-reply.js';

interface FtTagValsArguments {
  readonly index: string;
  readonly field: string;
}

export const ftTagVals = command<FtTagValsArguments>({
  name: 'FT.TAGVALS',
  arity: 3,
  flags: ['readonly'],
  acl: ['search'],
  group: 'search',
  since: '1.0.0',
  complexity: 'O(N log N) for N values',
  summary: 'Lists the distinct values of a TAG field',
  syntax: 'index-name field-name',
  parse: (args) => ({ index: args.bytes().latin1(), field: nameText(args.bytes()) }),
  run: (context, { index: name, field }) => {
    const { server, client, reply } = context;
    const { index } = server.search.index(client.db, name);
    const values = index.tagValues(field);
    if (values === undefined) {
      throw index.schema.field(field) === undefined ? searchErrors.noSuchField : searchErrors.notATagField;
    }
    if (speaksMaps(context)) reply.set(values.length);
    else reply.array(values.length);
    for (const value of values) reply.bulkText(value);
  },
});
