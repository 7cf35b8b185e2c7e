/** What Feast's feature server takes. Members that are not needed here are let through. */
import { z } from 'zod';

const leftOut = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().transform((value) => value ?? undefined);
const rowsMax = 10_000;
const featuresMax = 5_000;
const column = z.array(z.unknown()).max(rowsMax);
/** Columns by name. */
const frame = z.record(z.string(), column);
const moment = z.string().min(1);
const views = leftOut(z.array(z.string()).max(featuresMax));

export const getOnlineFeatures = z.object({
  entities: z.record(z.string(), column),
  features: leftOut(z.array(z.string()).max(featuresMax)),
  feature_service: leftOut(z.string()),
  full_feature_names: leftOut(z.boolean()),
});

export const push = z.object({
  push_source_name: z.string(),
  df: frame,
  to: leftOut(z.enum(['online', 'offline', 'online_and_offline'])),
});

export const writeToOnlineStore = z.object({ feature_view_name: z.string(), df: frame });

export const materialize = z.object({
  start_ts: leftOut(moment),
  end_ts: leftOut(moment),
  feature_views: views,
  disable_event_timestamp: leftOut(z.boolean()),
});

export const materializeIncremental = z.object({ end_ts: moment, feature_views: views });
