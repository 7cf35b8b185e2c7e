/**
 * SageMaker's control plane for feature groups, by the name of the operation. Changes are done when they are answered: a group that is
 * created can be written to, and one that is deleted is gone.
 */
import {
  FeatureError,
  type FeatureStore,
  type GroupDefinition,
  groupNameIn,
  invalid,
  tagsMax,
} from '@nearkey/sdk/features';
import type { z } from 'zod';
import * as schemas from './control-schemas.js';
import { type ArnPlace, arnOf, type Document, featureDocument, groupDocument, groupSummary } from './group-document.js';
import { changedDefinition, newDefinition } from './group-rules.js';
import { compareValues, matches, sortValue } from './group-search.js';
import { parseJson } from './request-body.js';
import { withoutTags, withTags } from './transform-tags.js';

export interface ControlContext extends ArnPlace {
  readonly store: FeatureStore;
  readonly nowMs: number;
}

export type ControlOperation = (context: ControlContext, body: Buffer) => Promise<Document>;

const pageByDefault = 100;
const parametersMax = 25;

function operation<Schema extends z.ZodType>(
  schema: Schema,
  run: (context: ControlContext, input: z.output<Schema>) => Promise<Document>,
): ControlOperation {
  return (context, body) => run(context, parseJson(schema, body));
}

export const controlOperations: Readonly<Record<string, ControlOperation>> = {
  CreateFeatureGroup: operation(schemas.createFeatureGroup, async (context, input) => {
    const group = await context.store.createGroup(newDefinition(input, context.nowMs));
    return { FeatureGroupArn: arnOf(group.name, context) };
  }),

  DescribeFeatureGroup: operation(schemas.describeFeatureGroup, async (context, { FeatureGroupName }) => {
    const { definition } = await context.store.groups.get(groupNameIn(FeatureGroupName));
    return { ...groupDocument(definition, context), NextToken: '' };
  }),

  UpdateFeatureGroup: operation(schemas.updateFeatureGroup, async (context, input) => {
    const group = await context.store.changeGroup(groupNameIn(input.FeatureGroupName), (definition) =>
      changedDefinition(definition, input, context.nowMs),
    );
    if (input.OnlineStoreConfig?.VersionHistory === null) void context.store.sweep();
    return { FeatureGroupArn: arnOf(group.name, context) };
  }),

  DeleteFeatureGroup: operation(schemas.deleteFeatureGroup, async ({ store }, { FeatureGroupName }) => {
    await store.deleteGroup(groupNameIn(FeatureGroupName));
    return {};
  }),

  ListFeatureGroups: operation(schemas.listFeatureGroups, async (context, input) => {
    const groups = (await context.store.groups.all()).map(({ definition }) => definition);
    const listed = groups.filter((definition) => isListed(definition, input));
    const sorted = inOrder(listed, sortKeyOf(input.SortBy), input.SortOrder);
    const { items, nextToken } = pageOf(sorted, input);
    const summaries = items.map((definition) => groupSummary(definition, context));
    return { FeatureGroupSummaries: summaries, NextToken: nextToken };
  }),

  DescribeFeatureMetadata: operation(schemas.describeFeatureMetadata, async (context, input) => {
    const { definition } = await context.store.groups.get(groupNameIn(input.FeatureGroupName));
    return featureDocument(definition, input.FeatureName, context) ?? noFeature(input.FeatureName);
  }),

  UpdateFeatureMetadata: operation(schemas.updateFeatureMetadata, async ({ store, nowMs }, input) => {
    await store.groups.change(groupNameIn(input.FeatureGroupName), (definition) =>
      withMetadata(definition, input, nowMs),
    );
    return {};
  }),

  AddTags: operation(schemas.addTags, async ({ store }, { ResourceArn, Tags }) => {
    const group = await store.changeGroup(groupNameIn(ResourceArn), (definition) => {
      const tagged = withTags(definition, Tags);
      if (tagged.tags.length > tagsMax) throw invalid(`A feature group has at most ${tagsMax} tags`);
      return tagged;
    });
    return { Tags: group.definition.tags };
  }),

  ListTags: operation(schemas.listTags, async ({ store }, input) => {
    const { definition } = await store.groups.get(groupNameIn(input.ResourceArn));
    const { items, nextToken } = pageOf(definition.tags, input);
    return { Tags: items, NextToken: nextToken };
  }),

  DeleteTags: operation(schemas.deleteTags, async ({ store }, { ResourceArn, TagKeys }) => {
    await store.changeGroup(groupNameIn(ResourceArn), (definition) => withoutTags(definition, TagKeys));
    return {};
  }),

  Search: operation(schemas.search, async (context, input) => {
    const documents = await searched(context, input.Resource);
    const {
      SearchExpression: expression = {},
      SortBy: by = 'LastModifiedTime',
      SortOrder: order = 'Descending',
    } = input;
    const found = documents.filter((document) => matches(document, expression));
    const sorted = inOrder(found, (document) => sortValue(document, by), order);
    const { items, nextToken } = pageOf(sorted, input);
    return {
      Results: items.map((document) => ({ [input.Resource]: document })),
      NextToken: nextToken,
      TotalHits: { Value: found.length, Relation: 'EqualTo' },
    };
  }),
};

async function searched(context: ControlContext, resource: string): Promise<Document[]> {
  const definitions = (await context.store.groups.all()).map(({ definition }) => definition);
  switch (resource) {
    case 'FeatureGroup':
      return definitions.map((definition) => ({
        ...groupDocument(definition, context),
        Tags: definition.tags,
        ...Object.fromEntries(definition.tags.map(({ Key, Value }) => [`Tags.${Key}`, Value])),
      }));
    case 'FeatureMetadata':
      return definitions.flatMap((definition) =>
        definition.features.flatMap(({ FeatureName }) =>
          documentsOf(featureDocument(definition, FeatureName, context)),
        ),
      );
    default:
      throw invalid(`Resource '${resource}' cannot be searched here: FeatureGroup and FeatureMetadata can`);
  }
}

function documentsOf(document: Document | undefined): Document[] {
  return document === undefined ? [] : [document];
}

function isListed(definition: GroupDefinition, input: z.output<typeof schemas.listFeatureGroups>): boolean {
  const offlineStatus = definition.offline === undefined ? undefined : 'Active';
  return (
    (input.NameContains === undefined || definition.name.toLowerCase().includes(input.NameContains.toLowerCase())) &&
    (input.FeatureGroupStatusEquals ?? 'Created') === 'Created' &&
    (input.OfflineStoreStatusEquals === undefined || input.OfflineStoreStatusEquals === offlineStatus) &&
    (input.CreationTimeAfter === undefined || definition.createdAtMs / 1000 > input.CreationTimeAfter) &&
    (input.CreationTimeBefore === undefined || definition.createdAtMs / 1000 < input.CreationTimeBefore)
  );
}

function sortKeyOf(sortBy: string | undefined): (definition: GroupDefinition) => string | number {
  switch (sortBy) {
    case 'Name':
      return ({ name }) => name;
    case 'OfflineStoreStatus':
      return ({ offline }) => (offline === undefined ? '' : 'Active');
    default:
      return ({ createdAtMs }) => createdAtMs;
  }
}

function inOrder<T>(items: readonly T[], keyOf: (item: T) => string | number, order: string | undefined): T[] {
  const sign = order === 'Descending' ? -1 : 1;
  return [...items].sort((a, b) => sign * compareValues(keyOf(a), keyOf(b)));
}

interface Page {
  readonly MaxResults?: number | undefined;
  readonly NextToken?: string | undefined;
}

/** A token is how many came before: pages are cut from a list that is made anew for each. */
function pageOf<T>(items: readonly T[], page: Page): { items: readonly T[]; nextToken: string | undefined } {
  const start = page.NextToken ? Number(/^\d{1,9}$/.exec(page.NextToken)?.[0] ?? Number.NaN) : 0;
  if (Number.isNaN(start)) throw invalid('The NextToken is none of this operation');
  const end = start + (page.MaxResults ?? pageByDefault);
  return { items: items.slice(start, end), nextToken: end < items.length ? String(end) : undefined };
}

function withMetadata(
  definition: GroupDefinition,
  input: z.output<typeof schemas.updateFeatureMetadata>,
  nowMs: number,
): GroupDefinition {
  const { FeatureName: name, ParameterAdditions: additions = [], ParameterRemovals: removals = [] } = input;
  if (!definition.features.some(({ FeatureName }) => FeatureName === name)) noFeature(name);
  const before = definition.metadata[name];
  const parameters = new Map(Object.entries(before?.parameters ?? {}));
  for (const key of removals) parameters.delete(key);
  for (const { Key, Value } of additions) parameters.set(Key, Value);
  if (parameters.size > parametersMax) throw invalid(`A feature has at most ${parametersMax} parameters`);
  const metadata = {
    description: input.Description ?? before?.description,
    parameters: Object.fromEntries(parameters),
    createdAtMs: before?.createdAtMs ?? definition.createdAtMs,
    modifiedAtMs: nowMs,
  };
  return { ...definition, metadata: { ...definition.metadata, [name]: metadata } };
}

function noFeature(name: string): never {
  throw new FeatureError('ResourceNotFound', `Resource Not Found: there is no feature with the name ${name}`);
}
