/**
 * The ages of served features as a histogram of Prometheus, by group. The feature store counts them as it serves; here they are only read, when
 * somebody asks, so a record that is served costs nothing of it.
 */
import type { Freshness } from '@nearkey/sdk/features';
import { Histogram, type Registry } from 'prom-client';

/** Groups are made by callers, and there is no end of names: those beyond are told by their own operation only. */
const groupsMax = 200;
const name = 'nearkey_feature_age_seconds';
const help = 'Time from the event time of a record to its being served, by feature group.';

export class FeatureAgeMetric extends Histogram<'group'> {
  readonly #freshness: Freshness;

  constructor(registry: Registry, freshness: Freshness) {
    super({ name, help, labelNames: ['group'], registers: [registry] });
    this.#freshness = freshness;
  }

  /** What a registry asks a histogram for, whose numbers lie elsewhere here. */
  async getForPromString() {
    const values = this.#freshness
      .all()
      .slice(0, groupsMax)
      .flatMap(({ name: group, ages }) => [
        ...ages.cumulative().map(({ boundSeconds, count }) => bucket(group, boundSeconds, count)),
        bucket(group, '+Inf', ages.count),
        { metricName: `${name}_sum`, labels: {}, sharedLabels: { group }, value: ages.sumSeconds },
        { metricName: `${name}_count`, labels: {}, sharedLabels: { group }, value: ages.count },
      ]);
    return { name, help, type: 'histogram', aggregator: 'sum', values };
  }
}

function bucket(group: string, le: number | string, value: number) {
  return { metricName: `${name}_bucket`, labels: { le }, sharedLabels: { group }, value };
}
