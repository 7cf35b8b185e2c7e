/** `GET /FeatureGroup/{name}/Freshness`: how old the records of a group were when this process served them. Of ours. */
import { type FeatureStore, groupNameIn } from '@nearkey/sdk/features';
import type { RuntimeReply, RuntimeRequest } from './runtime-operation.js';

export async function groupFreshness(store: FeatureStore, { groupName }: RuntimeRequest): Promise<RuntimeReply> {
  const { name } = await store.groups.get(groupNameIn(groupName));
  const ages = store.freshness.of(name);
  const histogram = ages.cumulative().map(({ boundSeconds, count }) => ({ UpToSeconds: boundSeconds, Count: count }));
  return {
    body: JSON.stringify({
      FeatureGroupName: name,
      ServedCount: ages.count,
      AgeSeconds: { P50: ages.quantileSeconds(0.5), P99: ages.quantileSeconds(0.99) },
      Histogram: histogram,
    }),
  };
}
