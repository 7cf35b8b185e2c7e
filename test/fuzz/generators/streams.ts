/**
 * Random stream commands. Ids are given, most of them at the millisecond where streams end soon, so that adding goes
 * on; ids that the server makes go to a key of their own, whose entries nothing reads.
 */
import { sameShape, withoutTimes } from '../reply-comparison.js';
import type { SeededRandom } from '../seeded-random.js';
import { type Entry, entry } from './entry.js';
import { field, maybe, oddIntegers, shuffled, some, streamKey, value } from './values.js';

/** The key that holds entries under ids of the server's own. */
export const autoStream = 'auto';

const lastMs = 60;
const oddIds = [
  '-',
  '+',
  '0-0',
  '0',
  '1-',
  '*',
  'x',
  '',
  '18446744073709551615',
  '1-18446744073709551615',
  '007-1',
  '1--1',
];
const groups = ['g', 'g1', ''];
const consumers = ['c', 'c1', 'c2', 'consumer\xff'];

const ms = (random: SeededRandom): number => (random.chance(0.4) ? lastMs : random.between(1, lastMs));
const plainId = (random: SeededRandom): string =>
  random.chance(0.2) ? String(ms(random)) : `${ms(random)}-${random.below(random.chance(0.3) ? 400 : 6)}`;
const id = (random: SeededRandom): string =>
  random.chance(0.96) ? plainId(random) : random.pick(oddIds.filter((odd) => odd !== '*'));
const newId = (random: SeededRandom): string => (random.chance(0.7) ? `${ms(random)}-*` : id(random));
const start = (random: SeededRandom): string =>
  random.chance(0.4) ? '-' : `${random.chance(0.2) ? '(' : ''}${id(random)}`;
const end = (random: SeededRandom): string =>
  random.chance(0.4) ? '+' : `${random.chance(0.2) ? '(' : ''}${id(random)}`;
const small = (random: SeededRandom): string =>
  random.chance(0.95) ? String(random.between(-1, 12)) : random.pick(oddIntegers);
const count = (random: SeededRandom): readonly string[] => (random.chance(0.6) ? ['COUNT', small(random)] : []);
const group = (random: SeededRandom): string => random.pick(random.chance(0.95) ? groups : ['none']);
const consumer = (random: SeededRandom): string => random.pick(consumers);

const trim = (random: SeededRandom): readonly string[] => [
  ...(random.chance(0.6)
    ? ['MAXLEN', ...tilde(random), random.chance(0.9) ? String(random.below(200)) : small(random)]
    : ['MINID', ...tilde(random), id(random)]),
  ...(random.chance(0.15) ? ['LIMIT', random.pick(['0', '3', '100', '150', '-1'])] : []),
];

function tilde(random: SeededRandom): readonly string[] {
  return random.pick([[], ['~'], ['~'], ['=']]);
}

/** Two kinds of entries, so that some share the fields of their node. */
const pairs = (random: SeededRandom): string[] =>
  random.chance(0.5)
    ? ['temperature', String(random.below(40)), 'place', value(random)]
    : some(random, 3, (each) => [field(each), value(each)]).flat();

const streamsAndIds = (random: SeededRandom, makeId: (random: SeededRandom) => string): string[] => {
  const keys = some(random, 2, streamKey);
  return ['STREAMS', ...keys, ...keys.map(() => makeId(random))];
};

/** Far below and far above every idle time there is. */
const idleMs = (random: SeededRandom): string => random.pick(['0', '0', '0', '1000000000000', '-5']);

const claimOptions = (random: SeededRandom): readonly string[] =>
  shuffled(random, [
    maybe(random, 0.3, 'FORCE'),
    maybe(random, 0.3, 'JUSTID'),
    random.chance(0.2) ? random.pick([['IDLE', '500000000000'], ['TIME', '1'], ['TIME', 'x'], ['IDLE']]) : [],
    random.chance(0.2) ? ['RETRYCOUNT', small(random)] : [],
    random.chance(0.15) ? ['LASTID', id(random)] : [],
  ]);

export const streams: readonly Entry[] = [
  entry(30, (r) => [
    'XADD',
    streamKey(r),
    ...maybe(r, 0.1, 'NOMKSTREAM'),
    ...(r.chance(0.1) ? trim(r) : []),
    newId(r),
    ...pairs(r),
  ]),
  entry(30, (r) => ['XADD', r.pick(['s', 's1']), `${lastMs}-*`, ...pairs(r)]),
  entry(2, (r) => ['XADD', autoStream, ...maybe(r, 0.5, 'MAXLEN', '5'), '*', field(r), value(r)], sameShape),
  entry(1, () => ['XLEN', autoStream]),
  entry(4, (r) => ['XLEN', streamKey(r)]),
  entry(4, (r) => ['XRANGE', streamKey(r), start(r), end(r), ...count(r)]),
  entry(4, (r) => ['XREVRANGE', streamKey(r), end(r), start(r), ...count(r)]),
  entry(8, (r) => ['XDEL', streamKey(r), ...some(r, 4, id)]),
  entry(4, (r) => ['XTRIM', streamKey(r), ...trim(r)]),
  entry(1, (r) => [
    ...['XSETID', streamKey(r), id(r)],
    ...shuffled(r, [
      r.chance(0.3) ? ['ENTRIESADDED', String(r.below(300))] : [],
      r.chance(0.3) ? ['MAXDELETEDID', id(r)] : [],
    ]),
  ]),
  entry(5, (r) => [
    ...['XGROUP', 'CREATE', streamKey(r), group(r), r.pick([id(r), '$', '0'])],
    ...maybe(r, 0.5, 'MKSTREAM'),
    ...(r.chance(0.1) ? ['ENTRIESREAD', small(r)] : []),
  ]),
  entry(2, (r) => [
    'XGROUP',
    'SETID',
    streamKey(r),
    group(r),
    r.pick([id(r), '$', '0', '-']),
    ...(r.chance(0.2) ? ['ENTRIESREAD', small(r)] : []),
  ]),
  entry(0.7, (r) => ['XGROUP', 'DESTROY', streamKey(r), group(r)]),
  entry(1, (r) => ['XGROUP', r.pick(['CREATECONSUMER', 'DELCONSUMER']), streamKey(r), group(r), consumer(r)]),
  entry(5, (r) => ['XREAD', ...count(r), ...streamsAndIds(r, (each) => (each.chance(0.9) ? id(each) : '$'))]),
  entry(14, (r) => [
    ...['XREADGROUP', 'GROUP', group(r), consumer(r), ...count(r), ...maybe(r, 0.1, 'NOACK')],
    ...streamsAndIds(r, (each) => (each.chance(0.7) ? '>' : id(each))),
  ]),
  entry(6, (r) => ['XACK', streamKey(r), group(r), ...some(r, 4, id)]),
  entry(5, (r) => ['XCLAIM', streamKey(r), group(r), consumer(r), idleMs(r), ...some(r, 4, id), ...claimOptions(r)]),
  entry(4, (r) => [
    'XAUTOCLAIM',
    streamKey(r),
    group(r),
    consumer(r),
    idleMs(r),
    start(r),
    ...count(r),
    ...maybe(r, 0.3, 'JUSTID'),
  ]),
  entry(3, (r) => ['XPENDING', streamKey(r), group(r)]),
  entry(
    4,
    (r) => [
      'XPENDING',
      streamKey(r),
      group(r),
      ...maybe(r, 0.2, 'IDLE', idleMs(r)),
      start(r),
      end(r),
      small(r),
      ...maybe(r, 0.4, consumer(r)),
    ],
    withoutTimes,
  ),
  entry(3, (r) => ['XINFO', 'STREAM', streamKey(r), ...(r.chance(0.5) ? ['FULL', ...count(r)] : [])], withoutTimes),
  entry(3, (r) => ['XINFO', 'GROUPS', streamKey(r)]),
  entry(2, (r) => ['XINFO', 'CONSUMERS', streamKey(r), group(r)], withoutTimes),
  entry(1, (r) => ['DUMP', streamKey(r)], sameShape),
  entry(0.2, (r) => ['CONFIG', 'SET', 'stream-node-max-entries', r.pick(['0', '5', '100'])]),
];
