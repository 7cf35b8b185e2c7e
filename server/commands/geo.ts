/** Geo commands on single members; geo-search.ts has the searches. Points are members of a sorted set by their geohash. */
import type { ByteSlice } from '../base/byte-slice.js';
import { formatFixed, formatHumanDouble } from '../base/double.js';
import { errorFor, errors, ReplyError } from '../errors.js';
import type { ReplyWriter } from '../protocol/reply-writer.js';
import { distanceMeters } from '../types/geo-shape.js';
import { geohashText, isIndexable, type Point, pointOf, scoreOf } from '../types/geohash.js';
import { SortedSetValue, UNCONDITIONAL } from '../types/sorted-set.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, command, keysAt } from './command.js';
import { type AddRequest, addAll } from './sorted-set.js';

/** Decimals of a distance. */
const DISTANCE_DECIMALS = 4;
/** Decimals of the coordinates that an error quotes. */
const QUOTED_DECIMALS = 6;

const METERS_PER_UNIT: Readonly<Record<string, number>> = { M: 1, KM: 1000, FT: 0.3048, MI: 1609.34 };

const geoadd = command<AddRequest>({
  name: 'GEOADD',
  arity: -5,
  flags: ['write', 'denyoom'],
  acl: ['geo'],
  keys: keysAt(1, 1, 1, 'RW', 'update'),
  group: 'geo',
  since: '3.2.0',
  complexity: 'O(log(N)) for each item added, where N is the number of elements in the sorted set.',
  summary: 'Add one or more geospatial items in the geospatial index represented using a sorted set',
  syntax: 'key [NX | XX] [CH] longitude latitude member [longitude latitude member ...]',
  parse: parseAdd,
  run: (context, request) => context.reply.integer(addAll(context, request)),
});

const geopos = command<{ key: ByteSlice; members: readonly ByteSlice[] }>({
  name: 'GEOPOS',
  arity: -2,
  flags: ['readonly'],
  acl: ['geo'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'geo',
  since: '3.2.0',
  complexity: 'O(N) where N is the number of members requested.',
  summary: 'Returns longitude and latitude of members of a geospatial index',
  syntax: 'key member [member ...]',
  parse: (args) => ({ key: args.bytes(), members: args.rest() }),
  run: ({ db, reply }, { key, members }) => {
    const zset = db.read(SortedSetValue, key);
    reply.array(members.length);
    for (const member of members) {
      const point = pointOfMember(zset, member);
      if (point === undefined) reply.nilArray();
      else writePoint(reply, point);
    }
  },
});

const geohash = command<{ key: ByteSlice; members: readonly ByteSlice[] }>({
  name: 'GEOHASH',
  arity: -2,
  flags: ['readonly'],
  acl: ['geo'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'geo',
  since: '3.2.0',
  complexity: 'O(log(N)) for each member requested, where N is the number of elements in the sorted set.',
  summary: 'Returns members of a geospatial index as standard geohash strings',
  syntax: 'key member [member ...]',
  parse: (args) => ({ key: args.bytes(), members: args.rest() }),
  run: ({ db, reply }, { key, members }) => {
    const zset = db.read(SortedSetValue, key);
    reply.array(members.length);
    for (const member of members) {
      const point = pointOfMember(zset, member);
      if (point === undefined) reply.nil();
      else reply.bulkLatin1(geohashText(point));
    }
  },
});

const geodist = command<{ key: ByteSlice; a: ByteSlice; b: ByteSlice; metersPerUnit: number }>({
  name: 'GEODIST',
  arity: -4,
  flags: ['readonly'],
  acl: ['geo'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'geo',
  since: '3.2.0',
  complexity: 'O(log(N))',
  summary: 'Returns the distance between two members of a geospatial index',
  syntax: 'key member1 member2 [M | KM | FT | MI]',
  parse: (args) => ({
    key: args.bytes(),
    a: args.bytes(),
    b: args.bytes(),
    metersPerUnit: args.remaining === 1 ? checked(args, metersPerUnit(args.bytes()), 1) : 1,
  }),
  run: ({ db, reply }, { key, a, b, metersPerUnit: unit }) => {
    const zset = db.read(SortedSetValue, key);
    const [from, to] = [pointOfMember(zset, a), pointOfMember(zset, b)];
    if (from === undefined || to === undefined) reply.nil();
    else writeDistance(reply, distanceMeters(from, to) / unit);
  },
});

export const geoCommands: readonly CommandEntry[] = [geoadd, geopos, geohash, geodist];

/** Latches what is wrong with a part that was read apart from the parser; answers a harmless value instead. */
export function checked<Value>(args: ArgumentParser, value: Value | ReplyError, harmless: Value): Value {
  if (!(value instanceof ReplyError)) return value;
  args.fail(value);
  return harmless;
}

export function pointOfMember(zset: SortedSetValue | undefined, member: ByteSlice): Point | undefined {
  const score = zset?.score(member);
  return score === undefined ? undefined : pointOf(score);
}

/** Meters in a unit's name, or why there are none. */
export function metersPerUnit(name: ByteSlice): number | ReplyError {
  return METERS_PER_UNIT[name.latin1().toUpperCase()] ?? errors.geoUnit;
}

/** The next two arguments as a point that can be indexed. */
export function readPoint(args: ArgumentParser): Point {
  const point = { longitude: args.float(), latitude: args.float() };
  if (!isIndexable(point)) {
    const [longitude, latitude] = [point.longitude, point.latitude].map((value) => formatFixed(value, QUOTED_DECIMALS));
    args.fail(errorFor.geoPoint(longitude ?? '', latitude ?? ''));
  }
  return point;
}

export function writePoint(reply: ReplyWriter, { longitude, latitude }: Point): void {
  reply.array(2);
  reply.decimal(formatHumanDouble(longitude));
  reply.decimal(formatHumanDouble(latitude));
}

export function writeDistance(reply: ReplyWriter, distance: number): void {
  reply.bulkLatin1(formatFixed(distance, DISTANCE_DECIMALS));
}

function parseAdd(args: ArgumentParser): AddRequest {
  const key = args.bytes();
  let condition = UNCONDITIONAL;
  let countsChanged = false;
  for (;;) {
    if (args.flag('NX')) condition = { ...condition, onlyNew: true };
    else if (args.flag('XX')) condition = { ...condition, onlyExisting: true };
    else if (args.flag('CH')) countsChanged = true;
    else break;
  }
  const words = args.remaining;
  const isContradiction = condition.onlyNew && condition.onlyExisting;
  if (words % 3 !== 0 || words === 0 || isContradiction) args.fail(errors.syntax);
  const scores: number[] = [];
  const members: ByteSlice[] = [];
  while (args.remaining > 0) {
    scores.push(scoreOf(readPoint(args)));
    members.push(args.bytes());
  }
  return { key, condition, countsChanged, increments: false, scores, members };
}
