/**
 * Transforms asked for by tags of CreateFeatureGroup: `nearkey:transform:NAME` with the expression as its value. Clients of AWS that are not
 * changed send tags, and no members that their models do not have.
 */
import type { TransformInput } from './control-schemas.js';

const prefix = 'nearkey:transform:';

/** In the order of the tags; undefined when none is one. */
export function transformsInTags(
  tags: readonly { readonly Key: string; readonly Value: string }[],
): TransformInput[] | undefined {
  const found = tags.flatMap(({ Key, Value }) =>
    Key.startsWith(prefix) ? [{ Name: Key.slice(prefix.length), Expression: Value }] : [],
  );
  return found.length === 0 ? undefined : found;
}
