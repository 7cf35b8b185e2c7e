/** Random commands on connections and the server. */
import { sameShape, sameType } from '../reply-comparison.js';
import type { SeededRandom } from '../seeded-random.js';
import { type Entry, entry } from './entry.js';
import { db, index, key, maybe, some, value } from './values.js';

/** @param another makes the arguments of any random command */
export const serverEntries = (another: (random: SeededRandom) => readonly string[]): readonly Entry[] => [
  entry(6, (r) => ['SELECT', db(r)]),
  entry(2, (r) => ['PING', ...maybe(r, 0.5, value(r))]),
  entry(2, (r) => ['ECHO', value(r)]),
  entry(0.6, (r) => ['HELLO', ...maybe(r, 0.9, r.pick(['2', '3', '3', '4', 'x']))], sameType),
  entry(0.5, (r) => ['AUTH', ...some(r, 2, (each) => each.pick(['default', 'nobody', 'x']))]),
  entry(0.3, () => ['RESET']),
  entry(1, (r) => ['CLIENT', 'SETNAME', r.pick(['me', '', 'you', 'with space', '\x01'])]),
  entry(1, () => ['CLIENT', 'GETNAME']),
  entry(0.5, (r) => ['CLIENT', r.pick(['ID', 'INFO', 'LIST'])], sameType),
  entry(0.5, (r) => ['CLIENT', 'NO-EVICT', r.pick(['ON', 'OFF', 'x'])]),
  entry(0.5, (r) => [
    'CLIENT',
    'UNBLOCK',
    r.pick(['999999999', 'x', '-5']),
    ...maybe(r, 0.5, r.pick(['TIMEOUT', 'ERROR', 'x'])),
  ]),
  entry(1, (r) => [r.pick(['PUBLISH', 'SPUBLISH']), key(r), value(r)]),
  entry(0.5, (r) => ['PUBSUB', r.pick(['NUMSUB', 'SHARDNUMSUB']), ...some(r, 3, key)]),
  entry(0.5, (r) => ['PUBSUB', r.pick(['CHANNELS', 'SHARDCHANNELS', 'NUMPAT', 'x']), ...maybe(r, 0.3, value(r))]),
  entry(0.5, (r) => ['CLIENT', r.pick(['TRACKINGINFO', 'GETREDIR', 'UNPAUSE'])]),
  entry(0.5, (r) => ['CLIENT', 'CACHING', r.pick(['YES', 'NO', 'x'])]),
  entry(0.5, (r) => [
    'CLIENT',
    'TRACKING',
    'OFF',
    ...some(r, 2, (each) => each.pick(['BCAST', 'OPTIN', 'NOLOOP', 'x'])),
  ]),
  entry(0.3, (r) => ['CLIENT', 'PAUSE', r.pick(['x', '-1', '']), ...maybe(r, 0.5, r.pick(['WRITE', 'ALL', 'x']))]),
  entry(0.3, (r) => ['CONFIG', 'SET', 'notify-keyspace-events', r.pick(['KEA', 'Kg$', 'mn', '', 'q'])]),
  entry(0.3, () => ['CONFIG', 'GET', 'notify-keyspace-events']),
  entry(0.3, (r) => ['SLOWLOG', r.pick(['RESET', 'HELP', 'x']), ...maybe(r, 0.2, value(r))]),
  entry(0.3, (r) => ['LATENCY', r.pick(['HISTORY', 'GRAPH', 'RESET', 'x']), r.pick(['bogus', 'x'])]),
  entry(0.2, (r) => [r.pick(['ROLE', 'MODULE']), ...maybe(r, 0.5, 'x')]),
  entry(0.2, (r) => ['MEMORY', r.pick(['PURGE', 'HELP', 'x'])]),
  entry(2, (r) => ['COMMAND', 'GETKEYS', ...another(r)]),
  entry(0.3, () => ['COMMAND', 'COUNT'], sameType),
  entry(0.5, (r) => ['COMMAND', 'INFO', r.pick(['bogus', 'client|bogus', ''])]),
  entry(0.3, (r) => ['INFO', ...some(r, 2, (each) => each.pick(['server', 'keyspace', 'stats', 'bogus']))], sameType),
  entry(0.5, (r) => [
    'CONFIG',
    'GET',
    r.pick(['maxmemory', 'databases', 'bogus', 'hash-max-listpack-value', 'proto-max-bulk-len']),
  ]),
  entry(0.3, (r) => ['CONFIG', 'SET', 'hash-max-listpack-entries', r.pick(['128', '128', '16', 'x', '-1'])]),
  entry(0.3, (r) => ['CONFIG', 'SET', 'hash-max-listpack-value', r.pick(['64', '64', '8', '', '1.5'])]),
  entry(0.3, () => ['TIME'], sameShape),
  entry(0.5, (r) => ['MEMORY', 'USAGE', key(r), ...(r.chance(0.3) ? ['SAMPLES', index(r)] : [])], sameType),
  entry(3, (r) => ['WATCH', ...some(r, 3, key)]),
  entry(1, () => ['UNWATCH']),
  entry(0.3, (r) => ['CLUSTER', r.pick(['INFO', 'SLOTS', 'NODES', 'KEYSLOT', 'BOGUS']), ...maybe(r, 0.3, key(r))]),
  entry(0.2, (r) => [r.pick(['READONLY', 'READWRITE', 'ASKING'])]),
  entry(0.5, (r) => [r.pick(['EXEC', 'DISCARD'])]),
  entry(0.5, (r) => [r.pick(['BOGUS', '', 'getx', 'GE']), ...r.times(r.below(4), () => value(r))]),
];
