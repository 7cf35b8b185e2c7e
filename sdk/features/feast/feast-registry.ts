/** What Feast knows of its views, in the JSON that `feast registry-dump` writes: enough to find in its Redis online store what it wrote. */
import { z } from 'zod';
import { invalid } from '../feature-error.js';
import { isJoinKeyType, type JoinKey } from './feast-keys.js';

export interface FeastView {
  readonly name: string;
  /** None for a view without entities. */
  readonly joinKeys: readonly JoinKey[];
  readonly features: readonly string[];
  /** Undefined for a view whose values do not grow too old. */
  readonly ttlMs: number | undefined;
}

export interface FeastService {
  readonly name: string;
  readonly parts: readonly { readonly view: string; readonly features: readonly string[] }[];
}

export interface FeastRegistry {
  readonly project: string;
  readonly views: ReadonlyMap<string, FeastView>;
  readonly services: ReadonlyMap<string, FeastService>;
}

const column = z.object({ name: z.string(), valueType: z.string().default('STRING') });
const dump = z.object({
  project: z.string(),
  featureViews: z
    .array(
      z.object({
        spec: z.object({
          name: z.string(),
          entityColumns: z.array(column).default([]),
          features: z.array(column).default([]),
          ttl: z.string().optional(),
        }),
      }),
    )
    .default([]),
  featureServices: z
    .array(
      z.object({
        spec: z.object({
          name: z.string(),
          features: z
            .array(z.object({ featureViewName: z.string(), featureColumns: z.array(column).default([]) }))
            .default([]),
        }),
      }),
    )
    .default([]),
});

/** Of the entity that stands where a view has none. */
const dummyKey = '__dummy_id';

/** @throws FeatureError ValidationError */
export function parseFeastRegistry(text: string): FeastRegistry {
  let parsed: z.output<typeof dump>;
  try {
    parsed = dump.parse(JSON.parse(text));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : 'it is no JSON';
    throw invalid(`This is not what 'feast registry-dump' writes: ${why}`);
  }
  const views = parsed.featureViews.map(({ spec }): FeastView => {
    const { name, entityColumns, features, ttl } = spec;
    const keys = entityColumns.filter((key) => key.name !== dummyKey);
    return {
      name,
      joinKeys: keys.map(joinKeyOf),
      features: features.map((feature) => feature.name),
      ttlMs: ttlOf(ttl),
    };
  });
  const services = parsed.featureServices.map(({ spec }): FeastService => {
    const parts = spec.features.map(({ featureViewName, featureColumns }) => ({
      view: featureViewName,
      features: featureColumns.map(({ name }) => name),
    }));
    return { name: spec.name, parts };
  });
  return {
    project: parsed.project,
    views: new Map(views.map((view) => [view.name, view])),
    services: new Map(services.map((service) => [service.name, service])),
  };
}

function joinKeyOf({ name, valueType: type }: z.output<typeof column>): JoinKey {
  if (!isJoinKeyType(type))
    throw invalid(`The join key '${name}' is of the type ${type}, which keys of Redis do not have`);
  return { name, type };
}

/** As '86400s'. */
function ttlOf(text: string | undefined): number | undefined {
  const seconds = Number(/^(\d+(?:\.\d+)?)s$/.exec(text ?? '')?.[1] ?? 0);
  return seconds === 0 ? undefined : seconds * 1_000;
}
