/** FT.ALTER: adds fields to an index. */
import { ByteSlice } from '../../base/byte-slice.js';
import { declaredField, fieldTokens, type IndexDeclaration } from '../../search/index-definition.js';
import { searchErrors } from '../../search/search-errors.js';
import type { ArgumentParser } from '../argument-parser.js';
import { type CommandEntry, type Context, command } from '../command.js';
import { parseFields } from './field-parser.js';

interface FtAlterArguments {
  readonly index: string;
  readonly skipInitialScan: boolean;
  readonly fields: IndexDeclaration['fields'];
}

const common = {
  arity: -6,
  flags: ['write', 'denyoom'],
  acl: ['search'],
  group: 'search',
  since: '1.0.0',
  complexity: 'O(1); documents that are there already are indexed again in the background',
  syntax: 'index-name [SKIPINITIALSCAN] SCHEMA ADD field type [option ...] [field type [option ...] ...]',
  parse: parseFtAlter,
} as const;

const ftAlter = command<FtAlterArguments>({
  ...common,
  name: 'FT.ALTER',
  summary: 'Adds fields to an index',
  run: (context, change) => alter(context, change),
});

const ftAlterIfNotExists = command<FtAlterArguments>({
  ...common,
  name: 'FT._ALTERIFNX',
  summary: 'Adds those of the fields to an index that it does not have',
  run: (context, change) => {
    const { definition } = context.server.search.index(context.client.db, change.index);
    const fields = change.fields.filter(({ field }) => declaredField(definition, field.alias) === undefined);
    if (fields.length === 0) context.reply.simple('OK');
    else alter(context, { ...change, fields });
  },
});

function alter(context: Context, { index, skipInitialScan, fields }: FtAlterArguments): void {
  const definition = context.server.search.alter(context.client.db, index, fields, skipInitialScan);
  const added = definition.fields.slice(-fields.length);
  const scan = skipInitialScan ? ['SKIPINITIALSCAN'] : [];
  const name = ByteSlice.fromLatin1(definition.name);
  context.effects([['FT.ALTER', name, ...scan, 'SCHEMA', 'ADD', ...added.flatMap(fieldTokens)]]);
  context.reply.simple('OK');
}

export function parseFtAlter(args: ArgumentParser): FtAlterArguments {
  const index = args.bytes().latin1();
  const skipInitialScan = args.flag('SKIPINITIALSCAN');
  if (!args.flag('SCHEMA') || !args.flag('ADD')) args.fail(searchErrors.alterAction);
  const fields = parseFields(args);
  if (fields.length === 0) args.fail(searchErrors.schemaMissing);
  return { index, skipInitialScan, fields };
}

export const alterCommands: readonly CommandEntry[] = [ftAlter, ftAlterIfNotExists];
