/**
 * Versions and changes asked for by tags of CreateFeatureGroup: clients of AWS that are not changed send tags, and no members that their models
 * do not have.
 */
import { invalid } from '@nearkey/sdk/features';
import type { z } from 'zod';
import { type ChangeStream, changeStream, type VersionHistory, versionHistory } from './control-schemas.js';

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** How many versions of each record are kept. */
const versionsTag = 'nearkey:max-versions';
/** How long, as '30 Days'. */
const windowTag = 'nearkey:version-window';
/** The length of the stream of changes. */
const changesTag = 'nearkey:change-stream';

/** @throws FeatureError ValidationError */
export function historyInTags(tags: readonly Tag[]): VersionHistory | undefined {
  const versions = tagValue(tags, versionsTag);
  const window = tagValue(tags, windowTag);
  if (versions === undefined && window === undefined) return undefined;
  const [value, unit] = window?.split(' ') ?? [];
  return checkedTag(versionHistory, `${versionsTag} is a number, ${windowTag} a number and a unit as in '30 Days'`, {
    MaxVersions: versions === undefined ? undefined : Number(versions),
    Window: window === undefined ? undefined : { Unit: unit, Value: Number(value) },
  });
}

/** @throws FeatureError ValidationError */
export function changesInTags(tags: readonly Tag[]): ChangeStream | undefined {
  const length = tagValue(tags, changesTag);
  if (length === undefined) return undefined;
  return checkedTag(changeStream, `${changesTag} is the length of a stream`, { MaxLength: Number(length) });
}

function tagValue(tags: readonly Tag[], key: string): string | undefined {
  return tags.find(({ Key }) => Key === key)?.Value;
}

function checkedTag<Schema extends z.ZodType>(schema: Schema, rule: string, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (!result.success) throw invalid(`The tag ${rule}`);
  return result.data;
}
