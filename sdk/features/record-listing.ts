/**
 * The identifiers of a group's records, page by page, by SCAN over the keys of the group: on every node of a cluster in turn. What is
 * there from the first page to the last is listed; what comes or goes meanwhile may be. A page may be shorter or
 * longer than asked for, and an identifier may come twice when the store resizes its tables, as with any SCAN.
 */
import type { Clock } from '../clock.js';
import type { CommandArgument, Commander, CommandReply } from '../commander.js';
import { invalid, storeFailure } from './feature-error.js';
import type { FeatureGroup } from './feature-group.js';
import { recordIdOf, recordPrefix } from './record-keys.js';
import { readStoredHead } from './stored-record.js';

/** Keys looked at for one page at most: in a large keyspace a page of a small group may be empty, but comes soon. */
const scansPerPage = 50;
const keysPerScan = 1_000;

export interface RecordPage {
  readonly recordIds: readonly string[];
  /** Undefined after the last page. */
  readonly nextToken: string | undefined;
}

export interface ListOptions {
  readonly countMax: number;
  /** Of the page before. */
  readonly token: string | undefined;
  readonly withDeleted: boolean;
}

interface Place {
  readonly node: number;
  readonly cursor: string;
}

export async function listRecords(
  commander: Commander,
  clock: Clock,
  group: FeatureGroup,
  options: ListOptions,
): Promise<RecordPage> {
  const prefix = recordPrefix(group.definition);
  const nodes = commander.nodes?.() ?? [commander];
  const recordIds = new Set<string>();
  let place: Place | undefined =
    options.token === undefined ? { node: 0, cursor: '0' } : placeOf(options.token, prefix);
  for (let scans = 0; scans < scansPerPage && place !== undefined && recordIds.size < options.countMax; scans++) {
    const node = nodes[place.node];
    if (node === undefined) throw invalid('The NextToken is from another shape of the cluster');
    const { cursor, keys } = await scan(node, place.cursor, prefix, options.countMax);
    for (const key of await livingKeys(commander, group, keys, clock.nowMs(), options.withDeleted)) {
      recordIds.add(recordIdOf(prefix, key));
    }
    place = next(place, cursor, nodes.length);
  }
  return { recordIds: [...recordIds], nextToken: place === undefined ? undefined : tokenOf(place, prefix) };
}

/** One step of a SCAN over the keys with a prefix that holds no characters of patterns. */
export async function scan(
  node: Commander,
  from: string,
  prefix: string,
  countMin: number,
): Promise<{ cursor: string; keys: string[] }> {
  const count = Math.min(keysPerScan, Math.max(countMin, 10));
  const [cursor, keys] = listOf(await call(node, 'SCAN', from, 'MATCH', `${prefix}*`, 'COUNT', count));
  return { cursor: String(cursor), keys: Array.isArray(keys) ? keys.map(String) : [] };
}

async function livingKeys(
  commander: Commander,
  group: FeatureGroup,
  keys: readonly string[],
  nowMs: number,
  withDeleted: boolean,
): Promise<string[]> {
  const heads = await Promise.all(keys.map((key) => readStoredHead(commander, group, key)));
  return keys.filter((_key, position) => {
    const stored = heads[position];
    if (stored === undefined || (stored.expiresAtMs !== undefined && stored.expiresAtMs <= nowMs)) return false;
    return withDeleted || stored.packed !== undefined;
  });
}

function next({ node }: Place, cursor: string, nodeCount: number): Place | undefined {
  if (cursor !== '0') return { node, cursor };
  return node + 1 < nodeCount ? { node: node + 1, cursor: '0' } : undefined;
}

/** Tokens name the generation, so that one of a group that was deleted says so. */
function tokenOf({ node, cursor }: Place, prefix: string): string {
  return Buffer.from(`${node} ${cursor} ${prefix}`).toString('base64url');
}

function placeOf(token: string, prefix: string): Place {
  const [, node, cursor, of] = /^(\d{1,6}) (\d{1,20}) (\S+)$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (node === undefined || cursor === undefined || of !== prefix) throw invalid('The NextToken is none of this group');
  return { node: Number(node), cursor };
}

function listOf(reply: CommandReply): readonly CommandReply[] {
  return Array.isArray(reply) ? reply : [];
}

async function call(commander: Commander, command: string, ...args: CommandArgument[]): Promise<CommandReply> {
  try {
    return await commander.call(command, ...args);
  } catch (error) {
    throw storeFailure(error, command);
  }
}
