/**
 * An application's view of one feature group: records as objects, whose type is that of the schema it is given. Numbers are numbers;
 * an integer that a double does not hold is a bigint. A feature without a value is left out, so its member is optional in the schema.
 *
 * The schema may name transforms of the group, too: numbers where their expressions always make numbers, or else texts. They are reckoned from what is read,
 * left out where that cannot be done or makes no finite number, and never written: a record that was read may be put again as it is.
 *
 * Reads that are asked for at once, before anything was awaited, go out together, and each record is read once among them: one round trip
 * however many parts of a program ask. Reads of different moments share nothing, so whoever has written reads what it wrote.
 */
import type { z } from 'zod';
import { valueOfCell } from './cell-values.js';
import { invalid } from './feature-error.js';
import type { Feature, FeatureGroup, TtlDuration } from './feature-group.js';
import type { FeatureStore, WriteOutcome } from './feature-store.js';
import type { Value } from './feature-values.js';
import type { NearCache } from './near-cache.js';
import { unpackValues } from './packed-record.js';
import { recordKey, recordPrefix } from './record-keys.js';
import { type BoundTransform, transformed, type Wanted } from './transforms.js';

export interface GroupClientOptions<Schema extends z.ZodObject> {
  readonly store: FeatureStore;
  readonly groupName: string;
  /** Names features of the group; those that it does not name are not read. */
  readonly schema: Schema;
  /** Keeps records in this process; it has to be told what changes in the group's keys. */
  readonly near?: NearCache | undefined;
}

export class GroupClient<Schema extends z.ZodObject> {
  readonly #store: FeatureStore;
  readonly #groupName: string;
  readonly #schema: Schema;
  readonly #near: NearCache | undefined;
  /** Reads that have been asked for and not been sent. */
  #asked: Map<string, Promise<z.output<Schema> | undefined>> | undefined;

  constructor({ store, groupName, schema, near }: GroupClientOptions<Schema>) {
    this.#store = store;
    this.#groupName = groupName;
    this.#schema = schema;
    this.#near = near;
  }

  /** Undefined for a record that is not there. @throws FeatureError, also for a record that is not as the schema has it */
  get(recordId: string): Promise<z.output<Schema> | undefined> {
    const together = this.#asked ?? this.#begin();
    const asked = together.get(recordId) ?? this.#read(recordId);
    together.set(recordId, asked);
    return asked;
  }

  /** In the order of the identifiers. @throws FeatureError */
  getMany(recordIds: readonly string[]): Promise<(z.output<Schema> | undefined)[]> {
    return Promise.all(recordIds.map((recordId) => this.get(recordId)));
  }

  /** Replaces the record if it is newer. @throws FeatureError */
  async put(record: z.input<Schema>, ttl?: TtlDuration): Promise<WriteOutcome> {
    const group = await this.#store.groups.get(this.#groupName);
    const values = this.#checked(record, group);
    const { features } = this.#wanted(group);
    const written = features.flatMap((feature) => valueOfCell(feature, values[feature.name]) ?? []);
    const recordId = written.find(({ FeatureName }) => FeatureName === group.recordId.name)?.ValueAsString ?? '';
    try {
      return await this.#store.put(group, { record: written, ttl });
    } finally {
      this.#near?.changed([keyOf(group, recordId)]);
    }
  }

  #begin(): Map<string, Promise<z.output<Schema> | undefined>> {
    const together = new Map<string, Promise<z.output<Schema> | undefined>>();
    this.#asked = together;
    void Promise.resolve().then(() => {
      this.#asked = undefined;
    });
    return together;
  }

  async #read(recordId: string): Promise<z.output<Schema> | undefined> {
    const group = await this.#store.groups.get(this.#groupName);
    const { features, transforms } = this.#wanted(group);
    const load = () => this.#store.get(group, recordId);
    const record = await (this.#near?.read(keyOf(group, recordId), load) ?? load());
    if (record === undefined) return undefined;
    const values = unpackValues(record.packed, group);
    const members = new Map<string, unknown>();
    for (const feature of features) {
      const value = values[feature.ordinal];
      if (value !== undefined) members.set(feature.name, typed(feature, value));
    }
    for (const [position, { name, value }] of transformed(record.packed, transforms).entries()) {
      const typedValue = value === undefined ? undefined : typedTransform(transforms[position]?.type, value);
      if (typedValue !== undefined) members.set(name, typedValue);
    }
    return this.#checked(Object.fromEntries(members), group);
  }

  #wanted(group: FeatureGroup): Wanted {
    return this.#store.transforms.wanted(group, Object.keys(this.#schema.shape));
  }

  #checked(record: unknown, { name }: FeatureGroup): z.output<Schema> {
    const result = this.#schema.safeParse(record);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    throw invalid(`A record of ${name} is not as the schema has it: ${issue?.path.join('.')}: ${issue?.message}`);
  }
}

function keyOf({ definition }: FeatureGroup, recordId: string): string {
  return recordKey(recordPrefix(definition), recordId);
}

function typed(feature: Feature, value: Exclude<Value, undefined>): unknown {
  if (typeof value !== 'string') return value.map((element) => typedScalar(feature, element));
  return typedScalar(feature, value);
}

function typedScalar({ type }: Feature, text: string): string | number | bigint {
  if (type === 'String') return text;
  const number = Number(text);
  return type === 'Fractional' || Number.isSafeInteger(number) ? number : BigInt(text.replace('+', ''));
}

function typedTransform(type: BoundTransform['type'] | undefined, text: string): string | number | undefined {
  if (type !== 'Fractional') return text;
  const number = Number(text);
  return Number.isFinite(number) ? number : undefined;
}
