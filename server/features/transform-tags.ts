/**
 * Transforms asked for by tags: `nearkey:transform:NAME` with the expression as its value. Clients of AWS that are not changed send tags, and
 * no members that their models do not have: with CreateFeatureGroup, and later by AddTags and DeleteTags.
 *
 * What a group reckons is in its transforms. Tags change them and follow them: none stays that says something else.
 */
import { type GroupDefinition, invalid } from '@nearkey/sdk/features';
import type { TransformInput } from './control-schemas.js';

type Tag = GroupDefinition['tags'][number];
type GroupTransforms = NonNullable<GroupDefinition['online']>['transforms'];

const prefix = 'nearkey:transform:';

/** In the order of the tags; undefined when none is one. */
export function transformsInTags(tags: readonly Tag[]): TransformInput[] | undefined {
  const found = tags.flatMap(({ Key, Value }) =>
    Key.startsWith(prefix) ? [{ Name: Key.slice(prefix.length), Expression: Value }] : [],
  );
  return found.length === 0 ? undefined : found;
}

/**
 * The group with these tags added: those for transforms replace the ones of their names, or come behind the others.
 * @throws FeatureError ValidationError for a transform of a group that is not online
 */
export function withTags(definition: GroupDefinition, added: readonly Tag[]): GroupDefinition {
  const tags = new Map([...definition.tags, ...added].map(({ Key, Value }) => [Key, Value]));
  const tagged = { ...definition, tags: [...tags].map(([Key, Value]) => ({ Key, Value })) };
  const asked = transformsInTags(added);
  if (asked === undefined) return tagged;
  const transforms = new Map(definition.online?.transforms?.map(({ name, expression }) => [name, expression]));
  for (const { Name, Expression } of asked) transforms.set(Name, Expression);
  return withTransforms(
    tagged,
    [...transforms].map(([name, expression]) => ({ name, expression })),
  );
}

/** The group without the tags of these keys, and without the transforms that they asked for. */
export function withoutTags(definition: GroupDefinition, keys: readonly string[]): GroupDefinition {
  const gone = new Set(keys);
  const untagged = { ...definition, tags: definition.tags.filter(({ Key }) => !gone.has(Key)) };
  const asked = transformsInTags(definition.tags.filter(({ Key }) => gone.has(Key)));
  if (asked === undefined || definition.online === undefined) return untagged;
  const names = new Set(asked.map(({ Name }) => Name));
  return withTransforms(
    untagged,
    (definition.online.transforms ?? []).filter(({ name }) => !names.has(name)),
  );
}

/** The tags that say nothing of transforms, and those that say what these are. */
export function tagsInStep(tags: readonly Tag[], transforms: GroupTransforms): Tag[] {
  const expressions = new Map(transforms?.map(({ name, expression }) => [name, expression]));
  return tags.filter(
    ({ Key, Value }) => !Key.startsWith(prefix) || expressions.get(Key.slice(prefix.length)) === Value,
  );
}

function withTransforms(definition: GroupDefinition, transforms: NonNullable<GroupTransforms>): GroupDefinition {
  const { name, online } = definition;
  if (online === undefined) throw invalid(`The feature group ${name} has no online store`);
  return { ...definition, online: { ...online, transforms: transforms.length === 0 ? undefined : transforms } };
}
