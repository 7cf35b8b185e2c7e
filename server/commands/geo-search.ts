/**
 * Searches in a geo index. What is wrong with the options is told after the type of the key, and what a member or a radius
 * lacks in the order Redis meets it, so the parsers here hand mistakes on instead of latching them.
 */
import { type ByteSlice, equalsWord } from '../base/byte-slice.js';
import { parseExactDouble } from '../base/double.js';
import { errorFor, errors, ReplyError } from '../errors.js';
import type { ReplyWriter } from '../protocol/reply-writer.js';
import { cellsOver, distanceInside, type GeoShape } from '../types/geo-shape.js';
import { type Point, pointOf, scoresIn } from '../types/geohash.js';
import { SortedSetValue } from '../types/sorted-set.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, type Context, command, type KeySpec, keysAt } from './command.js';
import { checked, metersPerUnit, pointOfMember, readPoint, writeDistance, writePoint } from './geo.js';
import { storeSortedSet } from './sorted-set-range.js';

/** A length, or lengths, with their unit. */
type Size = { readonly metersPerUnit: number } & (
  | { readonly radius: number }
  | { readonly width: number; readonly height: number }
);

interface SearchOptions {
  withDistance: boolean;
  withHash: boolean;
  withPoint: boolean;
  sort: 'none' | 'ascending' | 'descending';
  /** Most points to answer; 0 for all. */
  count: number;
  /** Whether the first points found will do. */
  any: boolean;
  destination: ByteSlice | undefined;
  storesDistance: boolean;
  center: Point | undefined;
  /** Members named as the center, each of which must be there; the last one is the center. */
  readonly centerMembers: ByteSlice[];
  size: Size | undefined;
}

interface SearchRequest {
  readonly key: ByteSlice;
  readonly options: SearchOptions;
  /** GEORADIUSBYMEMBER's radius, when it is none: told before the other mistakes, of a key that is there. */
  readonly sizeMistake: ReplyError | undefined;
  readonly mistake: ReplyError | undefined;
  /** What is announced of the destination. */
  readonly storeEvent: string;
}

interface Found {
  readonly member: ByteSlice;
  readonly score: number;
  readonly point: Point;
  readonly meters: number;
}

/** What a command of the family takes. */
interface SearchDialect {
  readonly origin: 'options' | 'point' | 'member';
  /** Whether STORE and STOREDIST name a destination. */
  readonly storesByOption?: true;
}

const complexityOfSearch =
  'O(N+log(M)) where N is the number of elements in the grid-aligned bounding box area around the shape provided as the filter and M is the number of items inside the shape';
const complexityOfRadius =
  'O(N+log(M)) where N is the number of elements inside the bounding box of the circular area delimited by center and radius and M is the number of items inside the index.';
const searched =
  '<FROMMEMBER member | FROMLONLAT longitude latitude> <BYRADIUS radius <M | KM | FT | MI> | BYBOX width height <M | KM | FT | MI>> [ASC | DESC] [COUNT count [ANY]]';
const radiusOptions = 'radius <M | KM | FT | MI> [WITHCOORD] [WITHDIST] [WITHHASH] [COUNT count [ANY]] [ASC | DESC]';

const reading = { flags: ['readonly'], acl: ['geo'], keys: keysAt(1, 1, 1, 'RO', 'access'), group: 'geo' } as const;

const geosearch = command<SearchRequest>({
  ...reading,
  name: 'GEOSEARCH',
  arity: -7,
  since: '6.2.0',
  complexity: complexityOfSearch,
  summary: 'Query a sorted set representing a geospatial index to fetch members inside an area of a box or a circle.',
  syntax: `key ${searched} [WITHCOORD] [WITHDIST] [WITHHASH]`,
  parse: (args) => parseSearch(args, { origin: 'options' }, undefined),
  run: search,
});

const geosearchstore = command<SearchRequest>({
  name: 'GEOSEARCHSTORE',
  arity: -8,
  flags: ['write', 'denyoom'],
  acl: ['geo'],
  keys: [...keysAt(1, 1, 1, 'OW', 'update'), ...keysAt(2, 2, 1, 'RO', 'access')],
  group: 'geo',
  since: '6.2.0',
  complexity: complexityOfSearch,
  summary:
    'Query a sorted set representing a geospatial index to fetch members inside an area of a box or a circle, and store the result in another key.',
  syntax: `destination source ${searched} [STOREDIST]`,
  parse: (args) => parseSearch(args, { origin: 'options' }, args.bytes()),
  run: search,
});

const georadius = command<SearchRequest>({
  name: 'GEORADIUS',
  arity: -6,
  flags: ['write', 'denyoom', 'movablekeys'],
  acl: ['geo'],
  keys: [...keysAt(1, 1, 1, 'RO', 'access'), storeKey('STORE', 6), storeKey('STOREDIST', 6)],
  group: 'geo',
  since: '3.2.0',
  complexity: complexityOfRadius,
  summary:
    'Query a sorted set representing a geospatial index to fetch members matching a given maximum distance from a point',
  syntax: `key longitude latitude ${radiusOptions} [STORE key] [STOREDIST key]`,
  parse: (args) => parseSearch(args, { origin: 'point', storesByOption: true }, undefined),
  run: search,
});

const georadiusRo = command<SearchRequest>({
  ...reading,
  name: 'GEORADIUS_RO',
  arity: -6,
  since: '3.2.10',
  complexity: complexityOfRadius,
  summary: 'A read-only variant for GEORADIUS',
  syntax: `key longitude latitude ${radiusOptions}`,
  parse: (args) => parseSearch(args, { origin: 'point' }, undefined),
  run: search,
});

const georadiusbymember = command<SearchRequest>({
  name: 'GEORADIUSBYMEMBER',
  arity: -5,
  flags: ['write', 'denyoom', 'movablekeys'],
  acl: ['geo'],
  keys: [...keysAt(1, 1, 1, 'RO', 'access'), storeKey('STORE', 5), storeKey('STOREDIST', 5)],
  group: 'geo',
  since: '3.2.0',
  complexity: complexityOfRadius,
  summary:
    'Query a sorted set representing a geospatial index to fetch members matching a given maximum distance from a member',
  syntax: `key member ${radiusOptions} [STORE key] [STOREDIST key]`,
  parse: (args) => parseSearch(args, { origin: 'member', storesByOption: true }, undefined),
  run: search,
});

const georadiusbymemberRo = command<SearchRequest>({
  ...reading,
  name: 'GEORADIUSBYMEMBER_RO',
  arity: -5,
  since: '3.2.10',
  complexity: complexityOfRadius,
  summary: 'A read-only variant for GEORADIUSBYMEMBER',
  syntax: `key member ${radiusOptions}`,
  parse: (args) => parseSearch(args, { origin: 'member' }, undefined),
  run: search,
});

export const geoSearchCommands: readonly CommandEntry[] = [
  geosearch,
  geosearchstore,
  georadius,
  georadiusRo,
  georadiusbymember,
  georadiusbymemberRo,
];

/** The key behind an option, looked for from an argument on. */
function storeKey(word: string, startFrom: number): KeySpec {
  const movable = (argv: readonly ByteSlice[]): number[] => {
    const at = argv.findIndex((arg, i) => i >= startFrom && equalsWord(arg.buffer, arg.start, arg.end, word));
    return at < 0 || at + 1 >= argv.length ? [] : [at + 1];
  };
  const search = { kind: 'keyword', keyword: word, startFrom, last: 0, limit: 0 } as const;
  return { first: 0, last: 0, step: 0, flags: ['OW', 'update'], movable, optional: true, search };
}

function parseSearch(
  args: ArgumentParser,
  { origin, storesByOption }: SearchDialect,
  destination: ByteSlice | undefined,
): SearchRequest {
  const key = args.bytes();
  const options: SearchOptions = {
    withDistance: false,
    withHash: false,
    withPoint: false,
    sort: 'none',
    count: 0,
    any: false,
    destination,
    storesDistance: false,
    center: undefined,
    centerMembers: [],
    size: undefined,
  };
  let sizeMistake: ReplyError | undefined;
  const typedName = args.typedName;
  const mistake = args.deferred(() => {
    if (origin === 'point') options.center = readPoint(args);
    if (origin === 'member') options.centerMembers.push(args.bytes());
    if (origin !== 'options') {
      const radius = readRadius(args.bytes(), args.bytes());
      if (radius instanceof ReplyError && origin === 'member') sizeMistake = radius;
      else options.size = checked(args, radius, { radius: 0, metersPerUnit: 1 });
    }
    while (args.remaining > 0) {
      const isRead =
        readShownOption(args, options) ||
        (origin === 'options' ? readOriginOption(args, options) : storesByOption && readStoreOption(args, options));
      if (!isRead) args.fail(errors.syntax);
    }
    checkTogether(args, options, origin, typedName);
  });
  const storeEvent = origin === 'options' ? 'geosearchstore' : 'georadiusstore';
  return { key, options, sizeMistake, mistake, storeEvent };
}

/** Options of the whole family. */
function readShownOption(args: ArgumentParser, options: SearchOptions): boolean {
  if (args.flag('WITHDIST')) options.withDistance = true;
  else if (args.flag('WITHHASH')) options.withHash = true;
  else if (args.flag('WITHCOORD')) options.withPoint = true;
  else if (args.flag('ANY')) options.any = true;
  else if (args.flag('ASC')) options.sort = 'ascending';
  else if (args.flag('DESC')) options.sort = 'descending';
  else if (args.option('COUNT')) {
    options.count = args.integer();
    if (options.count <= 0) args.fail(errors.countAboveZero);
  } else return false;
  return true;
}

/** Options of GEOSEARCH: from where, how far, and of GEOSEARCHSTORE what is stored. */
function readOriginOption(args: ArgumentParser, options: SearchOptions): boolean {
  const { size } = options;
  if (options.center === undefined && args.option('FROMMEMBER')) {
    options.centerMembers.push(args.bytes());
  } else if (options.centerMembers.length === 0 && args.remaining > 2 && args.flag('FROMLONLAT')) {
    options.center = readPoint(args);
  } else if ((size === undefined || 'radius' in size) && args.remaining > 2 && args.flag('BYRADIUS')) {
    options.size = checked(args, readRadius(args.bytes(), args.bytes()), { radius: 0, metersPerUnit: 1 });
  } else if ((size === undefined || 'width' in size) && args.remaining > 3 && args.flag('BYBOX')) {
    const box = readBox(args.bytes(), args.bytes(), args.bytes());
    options.size = checked(args, box, { width: 0, height: 0, metersPerUnit: 1 });
  } else if (options.destination !== undefined && args.flag('STOREDIST')) {
    options.storesDistance = true;
  } else return false;
  return true;
}

/** Options of GEORADIUS that make it store what it finds; the last one counts. */
function readStoreOption(args: ArgumentParser, options: SearchOptions): boolean {
  const storesDistance = args.option('STOREDIST');
  if (!storesDistance && !args.option('STORE')) return false;
  options.storesDistance = storesDistance;
  options.destination = args.bytes();
  return true;
}

/** What only all options together can lack. */
function checkTogether(
  args: ArgumentParser,
  options: SearchOptions,
  origin: SearchDialect['origin'],
  typedName: string,
): void {
  const shows = options.withDistance || options.withHash || options.withPoint;
  const isSearch = origin === 'options';
  if (options.destination !== undefined && shows) {
    args.fail(errorFor.geoStoreShows(isSearch ? 'GEOSEARCHSTORE' : 'STORE option in GEORADIUS'));
  }
  const hasCenter = options.center !== undefined || options.centerMembers.length > 0;
  if (isSearch && !hasCenter) args.fail(errorFor.geoOneCenter(typedName));
  if (isSearch && options.size === undefined) args.fail(errorFor.geoOneShape(typedName));
  if (options.any && options.count === 0) args.fail(errors.geoAnyCount);
}

function readRadius(length: ByteSlice, unit: ByteSlice): Size | ReplyError {
  const radius = parseExactDouble(length.buffer, length.start, length.end);
  if (radius === undefined) return errors.geoRadius;
  if (radius < 0) return errors.geoRadiusNegative;
  const perUnit = metersPerUnit(unit);
  return perUnit instanceof ReplyError ? perUnit : { radius, metersPerUnit: perUnit };
}

function readBox(across: ByteSlice, up: ByteSlice, unit: ByteSlice): Size | ReplyError {
  const width = parseExactDouble(across.buffer, across.start, across.end);
  if (width === undefined) return errors.geoWidth;
  const height = parseExactDouble(up.buffer, up.start, up.end);
  if (height === undefined) return errors.geoHeight;
  if (width < 0 || height < 0) return errors.geoBoxNegative;
  const perUnit = metersPerUnit(unit);
  return perUnit instanceof ReplyError ? perUnit : { width, height, metersPerUnit: perUnit };
}

function search(context: Context, request: SearchRequest): void {
  const { db, reply } = context;
  const { key, options, sizeMistake, mistake } = request;
  const zset = db.read(SortedSetValue, key);
  let { center } = options;
  if (zset !== undefined) {
    for (const member of options.centerMembers) {
      center = pointOfMember(zset, member);
      if (center === undefined) throw errors.geoNoMember;
    }
    if (sizeMistake !== undefined) throw sizeMistake;
  }
  if (mistake !== undefined) throw mistake;
  const { destination, size } = options;
  const found =
    zset === undefined || center === undefined || size === undefined ? [] : find(zset, { center, ...size }, options);
  if (destination !== undefined) store(context, destination, found, options, request.storeEvent);
  else writeFound(reply, found, options);
}

/** The points inside a shape, in order, at most as many as asked for. Members are views. */
function find(zset: SortedSetValue, shape: GeoShape, { any, count, sort }: SearchOptions): Found[] {
  const enough = any ? count : 0;
  const found: Found[] = [];
  for (const cell of cellsOver(shape)) {
    if (enough > 0 && found.length >= enough) break;
    const ranks = zset.byScore({ ...scoresIn(cell), minExcluded: false, maxExcluded: true });
    zset.visit(ranks.start, ranks.end - ranks.start, false, (member, score) => {
      if (enough > 0 && found.length >= enough) return;
      const point = pointOf(score);
      const meters = distanceInside(shape, point);
      if (meters !== undefined) found.push({ member, score, point, meters });
    });
  }
  if (sort === 'descending') found.sort((a, b) => b.meters - a.meters);
  else if (sort === 'ascending' || (count > 0 && !any)) found.sort((a, b) => a.meters - b.meters);
  return count > 0 ? found.slice(0, count) : found;
}

function writeFound(reply: ReplyWriter, found: readonly Found[], options: SearchOptions): void {
  const { withDistance, withHash, withPoint, size } = options;
  const shown = Number(withDistance) + Number(withHash) + Number(withPoint);
  reply.array(found.length);
  for (const { member, score, point, meters } of found) {
    if (shown > 0) reply.array(1 + shown);
    reply.bulk(member);
    if (withDistance) writeDistance(reply, meters / (size?.metersPerUnit ?? 1));
    if (withHash) reply.integer(BigInt.asIntN(64, BigInt(Math.trunc(score))));
    if (withPoint) writePoint(reply, point);
  }
}

function store(
  context: Context,
  destination: ByteSlice,
  found: readonly Found[],
  options: SearchOptions,
  event: string,
): void {
  const result = context.db.create(SortedSetValue);
  for (const { member, score, meters } of found) {
    result.set(member, options.storesDistance ? meters / (options.size?.metersPerUnit ?? 1) : score);
  }
  storeSortedSet(context, destination, result, event);
}
