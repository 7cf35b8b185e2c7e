/** FT.DROPINDEX, and the older FT.DROP: forget an index, and when asked to the documents it holds. */
import { ByteSlice } from '../../base/byte-slice.js';
import { nameText } from '../../search/index-definition.js';
import { searchErrorFor } from '../../search/search-errors.js';
import type { ArgumentParser } from '../argument-parser.js';
import { type CommandEntry, type Context, command } from '../command.js';

interface FtDropIndexArguments {
  readonly index: string;
  readonly deleteDocuments: boolean;
}

const common = {
  arity: -2,
  flags: ['write', 'fast'],
  acl: ['search'],
  group: 'search',
  since: '1.0.0',
} as const;

const dropping = {
  ...common,
  complexity: 'O(1), with DD O(N) for N documents',
  syntax: 'index-name [DD]',
  parse: parseFtDropIndex,
} as const;

const ftDropIndex = command<FtDropIndexArguments>({
  ...dropping,
  name: 'FT.DROPINDEX',
  summary: 'Deletes an index, and its documents when asked to',
  run: drop,
});

const ftDropIndexIfExists = command<FtDropIndexArguments>({
  ...dropping,
  name: 'FT._DROPINDEXIFX',
  summary: 'Deletes an index if it is there, and its documents when asked to',
  run: dropIfThere,
});

const droppingAll = {
  ...common,
  complexity: 'O(N) for N documents, with KEEPDOCS O(1)',
  syntax: 'index-name [KEEPDOCS]',
  parse: parseFtDrop,
} as const;

const ftDrop = command<FtDropIndexArguments>({
  ...droppingAll,
  name: 'FT.DROP',
  summary: 'Deletes an index and its documents, unless asked to keep them',
  run: drop,
});

const ftDropIfExists = command<FtDropIndexArguments>({
  ...droppingAll,
  name: 'FT._DROPIFX',
  summary: 'Deletes an index if it is there, and its documents unless asked to keep them',
  run: dropIfThere,
});

function drop(context: Context, { index, deleteDocuments }: FtDropIndexArguments): void {
  const name = ByteSlice.fromLatin1(index);
  const documents = deleteDocuments ? documentsOf(context, index) : [];
  context.server.search.drop(context.client.db, index);
  for (const key of documents) if (context.db.delete(key)) context.changed('del', key);
  context.effects([['FT.DROPINDEX', name], ...documents.map((key) => ['UNLINK', key])]);
  context.reply.simple('OK');
}

function dropIfThere(context: Context, wish: FtDropIndexArguments): void {
  if (context.server.search.has(context.client.db, wish.index)) drop(context, wish);
  else context.reply.simple('OK');
}

export function parseFtDropIndex(args: ArgumentParser): FtDropIndexArguments {
  const index = args.bytes().latin1();
  const deleteDocuments = args.flag('DD');
  failAtRest(args);
  return { index, deleteDocuments };
}

function parseFtDrop(args: ArgumentParser): FtDropIndexArguments {
  const index = args.bytes().latin1();
  const deleteDocuments = !args.flag('KEEPDOCS');
  failAtRest(args);
  return { index, deleteDocuments };
}

function failAtRest(args: ArgumentParser): void {
  const extra = args.peek();
  if (extra !== undefined) args.fail(searchErrorFor.unexpectedArgument(nameText(extra)));
}

/** Those that are indexed: a document refused, or not reached by the backfill yet, is not among them. */
function documentsOf(context: Context, index: string): ByteSlice[] {
  return context.server.search.index(context.client.db, index).keys().map(ByteSlice.fromLatin1);
}

export const dropCommands: readonly CommandEntry[] = [ftDrop, ftDropIndex, ftDropIfExists, ftDropIndexIfExists];
