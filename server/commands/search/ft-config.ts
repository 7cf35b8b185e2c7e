/**
 * FT.CONFIG: settings of the search under the names that RediSearch has for them. Those that mean something here are settings of the
 * server; the others have the value that describes what this server does, and cannot be set.
 */
import { ByteSlice } from '../../base/byte-slice.js';
import { globMatches } from '../../base/glob.js';
import { ConfigError } from '../../config/config-error.js';
import type { SettingName } from '../../config/config-table.js';
import { nameText } from '../../search/index-definition.js';
import { searchErrorFor, searchErrors } from '../../search/search-errors.js';
import { type CommandEntry, type Context, command, container } from '../command.js';
import { upperText } from './option-parser.js';
import { speaksMaps } from './search-reply.js';

type Option = { readonly name: string; readonly summary: string } & (
  | { readonly setting: SettingName }
  | { readonly value: string }
);

const OPTIONS: readonly Option[] = [
  { name: 'TIMEOUT', setting: 'search-default-timeout-ms', summary: 'Milliseconds a query may take; 0 for no limit' },
  { name: 'DEFAULT_DIALECT', setting: 'search-default-dialect', summary: 'Dialect of queries that name none' },
  { name: 'DEFAULT_SCORER', setting: 'search-default-scorer', summary: 'Scorer of queries that name none' },
  { name: 'BM25STD_TANH_FACTOR', setting: 'search-bm25std-tanh-factor', summary: 'What BM25STD.TANH divides by' },
  { name: 'MAXPREFIXEXPANSIONS', setting: 'search-max-prefix-expansions', summary: 'Words a prefix may stand for' },
  { name: 'MAXEXPANSIONS', setting: 'search-max-prefix-expansions', summary: 'Words a prefix may stand for' },
  { name: 'ON_TIMEOUT', setting: 'search-on-timeout', summary: 'What a query out of time answers' },
  { name: 'MINPREFIX', value: '2', summary: 'Characters beside the star of a tag pattern' },
  { name: 'MINSTEMLEN', value: '4', summary: 'Characters of the shortest word with a stem, but for MINSTEMSIZE' },
  { name: 'MAXSEARCHRESULTS', value: '1000000', summary: 'Rows that LIMIT may ask for' },
  { name: 'MAXDOCTABLESIZE', value: '1000000', summary: 'Has no counterpart' },
  { name: 'WORKERS', value: '0', summary: 'Threads of the engine are those of vector-threads' },
  { name: 'NOGC', value: 'true', summary: 'There is nothing to collect: documents leave indexes at once' },
  { name: 'PARTIAL_INDEXED_DOCS', value: 'false', summary: 'Documents are indexed whole' },
  { name: 'FRISOINI', value: '', summary: 'Chinese text has no segmentation' },
  { name: 'EXTLOAD', value: '', summary: 'There are no extensions' },
  { name: 'VSS_MAX_RESIZE', value: '0', summary: 'Vectors take memory as they come' },
  { name: 'TIERED_HNSW_BUFFER_LIMIT', value: '0', summary: 'Vectors are in the graph when their write is answered' },
];

interface NamedOption {
  readonly name: string;
}

const common = { acl: ['search'], group: 'search', since: '1.0.0' } as const;
const parseName = {
  parse: (args: { bytes(): ByteSlice }): NamedOption => ({ name: upperText(args.bytes()) }),
} as const;

const ftConfigGet = command<NamedOption>({
  ...common,
  ...parseName,
  name: 'FT.CONFIG GET',
  arity: 3,
  flags: ['readonly', 'admin'],
  complexity: 'O(1)',
  summary: 'Tells settings of the search, by name or pattern',
  syntax: 'option',
  run: (context, { name }) =>
    replyMatching(context, name, 1, (option) => context.reply.bulkText(valueTextOf(context, option))),
});

const ftConfigSet = command<NamedOption & { readonly value: string }>({
  ...common,
  name: 'FT.CONFIG SET',
  arity: 4,
  flags: ['admin'],
  complexity: 'O(1)',
  summary: 'Changes a setting of the search',
  syntax: 'option value',
  parse: (args) => ({ name: upperText(args.bytes()), value: nameText(args.bytes()) }),
  run: ({ server, reply }, { name, value }) => {
    const option = OPTIONS.find((known) => known.name === name);
    if (option === undefined) throw searchErrors.noSuchOption;
    if ('value' in option) throw searchErrors.optionFixed;
    try {
      server.config.setText(option.setting, value);
    } catch (failure) {
      if (failure instanceof ConfigError) throw searchErrorFor.badOption(name, failure.message);
      throw failure;
    }
    reply.simple('OK');
  },
});

const ftConfigHelp = command<NamedOption>({
  ...common,
  ...parseName,
  name: 'FT.CONFIG HELP',
  arity: 3,
  flags: ['readonly', 'admin'],
  complexity: 'O(1)',
  summary: 'Says what settings of the search are for, by name or pattern',
  syntax: 'option',
  run: (context, { name }) =>
    replyMatching(context, name, 4, (option) => {
      const { reply } = context;
      if (speaksMaps(context)) reply.map(2);
      for (const [title, text] of [
        ['Description', option.summary],
        ['Value', valueTextOf(context, option)],
      ] as const) {
        reply.simple(title);
        reply.bulkText(text);
      }
    }),
});

/** An option by its name, or those that a pattern matches. */
function matching(name: string): readonly Option[] {
  const pattern = ByteSlice.fromText(name);
  return OPTIONS.filter((option) => globMatches(pattern, ByteSlice.fromText(option.name)));
}

function valueTextOf({ server }: Context, option: Option): string {
  return 'value' in option ? option.value : server.config.text(option.setting);
}

export const ftConfig: CommandEntry = container(
  {
    ...common,
    name: 'FT.CONFIG',
    arity: -2,
    flags: ['admin'],
    complexity: 'Depends on subcommand.',
    summary: 'A container for the settings of the search',
    syntax: '',
  },
  [ftConfigGet, ftConfigHelp, ftConfigSet],
);

/** The options that match, each with what `write` says of it: `count` elements, or one value where maps are spoken. */
function replyMatching(context: Context, name: string, count: number, write: (option: Option) => void): void {
  const { reply } = context;
  const found = matching(name);
  const asMaps = speaksMaps(context);
  if (asMaps) reply.map(found.length);
  else reply.array(found.length);
  for (const option of found) {
    if (!asMaps) reply.array(1 + count);
    reply.bulkText(option.name);
    write(option);
  }
}
