/**
 * Where things lie in the store.
 *
 * The key of a record ends with its identifier in braces, which makes the identifier alone the hash tag of a cluster: a group spreads over all
 * slots, and what several groups know of one entity lies on one node. Braces and percent signs of identifiers are percent-encoded, so the
 * tag is what it should be and the identifier can be read back. Names of groups are told apart without regard to case, as in ARNs.
 */
import type { GroupDefinition } from './feature-group.js';

/** A hash of group name to definition. */
export const groupsKey = 'fs:groups';
/** A hash of group name to the last generation it had; it outlives the group. */
export const generationsKey = 'fs:generations';
/** A hash of the prefixes of records that nobody can reach any more and that are to be removed. */
export const sweepsKey = 'fs:sweeps';

export function groupField(name: string): string {
  return name.toLowerCase();
}

export function recordPrefix({ name, generation }: Pick<GroupDefinition, 'name' | 'generation'>): string {
  return `fs:${groupField(name)}.${generation}:`;
}

type VersionedGroup = Pick<GroupDefinition, 'name' | 'generation' | 'historyEpoch'>;

/** Of the versions of records. A group that stops keeping them and starts again has another epoch: what it missed is not known to it. */
export function historyPrefix({ name, generation, historyEpoch = 0 }: VersionedGroup): string {
  return `fsh:${groupField(name)}.${generation}.${historyEpoch}:`;
}

/** With the hash tag of the record, so that one script reaches both. */
export function historyKey(prefix: string, recordId: string): string {
  return recordKey(prefix, recordId);
}

export function changesPrefix({ name, generation }: Pick<GroupDefinition, 'name' | 'generation'>): string {
  return `fsc:${groupField(name)}.${generation}:`;
}

/** What a cluster is to tell of a record, with the hash tag of the record, so that one script reaches both. */
export function outboxKey(definition: Pick<GroupDefinition, 'name' | 'generation'>, recordId: string): string {
  return recordKey(changesPrefix(definition), recordId);
}

/** The stream of a group's changes. */
export function changesKey(definition: Pick<GroupDefinition, 'name' | 'generation'>): string {
  return `${changesPrefix(definition)}changes`;
}

/** What is to be removed with a group. */
export function groupPrefixes(definition: VersionedGroup): string[] {
  return [recordPrefix(definition), historyPrefix(definition), changesPrefix(definition)];
}

export function recordKey(prefix: string, recordId: string): string {
  return `${prefix}{${/[%{}]/.test(recordId) ? recordId.replace(/[%{}]/g, encodeURIComponent) : recordId}}`;
}

/** The identifier in a record's key. */
export function recordIdOf(prefix: string, key: string): string {
  return key.slice(prefix.length + 1, -1).replace(/%(25|7B|7D)/g, (encoded) => decodeURIComponent(encoded));
}
