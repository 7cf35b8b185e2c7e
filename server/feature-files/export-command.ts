/** `nearkey features export`: a training set from a file of identifiers and moments. */
import {
  type FeatureGroup,
  invalid,
  type JoinedGroup,
  joinedFeatures,
  type Rejection,
  Transforms,
  trainingColumns,
  trainingRows,
} from '@nearkey/sdk/features';
import { ProgressLine } from '../base/progress-line.js';
import { transformLanguage } from '../features/transform-language.js';
import type { LoadSurroundings } from './load-command.js';
import { RejectedFile } from './rejected-file.js';
import { openRowFile, type RowFormat } from './row-file.js';
import { openTrainingFile, type TrainingFormat } from './training-file.js';

export interface ExportCommand {
  readonly path: string;
  readonly format: RowFormat;
  readonly groups: readonly string[];
  readonly out: string;
  readonly outFormat: TrainingFormat;
  /** One for all groups or one for each; none for those that the groups name. */
  readonly idColumns: readonly string[];
  readonly timeColumn: string;
  /** As name or group:name. */
  readonly features: readonly string[] | undefined;
  readonly isFull: boolean;
  readonly rejectedPath: string;
}

export interface ExportResult {
  readonly rows: number;
  readonly rejected: number;
}

const pauseMs = 200;

export async function runExport(command: ExportCommand, surroundings: LoadSurroundings): Promise<ExportResult> {
  const { target, clock, progress, pause } = surroundings;
  const transforms = new Transforms(transformLanguage);
  const groups = await Promise.all(command.groups.map((name) => target.group(name)));
  for (const named of command.features ?? []) {
    const isOfSome = groups.some((group) => featuresOf({ ...command, features: [named] }, group)?.length === 1);
    if (!isOfSome) throw invalid(`No group has the feature '${named}'`);
  }
  const joined = groups.map((group, position): JoinedGroup => {
    const features = joinedFeatures(group, transforms.of(group), featuresOf(command, group));
    const idColumn = command.idColumns[position] ?? command.idColumns[0] ?? group.recordId.name;
    return { group, features, idColumn, reader: target.reader(group, features) };
  });
  const source = await openRowFile(command.path, command.format);
  const file = openTrainingFile(command.out, command.outFormat, trainingColumns(joined, command.isFull));
  const rejected = new RejectedFile(command.rejectedPath, 0);
  const line = new ProgressLine(progress, clock);
  const counts = { rows: 0, rejected: 0 };
  const reject = async (rejections: readonly Rejection[]): Promise<void> => {
    await rejected.add(rejections);
    counts.rejected += rejections.length;
  };
  try {
    const rows = trainingRows({
      rows: source.rowsAfter(0),
      timeColumn: command.timeColumn,
      joined,
      reject,
      pause: (attempt) => pause(pauseMs * 2 ** attempt),
    });
    for await (const batch of rows) {
      await file.add(batch);
      counts.rows += batch.length;
      line.show(source.share(), summary(counts));
    }
    await file.finish();
    line.end(1, summary(counts));
    return counts;
  } catch (error) {
    await file.abandon();
    throw error;
  } finally {
    await rejected.close();
  }
}

function summary({ rows, rejected }: ExportResult): string {
  return `${rows} rows, ${rejected} rejected`;
}

/** Those that are named without a group, or with this one. */
function featuresOf({ features, groups }: ExportCommand, group: FeatureGroup): string[] | undefined {
  return features?.flatMap((named) => {
    const [first = '', second] = named.split(':');
    if (second === undefined) return groups.length === 1 || has(group, first) ? [first] : [];
    return first.toLowerCase() === group.name.toLowerCase() ? [second] : [];
  });
}

function has({ byName, definition }: FeatureGroup, name: string): boolean {
  return byName.has(name) || definition.online?.transforms?.some((transform) => transform.name === name) === true;
}
