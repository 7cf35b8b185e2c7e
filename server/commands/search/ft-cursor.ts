/** FT.CURSOR READ and DEL: the rows of an aggregation bit by bit. */
import { parseInteger } from '../../base/integer.js';
import { searchErrorFor, searchErrors } from '../../search/search-errors.js';
import type { ArgumentParser } from '../argument-parser.js';
import { command } from '../command.js';
import { readCursor } from './ft-aggregate.js';
import { readRows } from './ft-aggregate-parser.js';

interface FtCursorArguments {
  readonly action: 'read' | 'delete';
  readonly index: string;
  readonly id: number;
  /** Undefined: as many as WITHCURSOR said. */
  readonly count: number | undefined;
}

export const ftCursor = command<FtCursorArguments>({
  name: 'FT.CURSOR',
  arity: -4,
  flags: ['readonly'],
  acl: ['search'],
  group: 'search',
  since: '1.1.0',
  complexity: 'That of the rows that are read',
  summary: 'Reads further rows of an aggregation, or ends it',
  syntax: '<READ | DEL> index-name cursor-id [COUNT rows]',
  parse: parseFtCursor,
  run: (context, { action, index, id, count }) => {
    const { client, reply, server } = context;
    const { search } = server;
    const cursor = search.cursors.take(id, search.index(client.db, index));
    if (action === 'delete') {
      if (cursor === undefined) throw searchErrors.cursorMissing;
      reply.simple('OK');
      return;
    }
    if (cursor === undefined) throw searchErrorFor.noSuchCursor(id);
    return readCursor(context, cursor, count ?? cursor.count, (left) => {
      if (!left) return 0;
      search.cursors.rest(id, cursor);
      return id;
    });
  },
});

export function parseFtCursor(args: ArgumentParser): FtCursorArguments {
  const action = args.flag('READ') ? 'read' : 'delete';
  if (action === 'delete' && !args.flag('DEL')) args.fail(searchErrors.cursorAction);
  const index = args.bytes().latin1();
  const text = args.bytes();
  const id = parseInteger(text.buffer, text.start, text.end);
  if (id === undefined) args.fail(searchErrors.badCursorId);
  const count = action === 'read' && args.flag('COUNT') ? readRows(args) : undefined;
  return { action, index, id: id ?? 0, count };
}
