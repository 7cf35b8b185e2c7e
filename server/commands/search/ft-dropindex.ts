/** FT.DROPINDEX: forgets an index, and with DD the documents it holds. */
import { ByteSlice } from '../../base/byte-slice.js';
import { nameText } from '../../search/index-definition.js';
import { searchErrorFor } from '../../search/search-errors.js';
import type { ArgumentParser } from '../argument-parser.js';
import { type Context, command } from '../command.js';

interface FtDropIndexArguments {
  readonly index: string;
  readonly deleteDocuments: boolean;
}

export const ftDropIndex = command<FtDropIndexArguments>({
  name: 'FT.DROPINDEX',
  arity: -2,
  flags: ['write', 'fast'],
  acl: ['search'],
  group: 'search',
  since: '1.0.0',
  complexity: 'O(1), with DD O(N) for N documents',
  summary: 'Deletes an index, and its documents when asked to',
  syntax: 'index-name [DD]',
  parse: parseFtDropIndex,
  run: (context, { index, deleteDocuments }) => {
    const name = ByteSlice.fromLatin1(index);
    const documents = deleteDocuments ? documentsOf(context, index) : [];
    context.server.search.drop(context.client.db, index);
    for (const key of documents) if (context.db.delete(key)) context.changed('del', key);
    context.effects([['FT.DROPINDEX', name], ...documents.map((key) => ['UNLINK', key])]);
    context.reply.simple('OK');
  },
});

export function parseFtDropIndex(args: ArgumentParser): FtDropIndexArguments {
  const index = args.bytes().latin1();
  const deleteDocuments = args.flag('DD');
  const extra = args.peek();
  if (extra !== undefined) args.fail(searchErrorFor.unexpectedArgument(nameText(extra)));
  return { index, deleteDocuments };
}

/** Those that are indexed: a document refused, or not reached by the backfill yet, is not among them. */
function documentsOf(context: Context, index: string): ByteSlice[] {
  return context.server.search.index(context.client.db, index).keys().map(ByteSlice.fromLatin1);
}
