/** The pages of docs/ that are made from the code's own tables. `npm run docs` writes them, a test compares them. */
import { type FunctionRow, functionFamilies, type ReducerRow, reducers } from '#index/mod.js';
import type { CommandEntry, CommandGroup } from '#server/commands/command.js';
import { environmentName } from '#server/config/command-line.js';
import { SETTING_ALIASES, SETTING_NAMES, SETTINGS, type Setting } from '#server/config/config-table.js';
import { commandGroups } from '#server/create-server.js';
import { errorFor, errors, type ReplyError } from '#server/errors.js';
import { searchErrorFor, searchErrors } from '#server/search/search-errors.js';
import { compatibilityPage } from './compatibility-page.js';
import { errorExamples, errorMeanings, searchErrorExamples, searchErrorMeanings } from './error-meanings.js';
import { code, type Page, page, type Row, table } from './markdown.js';

export function generatedPages(): Page[] {
  return [
    { path: 'docs/config.md', text: configPage() },
    { path: 'docs/commands.md', text: commandsPage() },
    { path: 'docs/errors.md', text: errorsPage() },
    { path: 'docs/expressions.md', text: expressionsPage() },
    compatibilityPage(),
  ];
}

function configPage(): string {
  const introduction = `Every setting is a flag (\`--http-port 8081\`), an environment variable
(\`${environmentName('http-port')}=8081\`) and a directive of the configuration file (\`http-port 8081\`). The command line
wins over the environment, the environment over the file, the file over the defaults. Directives that Valkey has keep its
name and meaning. "yes" in the column CONFIG SET: may change while the server runs.`;
  const rows = SETTING_NAMES.map((name): Row => {
    const setting: Setting = SETTINGS[name];
    return [code(name), defaultOf(setting), valuesOf(setting), setting.mutable ? 'yes' : 'no', setting.summary];
  });
  const aliases = [...SETTING_ALIASES].map(([alias, name]) => `- ${code(alias)} is ${code(name)}.`);
  return page(
    'Settings',
    'server/config/config-table.ts',
    introduction,
    table(['setting', 'default', 'values', 'CONFIG SET', 'meaning'], rows),
    `Older names that are still understood:\n\n${aliases.join('\n')}`,
  );
}

function defaultOf(setting: Setting): string {
  switch (setting.kind) {
    case 'boolean':
      return setting.default ? '`yes`' : '`no`';
    case 'text':
      return setting.default === '' ? 'empty' : code(setting.default);
    case 'fraction':
      return String(setting.default);
    case 'integer':
      return setting.unit === 'port' ? String(setting.default) : quantity(setting.default, setting.unit === 'bytes');
  }
}

function valuesOf(setting: Setting): string {
  switch (setting.kind) {
    case 'boolean':
      return '`yes`, `no`';
    case 'text':
      return setting.oneOf?.map((value) => (value === '' ? 'empty' : code(value))).join(', ') ?? 'text';
    case 'fraction':
      return `${setting.min} to ${setting.max}`;
    case 'integer': {
      const isBytes = setting.unit === 'bytes';
      const bounds = `${quantity(setting.min, isBytes)} to ${quantity(setting.max, isBytes)}`;
      return ['seconds', 'ms'].includes(setting.unit) ? `${bounds} ${setting.unit}` : bounds;
    }
  }
}

const BYTE_UNITS = ['', ' KiB', ' MiB', ' GiB', ' TiB'] as const;

function quantity(value: number, isBytes: boolean): string {
  if (value > Number.MAX_SAFE_INTEGER) return '2^63 - 1';
  if (!isBytes) return value.toLocaleString('en-US');
  const power = BYTE_UNITS.findLastIndex((_unit, i) => value >= 1024 ** i && value % 1024 ** i === 0);
  return power <= 0 ? `${value.toLocaleString('en-US')} bytes` : `${value / 1024 ** power}${BYTE_UNITS[power]}`;
}

const GROUP_TITLES: Readonly<Record<CommandGroup, string>> = {
  connection: 'Connection',
  transactions: 'Transactions',
  string: 'Strings',
  bitmap: 'Bitmaps',
  hash: 'Hashes',
  list: 'Lists',
  set: 'Sets',
  'sorted-set': 'Sorted sets',
  hyperloglog: 'HyperLogLogs',
  geo: 'Geo indexes',
  stream: 'Streams',
  pubsub: 'Publish and subscribe',
  generic: 'Keys',
  scripting: 'Scripts and functions',
  server: 'Server',
  cluster: 'Cluster',
  json: 'JSON',
  'vector-set': 'Vector sets',
  search: 'Search',
};

function commandsPage(): string {
  const entries = commandGroups.flat().flatMap((entry) => [...(entry.subcommands?.values() ?? [entry])]);
  const groups = [...new Set(entries.map(({ group }) => group))];
  const introduction = `${entries.length} commands. "since" is the version of Redis, for search commands that of its search
module, in which the command appeared. What differs from those servers is in [differences.md](differences.md).`;
  const parts = groups.map((group) => {
    const rows = entries.filter((entry) => entry.group === group).map(commandRow);
    return `## ${GROUP_TITLES[group]}\n\n${table(['command', 'since', 'summary'], rows)}`;
  });
  return page('Commands', 'the command table (server/commands/)', introduction, ...parts);
}

function commandRow({ name, syntax, since, summary }: CommandEntry): Row {
  return [code(`${name} ${syntax}`.trim()), since, summary.replace(/\.$/, '')];
}

function expressionsPage(): string {
  const introduction = `What APPLY and FILTER of FT.AGGREGATE, and FILTER of FT.CREATE, reckon with. \`@name\` is a property of the row, \`$name\`
a parameter; numbers, texts in quotes and \`NULL\` stand for themselves. Operators, from the tightest: \`^\`, \`* / %\`, \`+ -\`,
\`== != < <= > >=\`, \`!\`, \`&&\`, \`||\`. What is reckoned from a missing field is missing, and no filter lets it pass; a text that is
no number is an error where a number is needed.`;
  const families = Object.entries(functionFamilies).map(([family, rows]) => {
    return `## ${family}\n\n${table(['function', 'result', 'meaning'], rows.map(functionRow))}`;
  });
  const groups = `## Reducers

What REDUCE of GROUPBY makes of the values of a group. A missing value is passed over.

${table(['reducer', 'meaning'], reducers.map(reducerRow))}`;
  return page(
    'Expressions',
    'index/expression/functions/ and index/aggregate/reducers/',
    introduction,
    ...families,
    groups,
  );
}

function functionRow({ name, operands, returns, summary }: FunctionRow): Row {
  return [code(`${name}(${operands})`), returns, summary.replace(/\.$/, '')];
}

function reducerRow({ name, arguments: args, summary }: ReducerRow): Row {
  return [code(`${name} ${args}`.trim()), summary.replace(/\.$/, '')];
}

function errorsPage(): string {
  const introduction = `Every error a command can answer. Programs should look at the first word (\`ERR\`, \`WRONGTYPE\`,
\`NOAUTH\` ...), as the rest is for people. Search commands answer without a first word, as the servers do that they are
compared with. Words in angle brackets stand for a part that varies.`;
  return page(
    'Errors',
    'server/errors.ts and test/docs/error-meanings.ts',
    introduction,
    errorTable(meaningRows(errors, errorMeanings), exampleRows(errorFor, errorExamples)),
    '## Search',
    errorTable(meaningRows(searchErrors, searchErrorMeanings), exampleRows(searchErrorFor, searchErrorExamples)),
  );
}

function errorTable(...rows: readonly (readonly Row[])[]): string {
  return table(['error', 'when'], rows.flat());
}

function meaningRows(
  errorTable: Readonly<Record<string, ReplyError>>,
  meanings: Readonly<Record<string, string>>,
): Row[] {
  return Object.entries(errorTable).map(([name, { message }]) => [code(message), meanings[name] ?? '']);
}

function exampleRows(
  makers: Readonly<Record<string, unknown>>,
  examples: Readonly<Record<string, readonly [ReplyError, string]>>,
): Row[] {
  return Object.keys(makers).flatMap((name) => {
    const example = examples[name];
    return example === undefined ? [] : [[code(example[0].message), example[1]]];
  });
}
