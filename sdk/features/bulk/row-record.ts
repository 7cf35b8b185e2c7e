/** A row of a file as a record of a group: columns are features, and their types are the group's. */
import { eventTimeOfCell, valueOfCell } from '../cell-values.js';
import { invalid } from '../feature-error.js';
import type { FeatureGroup } from '../feature-group.js';
import type { FeatureValue } from '../feature-values.js';

/**
 * @param skipped columns that are no features and are left out
 * @throws FeatureError for a column that the group has no feature for
 */
export function recordOfRow(
  group: FeatureGroup,
  cells: Readonly<Record<string, unknown>>,
  skipped: ReadonlySet<string>,
): FeatureValue[] {
  return Object.entries(cells).flatMap(([column, cell]) => {
    if (skipped.has(column)) return [];
    const feature = group.byName.get(column);
    if (feature === undefined) throw invalid(`The feature group ${group.name} has no feature '${column}'`);
    const time = feature === group.eventTime ? eventTimeOfCell(group, timeCell(group, cell)) : undefined;
    return time === undefined ? (valueOfCell(feature, cell) ?? []) : { FeatureName: column, ValueAsString: time };
  });
}

/** A text of a number stays the text it is: its digits are finer than a moment of JavaScript. */
function timeCell(group: FeatureGroup, cell: unknown): unknown {
  return group.eventTimeType === 'Fractional' && typeof cell === 'number' ? String(cell) : cell;
}
