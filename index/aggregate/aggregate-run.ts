/**
 * One aggregation under way. Rows are made as they are asked for: a run that has enough of them stops, and goes on from there, which
 * is what a cursor does. Between two slices documents may change; `scan.ts` says what is seen of that. Rows that wait hold what was
 * read; only fields that are loaded after a SORTBY, and those of LOAD *, are read later, and are missing where the document has gone.
 */
import type { DocumentId } from '../document-table.js';
import { QueryError } from '../errors.js';
import { byteText, type Value } from '../expression/value.js';
import type { Sliced } from '../sliced.js';
import { aggregateLimits, type Step } from './aggregation.js';
import type { DocumentReader } from './document-columns.js';
import type { Column } from './layout.js';
import { emptyRow, type Row } from './row.js';
import { type DocumentScope, RowScope } from './row-scope.js';
import type { RowSource } from './row-source.js';
import { OutputStage } from './stages/output-stage.js';
import type { Stage } from './stages/stage.js';
import { type BoundStep, bindStep } from './step-table.js';

export interface AggregateContext {
  readonly reader: DocumentReader;
  readonly parameters: ReadonlyMap<string, Uint8Array>;
  /** From 0 to 1, excluding 1. */
  readonly random: () => number;
}

/** Properties with their values, of which nothing is one. Names have one character a byte. */
export type ResultRow = readonly (readonly [name: string, value: Value])[];

export class AggregateRun {
  readonly #output = new OutputStage();
  readonly #work: Sliced<void>;
  readonly #columns: readonly (Column & { readonly title: string })[];
  readonly #documents: DocumentScope | undefined;
  readonly #reader: DocumentReader;
  readonly #counter: { rows: number | undefined } = { rows: undefined };
  #isOver = false;
  #rows = 0;

  /** @throws QueryError when a step asks for what is not there */
  constructor(source: RowSource, steps: readonly Step[], context: AggregateContext) {
    if (steps.length > aggregateLimits.stepsMax) {
      throw new QueryError('limit', `More than ${aggregateLimits.stepsMax} steps`);
    }
    const { parameters, random, reader } = context;
    this.#reader = reader;
    const matchedTerms = (id: DocumentId, max: number): Value => source.matchedTerms(id, max);
    let scope = new RowScope({ source, reader, matchedTerms, loadsAll: false });
    const first = scope.layout;
    const given = [...source.columns].map(([name, column]) => ({ slot: scope.layout.add(name, true), column }));
    const bound: BoundStep[] = [];
    for (const step of steps) {
      const next = bindStep(step, scope, { parameters, random, counter: this.#counter });
      bound.push(next);
      scope = next.scope;
    }
    this.#documents = scope.documents;
    this.#columns = scope.layout.columns.map((column) => ({ ...column, title: byteText(column.name) }));
    const stage = bound.reduceRight<Stage>((next, step) => step.stage(next), this.#output);
    const row = emptyRow(first.columns.length);
    this.#work = rowsInto(stage, source, given, row);
  }

  /** Whether there are no more rows than those that wait. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Rows there were before the last LIMIT, so far; rows that were made, without one. */
  get total(): number {
    return this.#counter.rows ?? this.#rows;
  }

  /** Works until so many rows wait to be taken, or there are no more. @throws QueryError, after which the run is over */
  *fill(count: number): Sliced<void> {
    try {
      while (!this.#isOver && this.#output.waiting < count) {
        this.#isOver = this.#work.next().done === true;
        if (!this.#isOver) yield;
      }
    } catch (failure) {
      this.#isOver = true;
      throw failure;
    }
    this.#rows = Math.max(this.#rows, this.#taken + this.#output.waiting);
  }

  #taken = 0;

  take(count: number): ResultRow[] {
    const rows = this.#output.take(count);
    this.#taken += rows.length;
    return rows.map((row) => this.#shown(row));
  }

  get hasWaiting(): boolean {
    return this.#output.waiting > 0;
  }

  #shown(row: Row): ResultRow {
    const pairs: (readonly [string, Value])[] = [];
    const fields = this.#documents?.loadsAll === true ? this.#fieldsOf(row) : undefined;
    if (fields !== undefined) for (const pair of fields) pairs.push(pair);
    for (let at = 0; at < this.#columns.length; at++) {
      const column = this.#columns[at];
      const value = row.values[at];
      if (column === undefined || (value === undefined && column.isField)) continue;
      if (fields?.has(column.title) !== true) pairs.push([column.title, value]);
      else pairs[pairs.findIndex(([name]) => name === column.title)] = [column.title, value];
    }
    return pairs;
  }

  #fieldsOf({ id, sequence }: Row): Map<string, Value> {
    const fields = new Map<string, Value>();
    const documents = this.#documents?.source.documents;
    const key = documents?.sequenceOf(id) === sequence ? documents?.keyOf(id) : undefined;
    if (key !== undefined) this.#reader.forEach(key, (field, value) => void fields.set(field, value));
    return fields;
  }
}

/** Pushes every document of the source, with what the source knows of it, through the stages. */
function* rowsInto(
  stage: Stage,
  source: RowSource,
  given: readonly { readonly slot: number; readonly column: (id: DocumentId) => Value }[],
  row: Row,
): Sliced<void> {
  const visit = (id: DocumentId): void => {
    row.id = id;
    row.sequence = source.documents.sequenceOf(id);
    for (const { slot, column } of given) row.values[slot] = column(id);
    stage.push(row);
  };
  if (!stage.isFull) yield* source.scan(visit, () => stage.isFull);
  yield* stage.finish();
}
