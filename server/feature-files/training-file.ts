/**
 * Training sets as files. Features come out with their types: integers with all their digits, fractions as numbers, collections as lists (in
 * Parquet as JSON). The columns that were read come out as they were: of a CSV file as texts.
 *
 * A file has its name when it is whole; until then it is called otherwise.
 */
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { invalid, type JoinedFeature, type TrainingColumn, type TrainingRow, type Value } from '@nearkey/sdk/features';
import { type BasicType, type ColumnSource, fileWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';

export interface TrainingFile {
  add(rows: readonly TrainingRow[]): Promise<void>;
  /** Gives the file its name. */
  finish(): Promise<void>;
  /** Leaves nothing of it. */
  abandon(): Promise<void>;
}

export type TrainingFormat = 'jsonl' | 'parquet';

/** Rows of a row group: what is gathered in memory. */
const groupRows = 10_000;

export function openTrainingFile(
  path: string,
  format: TrainingFormat,
  columns: readonly TrainingColumn[],
): TrainingFile {
  const partPath = `${path}.part`;
  const names = new Set(columns.map(({ name }) => name));
  const rows = format === 'jsonl' ? new JsonLines(partPath, columns) : new ParquetRows(partPath, columns);
  return {
    add: async (added) => {
      checkNames(added, names);
      await rows.add(added);
    },
    finish: async () => {
      await rows.close();
      await rename(partPath, path);
    },
    abandon: async () => {
      await rows.close().catch(() => undefined);
      await rm(partPath, { force: true });
    },
  };
}

function checkNames(rows: readonly TrainingRow[], names: ReadonlySet<string>): void {
  for (const { cells, line } of rows) {
    const twice = Object.keys(cells).find((name) => names.has(name));
    if (twice !== undefined) {
      throw invalid(`'${twice}' in line ${line} is a column and a feature: --full-names tells them apart`);
    }
  }
}

class JsonLines {
  #file: FileHandle | undefined;

  constructor(
    private readonly path: string,
    private readonly columns: readonly TrainingColumn[],
  ) {}

  async add(rows: readonly TrainingRow[]): Promise<void> {
    this.#file ??= await open(this.path, 'w');
    await this.#file.write(rows.map((row) => `${this.#line(row)}\n`).join(''));
  }

  async close(): Promise<void> {
    this.#file ??= await open(this.path, 'w');
    await this.#file.close();
  }

  #line({ cells, values }: TrainingRow): string {
    const given = Object.entries(cells).map(([name, cell]) => `${JSON.stringify(name)}:${cellJson(cell)}`);
    const joined = this.columns.map(
      ({ name, feature }, at) => `${JSON.stringify(name)}:${valueJson(feature, values[at])}`,
    );
    return `{${[...given, ...joined].join(',')}}`;
  }
}

class ParquetRows {
  #waiting: TrainingRow[] = [];
  /** Of the columns that were read: known with the first rows. */
  #types: ReadonlyMap<string, BasicType> | undefined;
  #writer: ParquetWriter | undefined;

  constructor(
    private readonly path: string,
    private readonly columns: readonly TrainingColumn[],
  ) {}

  async add(rows: readonly TrainingRow[]): Promise<void> {
    this.#waiting.push(...rows);
    if (this.#waiting.length >= groupRows) await this.#flush();
  }

  async close(): Promise<void> {
    if (this.#waiting.length > 0 || this.#writer === undefined) await this.#flush();
    await this.#writer?.finish();
  }

  async #flush(): Promise<void> {
    const rows = this.#waiting;
    this.#waiting = [];
    const types = typesOf(rows);
    this.#types ??= types;
    const late = [...types.keys()].find((name) => this.#types?.has(name) === false);
    if (late !== undefined)
      throw invalid(`The column '${late}' is not in the first rows: Parquet needs to know it then`);
    const columnData: ColumnSource[] = [...this.#types].map(([name, type]) => ({
      name,
      type,
      nullable: true,
      data: rows.map((row) => givenCell(name, type, row)),
    }));
    for (const [at, { name, feature }] of this.columns.entries()) {
      const type = typeOf(feature);
      columnData.push({ name, type, nullable: true, data: rows.map(({ values }) => typedValue(feature, values[at])) });
    }
    this.#writer ??= new ParquetWriter({ writer: fileWriter(this.path), schema: schemaFromColumnData({ columnData }) });
    await this.#writer.write({ columnData, rowGroupSize: groupRows });
  }
}

/** Integers keep all their digits: JSON has no limit for them. */
export function valueJson({ type }: JoinedFeature, value: Value): string {
  const scalar = (text: string): string => {
    if (type === 'Integral') return BigInt(text.replace('+', '')).toString();
    return JSON.stringify(type === 'Fractional' ? Number(text) : text);
  };
  if (value === undefined) return 'null';
  return typeof value === 'string' ? scalar(value) : `[${value.map(scalar).join(',')}]`;
}

function cellJson(cell: unknown): string {
  if (typeof cell === 'bigint') return cell.toString();
  return JSON.stringify(cell, (_name, value: unknown) => (typeof value === 'bigint' ? String(value) : value)) ?? 'null';
}

function typeOf({ type, collection }: JoinedFeature): BasicType {
  if (collection !== undefined) return 'JSON';
  return type === 'Integral' ? 'INT64' : type === 'Fractional' ? 'DOUBLE' : 'STRING';
}

function typedValue({ type }: JoinedFeature, value: Value): unknown {
  if (value === undefined) return null;
  if (typeof value !== 'string') return type === 'String' ? value : value.map(Number);
  return type === 'Integral' ? BigInt(value.replace('+', '')) : type === 'Fractional' ? Number(value) : value;
}

/** By what the first rows hold; a column of several types, or of nothing, is one of texts. */
function typesOf(rows: readonly TrainingRow[]): Map<string, BasicType> {
  const names = new Set(rows.flatMap(({ cells }) => Object.keys(cells)));
  return new Map(
    [...names].map((name) => {
      const kinds = new Set(rows.flatMap(({ cells }) => (isEmpty(cells[name]) ? [] : [typeof cells[name]])));
      const [kind] = kinds.size === 1 ? kinds : [];
      return [name, (kind !== undefined && typeOfKind[kind]) || 'STRING'] as const;
    }),
  );
}

const typeOfKind: Readonly<Record<string, BasicType>> = { number: 'DOUBLE', bigint: 'INT64', boolean: 'BOOLEAN' };

function givenCell(name: string, type: BasicType, { cells, line }: TrainingRow): unknown {
  const cell = cells[name];
  if (isEmpty(cell)) return null;
  if (type === 'STRING') return typeof cell === 'string' ? cell : cellJson(cell);
  if (typeOfKind[typeof cell] === type) return cell;
  throw invalid(`The column '${name}' is of the type ${type} in the first rows, and not in line ${line}`);
}

function isEmpty(cell: unknown): boolean {
  return cell === undefined || cell === null;
}
