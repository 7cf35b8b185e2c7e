/** Hash commands that look at some of the fields: at random, or one part after another. */
import type { ByteSlice } from '../base/byte-slice.js';
import { globMatches } from '../base/glob.js';
import type { Random } from '../base/random.js';
import { errors } from '../errors.js';
import type { ReplyWriter } from '../protocol/reply-writer.js';
import { HashValue, type PairVisitor } from '../types/hash.js';
import { type CommandEntry, command, keysAt } from './command.js';
import {
  BULK_OVERHEAD_BYTES,
  type RandomRequest,
  REPEATED_REPLY_BYTES_MAX,
  randomRequest,
  type ScanOptions,
  type ValueScanRequest,
  valueScanRequest,
} from './scan-arguments.js';

/** Buckets visited for each field wanted before a call answers with fewer. */
const SCAN_STEPS_PER_FIELD = 10;

const hrandfield = command<RandomRequest>({
  name: 'HRANDFIELD',
  arity: -2,
  flags: ['readonly'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'hash',
  since: '6.2.0',
  complexity: 'O(N) where N is the number of fields returned',
  summary: 'Get one or multiple random fields from a hash',
  syntax: 'key [count [WITHVALUES]]',
  tips: ['nondeterministic_output'],
  parse: (args) => randomRequest(args, 'WITHVALUES'),
  run: ({ db, reply, server }, { key, count, withValues }) => {
    const hash = db.read(HashValue, key);
    if (count === undefined) {
      if (hash === undefined) reply.nil();
      else reply.bulk(hash.randomField(server.random));
    } else if (hash === undefined || count === 0) {
      reply.array(0);
    } else if (count > 0) {
      writeDistinct(reply, hash, server.random, count, withValues);
    } else {
      writeRepeated(reply, hash, server.random, -count, withValues);
    }
  },
});

const hscan = command<ValueScanRequest>({
  name: 'HSCAN',
  arity: -3,
  flags: ['readonly'],
  acl: ['hash'],
  keys: keysAt(1, 1, 1, 'RO', 'access'),
  group: 'hash',
  since: '2.8.0',
  complexity:
    'O(1) for every call. O(N) for a complete iteration, including enough command calls for the cursor to return back to 0. N is the number of elements inside the collection..',
  summary: 'Incrementally iterate hash fields and associated values',
  syntax: 'key cursor [MATCH pattern] [COUNT count]',
  tips: ['nondeterministic_output'],
  parse: valueScanRequest,
  run: ({ db, reply }, { key, cursor, options, mistake }) => {
    const hash = db.read(HashValue, key);
    if (hash !== undefined && mistake !== undefined) throw mistake;
    const found: ByteSlice[] = [];
    const next = hash === undefined ? 0 : scanFields(hash, cursor, options, found);
    reply.array(2);
    reply.bulkLatin1(next.toString());
    reply.array(found.length);
    for (const slice of found) reply.bulk(slice);
  },
});

export const hashScanCommands: readonly CommandEntry[] = [hrandfield, hscan];

/** Fields with their values: in RESP3 a list of pairs, in RESP2 one list of both in turn. */
function writePairsHead(reply: ReplyWriter, count: number, withValues: boolean): void {
  reply.array(withValues && reply.protocol === 2 ? count * 2 : count);
}

function pairWriter(reply: ReplyWriter): PairVisitor {
  return (field, value) => {
    if (reply.protocol === 3) reply.array(2);
    reply.bulk(field);
    reply.bulk(value);
  };
}

function writeDistinct(reply: ReplyWriter, hash: HashValue, random: Random, count: number, withValues: boolean): void {
  writePairsHead(reply, Math.min(count, hash.size), withValues);
  if (withValues) hash.sample(random, count, pairWriter(reply));
  else hash.sampleFields(random, count, (field) => reply.bulk(field));
}

/** @throws ReplyError when the reply becomes too large */
function writeRepeated(reply: ReplyWriter, hash: HashValue, random: Random, count: number, withValues: boolean): void {
  let bytes = 0;
  const grow = (by: number): void => {
    bytes += by;
    if (bytes > REPEATED_REPLY_BYTES_MAX) throw errors.outOfRange;
  };
  grow(count * BULK_OVERHEAD_BYTES);
  writePairsHead(reply, count, withValues);
  const writePair = pairWriter(reply);
  const writeGrown: PairVisitor = (field, value) => {
    grow(field.length + value.length + BULK_OVERHEAD_BYTES);
    writePair(field, value);
  };
  for (let i = 0; i < count; i++) {
    if (withValues) {
      hash.random(random, writeGrown);
      continue;
    }
    const field = hash.randomField(random);
    grow(field.length);
    reply.bulk(field);
  }
}

/** Collects fields and values in turn, as views. @returns the next cursor */
function scanFields(hash: HashValue, cursor: number, options: ScanOptions, found: ByteSlice[]): number {
  const { pattern } = options;
  let visited = 0;
  let next = cursor;
  let steps = 0;
  do {
    next = hash.scan(next, (field, value) => {
      visited++;
      if (pattern === undefined || globMatches(pattern, field)) found.push(field, value);
    });
    steps++;
  } while (next !== 0 && visited < options.count && steps < options.count * SCAN_STEPS_PER_FIELD);
  return next;
}
