/** Runs an aggregation over documents given as objects; rows come back as objects. */
import type { ResultRow } from '#index/aggregate/aggregate-run.js';
import type { Step } from '#index/aggregate/aggregation.js';
import type { DocumentReader } from '#index/aggregate/document-columns.js';
import type { Value } from '#index/expression/value.js';
import { defineSchema, type FieldDefinition } from '#index/schema.js';
import { SearchIndex } from '#index/search-index.js';
import { atOnce } from '#index/sliced.js';

export type Fields = Readonly<Record<string, string>>;

export const fieldDefinitions: readonly FieldDefinition[] = [
  { type: 'TAG', identifier: 'tag' },
  { type: 'NUMERIC', identifier: 'n' },
  { type: 'TEXT', identifier: 'title' },
  { type: 'GEO', identifier: 'place' },
];

export class Documents {
  readonly index = new SearchIndex(defineSchema(fieldDefinitions));
  readonly #fields = new Map<string, Fields>();
  /** Fields that were read from documents, and not from the index. */
  readonly readFields: string[] = [];

  constructor(documents: Readonly<Record<string, Fields>> = {}) {
    for (const [key, fields] of Object.entries(documents)) this.put(key, fields);
  }

  put(key: string, fields: Fields): void {
    this.#fields.set(key, fields);
    this.index.put(key, {
      get: (identifier) => {
        const text = fields[identifier];
        return text === undefined ? undefined : Buffer.from(text, 'latin1');
      },
    });
  }

  delete(key: string): void {
    this.#fields.delete(key);
    this.index.delete(key);
  }

  get reader(): DocumentReader {
    return {
      isPlain: true,
      field: (identifier) => (key) => {
        this.readFields.push(identifier);
        return this.#fields.get(key)?.[identifier];
      },
      forEach: (key, visit) => {
        for (const [field, value] of Object.entries(this.#fields.get(key) ?? {})) visit(field, value);
      },
    };
  }

  run(query: string, steps: readonly Step[], options: { readonly scores?: 'wanted' } = {}) {
    const parsed = this.index.parse(query, {});
    const context = { reader: this.reader, parameters: new Map<string, Uint8Array>(), random: () => 0.5 };
    return this.index.aggregate(parsed, steps, options, context);
  }

  rows(query: string, ...steps: readonly Step[]): Record<string, Value>[] {
    const run = this.run(query, steps);
    atOnce(run.fill(Number.POSITIVE_INFINITY));
    return run.take(Number.POSITIVE_INFINITY).map(asObject);
  }
}

export function asObject(row: ResultRow): Record<string, Value> {
  return Object.fromEntries(row);
}

export function load(...names: string[]): Step {
  return { kind: 'load', fields: names.map((name) => ({ name, as: name })) };
}

export function group(keys: readonly string[], ...reducers: readonly (readonly [string, ...string[]])[]): Step {
  return {
    kind: 'group',
    keys: keys.map((key) => `@${key}`),
    reducers: reducers.map(([name, ...args]) => ({ name, arguments: args, as: name.toLowerCase() })),
  };
}

export function sort(name: string, order: 'ASC' | 'DESC' = 'ASC', max = 100): Step {
  return { kind: 'sort', keys: [{ name, order }], max };
}
