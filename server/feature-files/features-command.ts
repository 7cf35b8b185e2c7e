/** `nearkey features ...`: what is done with feature groups and files, from the command line. */
import { parseArgs } from 'node:util';
import type { Clock } from '../base/clock.js';
import type { Output } from '../base/progress-line.js';
import { runExport } from './export-command.js';
import type { FeatureTarget } from './feature-target.js';
import { openHttpTarget } from './http-target.js';
import { runLoad, summary } from './load-command.js';
import { formatOf, type RowFormat, rowFormats } from './row-file.js';
import { openStoreTarget } from './store-target.js';

export interface CommandSurroundings {
  readonly clock: Clock;
  /** What a person asked to see. */
  readonly output: Output;
  /** Progress and complaints. */
  readonly complaints: Output;
  readonly pause: (ms: number) => Promise<void>;
  /** Of the environment, where the command line has none. */
  readonly apiKey: string | undefined;
}

/** A mistake of the person who typed the command. */
class UsageError extends Error {}

const originByDefault = 'http://127.0.0.1:8080';

export const featuresHelp = `Usage: nearkey features load FILE --group NAME [option ...]
       nearkey features export FILE --group NAME[,NAME ...] --out FILE [option ...]

Loads the rows of a CSV, JSON Lines or Parquet file into a feature group. Columns are named as the group's features, and their types
are the group's. A load that was cut off goes on where it was when it is run again.

Joins to each row of a file, with an identifier and a moment, the values that held at that moment: a training set. The groups keep
versions (VersionHistory). A row whose moment they do not reach is refused, and is not in the set.

Both take
  --url ORIGIN            The HTTP port of a Nearkey [${originByDefault}]
  --api-key KEY           Its http-api-key; NEARKEY_HTTP_API_KEY in the environment does, too
  --store URL             A store itself, as redis://host:6379, instead of --url
  --store-cluster         The store is a cluster
  --format FORMAT         ${rowFormats.join(', ')}; by default as the name of the file ends
  --rejected FILE         Where rows go that are refused, with line and reason [FILE.rejected.jsonl]

load takes
  --skip-columns A,B      Columns that are no features
  --checkpoint FILE       Where the state of the load is kept [FILE.checkpoint.json]
  --anew                  Start from the first row, whatever the checkpoint says

export takes
  --out FILE              Where the set goes: its name ends with .jsonl or .parquet
  --id A,B                The column with the identifiers, one of all groups or one for each [as the groups name theirs]
  --time COLUMN           The column with the moments [event_timestamp]
  --features A,B          Features and transforms, as name or group:name [all but identifier and event time]
  --full-names            Features are called group__feature

Ends with 0 when every row was taken, with 2 when some were refused, with 1 when it could not go on.
`;

/** @returns the exit code */
export async function runFeaturesCommand(argv: readonly string[], surroundings: CommandSurroundings): Promise<number> {
  const [command, ...rest] = argv;
  if (command === undefined || command === '--help' || rest.includes('--help')) {
    surroundings.output.write(featuresHelp);
    return 0;
  }
  try {
    if (command === 'load') return await load(rest, surroundings);
    if (command === 'export') return await exportSet(rest, surroundings);
    throw new UsageError(`there is no command 'features ${command}'`);
  } catch (error) {
    const hint = error instanceof UsageError ? ' (see nearkey features --help)' : '';
    surroundings.complaints.write(`nearkey: ${error instanceof Error ? error.message : String(error)}${hint}\n`);
    return 1;
  }
}

const commonOptions = {
  group: { type: 'string' },
  format: { type: 'string' },
  rejected: { type: 'string' },
  url: { type: 'string' },
  'api-key': { type: 'string' },
  store: { type: 'string' },
  'store-cluster': { type: 'boolean' },
} as const;

async function load(argv: readonly string[], surroundings: CommandSurroundings): Promise<number> {
  const { values, positionals } = parsed(() =>
    parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        ...commonOptions,
        'skip-columns': { type: 'string' },
        checkpoint: { type: 'string' },
        anew: { type: 'boolean' },
      },
    }),
  );
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) throw new UsageError('features load takes one file');
  if (values.group === undefined) throw new UsageError('features load needs --group');
  const command = {
    path,
    format: formatFrom(values.format, path),
    group: values.group,
    skippedColumns: values['skip-columns']?.split(',') ?? [],
    rejectedPath: values.rejected ?? `${path}.rejected.jsonl`,
    checkpointPath: values.checkpoint ?? `${path}.checkpoint.json`,
    isAnew: values.anew === true,
  };
  const target = await openTarget(values, surroundings);
  try {
    const state = await runLoad(command, { ...surroundings, target, progress: surroundings.complaints });
    surroundings.output.write(`${summary(state)}${state.rejected > 0 ? `: see ${command.rejectedPath}` : ''}\n`);
    return state.rejected > 0 ? 2 : 0;
  } finally {
    target.close();
  }
}

async function exportSet(argv: readonly string[], surroundings: CommandSurroundings): Promise<number> {
  const { values, positionals } = parsed(() =>
    parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        ...commonOptions,
        out: { type: 'string' },
        id: { type: 'string' },
        time: { type: 'string' },
        features: { type: 'string' },
        'full-names': { type: 'boolean' },
      },
    }),
  );
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) throw new UsageError('features export takes one file');
  const { group, out } = values;
  if (group === undefined || out === undefined) throw new UsageError('features export needs --group and --out');
  const outFormat = formatOf(out);
  if (outFormat !== 'jsonl' && outFormat !== 'parquet') throw new UsageError('--out ends with .jsonl or .parquet');
  const command = {
    path,
    format: formatFrom(values.format, path),
    groups: group.split(','),
    out,
    outFormat,
    idColumns: values.id?.split(',') ?? [],
    timeColumn: values.time ?? 'event_timestamp',
    features: values.features?.split(','),
    isFull: values['full-names'] === true,
    rejectedPath: values.rejected ?? `${path}.rejected.jsonl`,
  };
  const target = await openTarget(values, surroundings);
  try {
    const { rows, rejected } = await runExport(command, { ...surroundings, target, progress: surroundings.complaints });
    const where = rejected > 0 ? `, ${rejected} rejected: see ${command.rejectedPath}` : '';
    surroundings.output.write(`${rows} rows in ${out}${where}\n`);
    return rejected > 0 ? 2 : 0;
  } finally {
    target.close();
  }
}

interface TargetValues {
  readonly url?: string | undefined;
  readonly 'api-key'?: string | undefined;
  readonly store?: string | undefined;
  readonly 'store-cluster'?: boolean | undefined;
}

async function openTarget(
  values: TargetValues,
  { clock, complaints, apiKey }: CommandSurroundings,
): Promise<FeatureTarget> {
  const { url, store } = values;
  if (store === undefined) return openHttpTarget({ origin: originOf(url), apiKey: values['api-key'] ?? apiKey });
  if (url !== undefined) throw new UsageError('--url and --store exclude each other');
  const warn = (message: string): void => {
    complaints.write(`${message}\n`);
  };
  return openStoreTarget({ url: store, isCluster: values['store-cluster'] === true, clock, warn });
}

function originOf(url: string | undefined): string {
  if (url === undefined) return originByDefault;
  if (!/^https?:\/\//.test(url)) throw new UsageError(`'${url}' is no origin, as ${originByDefault} is`);
  return url;
}

function formatFrom(named: string | undefined, path: string): RowFormat {
  const format = named === undefined ? formatOf(path) : rowFormats.find((known) => known === named);
  if (format === undefined)
    throw new UsageError(`the format of ${path} is not known: --format ${rowFormats.join('|')}`);
  return format;
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
