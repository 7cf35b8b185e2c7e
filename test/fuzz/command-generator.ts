/**
 * Random commands over every command of the surface: small pools of keys, fields and values, so that commands meet the
 * same data, and data of other types; options valid and invalid; now and then a command mutilated on purpose. Arguments
 * are latin1 text, one character a byte.
 *
 * Nothing generated may depend on the moment it runs: expiry times lie far ahead or behind, never near, and a key is
 * never left waiting to be found expired (`SET k v PXAT 1` keeps an invisible key until somebody looks). Keys expire in an
 * episode of their own (`nextExpiry`), which says when to wait.
 */

import { bitmaps } from './generators/bitmaps.js';
import { blocking } from './generators/blocking.js';
import type { Entry } from './generators/entry.js';
import { geo } from './generators/geo.js';
import { hashes } from './generators/hashes.js';
import { hyperLogLogs } from './generators/hyperloglogs.js';
import { generic } from './generators/keys.js';
import { lists } from './generators/lists.js';
import { payloads } from './generators/payloads.js';
import { scripts } from './generators/scripts.js';
import { serverEntries } from './generators/server.js';
import { lottery, sets } from './generators/sets.js';
import { lexKeys, sortedSets } from './generators/sorted-sets.js';
import { sorting } from './generators/sorting.js';
import { autoStream, streams } from './generators/streams.js';
import { strings } from './generators/strings.js';
import { globs, hashKey, hourMs, key, maybe, setKey, some, zsetKey } from './generators/values.js';
import { type Comparison, exact, firstAbsoluteMs, sameType } from './reply-comparison.js';
import type { SeededRandom } from './seeded-random.js';

export interface FuzzCommand {
  readonly args: readonly string[];
  readonly comparison: Comparison;
  /** The command begins an iteration, which goes on under each server's own cursors; what it finds is compared. */
  readonly walks?: { readonly cursorAt: number; readonly entries: 'single' | 'pairs' };
  /** How long to wait before it is sent. */
  readonly pauseMs?: number;
}

/** Every group of random commands. */
const entries: readonly Entry[] = [
  ...strings,
  ...bitmaps,
  ...hyperLogLogs,
  ...hashes,
  ...lists,
  ...sets,
  ...streams,
  ...sortedSets,
  ...geo,
  ...sorting,
  ...blocking,
  ...generic,
  ...payloads,
  ...scripts,
  ...serverEntries((random) => generate(random).args),
];

const generate = drawFrom(entries);
const generateBlocking = drawFrom(blocking);

/** Makes commands of `choices` as often as their weights say. */
function drawFrom(choices: readonly Entry[]): (random: SeededRandom) => FuzzCommand {
  const total = choices.reduce((sum, { weight }) => sum + weight, 0);
  return (random) => {
    let ticket = random.next() * total;
    const chosen = choices.find(({ weight }) => {
      ticket -= weight;
      return ticket < 0;
    });
    const { make, comparison } = chosen ?? random.pick(choices);
    return { args: make(random), comparison };
  };
}

const junk = [
  'BOGUS',
  'NX',
  'XX',
  'GET',
  'EX',
  'PX',
  'COUNT',
  'MATCH',
  'WITHVALUES',
  'DB',
  'REPLACE',
  '',
  '-1',
  '0',
  'abc',
  '1.5',
  'LEN',
  '\xff',
  'KEEPTTL',
  'GT',
];

const mutations: readonly ((random: SeededRandom, args: string[]) => void)[] = [
  (random, args) => args.splice(random.between(1, args.length), 1),
  (random, args) => args.splice(random.between(1, args.length), 0, random.pick(junk)),
  (random, args) => args.splice(random.between(1, args.length), 1, random.pick(junk)),
  (random, args) => args.push(...args.slice(-random.between(1, 2))),
  (_, args) => args.splice(0, args.length, ...args.map((arg) => arg.toLowerCase())),
];

/** The next command; one in twelve is mutilated. */
export function nextCommand(random: SeededRandom): FuzzCommand {
  const command = generate(random);
  if (!random.chance(1 / 12)) return command;
  const args = [...command.args];
  random.pick(mutations)(random, args);
  return meansNothing(args) || isExtended(args)
    ? command
    : { args, comparison: isFree(args) ? sameType : command.comparison };
}

/** What would make the two servers differ without either being wrong. */
function meansNothing(args: readonly string[]): boolean {
  const makers = [
    expiresSoon,
    leavesIdToServer,
    leavesChoice,
    leavesTies,
    waitsLong,
    mixesScores,
    movesPlaces,
    countsFromNow,
  ];
  return makers.some((makes) => makes(args));
}

/** SORT of what mutilation names: a set, in which the order of equal weights is chance. */
function leavesTies(args: readonly string[]): boolean {
  return /^SORT(_RO)?$/i.test(args[0] ?? '') && args[1]?.startsWith('sort') !== true;
}

/** Entries under ids of the server's own may lie in their own stream only. */
function leavesIdToServer(args: readonly string[]): boolean {
  return args[0]?.toUpperCase() === 'XADD' && args.includes('*') && args[1] !== autoStream;
}

/** Members taken at random leave different sets behind. */
function leavesChoice(args: readonly string[]): boolean {
  return args[0]?.toUpperCase() === 'SPOP' || args.includes(lottery);
}

/** Members are asked for by their order in sets whose scores are all 0. */
function mixesScores(args: readonly string[]): boolean {
  return args[0]?.toUpperCase() === 'ZADD' && lexKeys.includes(args[1] ?? '');
}

/** Members that lie at the place of another are found in any order. */
function movesPlaces(args: readonly string[]): boolean {
  return args[0]?.toUpperCase() === 'GEOADD';
}

/** A moment that is read as a time from now lies where only moments are expected. */
function countsFromNow(args: readonly string[]): boolean {
  const [name, , time, ...others] = args.map((arg) => arg.toUpperCase());
  return name === 'RESTORE' && Number(time) >= firstAbsoluteMs && !others.includes('ABSTTL');
}

/** What mutilation may have made of a short wait. */
function waitsLong(args: readonly string[]): boolean {
  const [name = '', ...others] = args.map((arg) => arg.toUpperCase());
  const waits = /^B(LPOP|RPOP|LMOVE|RPOPLPUSH|LMPOP|ZPOPMIN|ZPOPMAX|ZMPOP)$/.test(name) || others.includes('BLOCK');
  return waits && (others.includes('0') || others.includes('1.5'));
}

/** ZRANK takes an argument more than in Redis 7.0, where a transaction refuses to queue it. */
function isExtended(args: readonly string[]): boolean {
  const at = args.findIndex((arg) => /^Z(REV)?RANK$/i.test(arg));
  return at >= 0 && args.length - at > 3;
}

/** What mutilation may have made: a list of all commands, or a page behind a cursor that no server handed out. */
function isFree(args: readonly string[]): boolean {
  const [name, first, second] = args.map((arg) => arg.toUpperCase());
  if (name === 'COMMAND') return first !== 'GETKEYS';
  return (name === 'SCAN' && first !== '0') || (/^[HSZ]SCAN$/.test(name ?? '') && second !== '0');
}

/** Redis counts the queued command's own hold on a value it has just set; nobody can rely on that. */
function countsReferences(args: readonly string[]): boolean {
  return args[0]?.toUpperCase() === 'OBJECT' && args[1]?.toUpperCase() === 'REFCOUNT';
}

/** A transaction as it is sent: MULTI, some commands, and its end. */
export function nextTransaction(random: SeededRandom): FuzzCommand[] {
  const next = (): FuzzCommand => (random.chance(0.15) ? generateBlocking(random) : nextCommand(random));
  const queued = random.times(random.below(6), next).filter(({ args }) => !countsReferences(args));
  const end = random.chance(0.85) ? 'EXEC' : 'DISCARD';
  return [{ args: ['MULTI'], comparison: exact }, ...queued, { args: [end], comparison: exact }];
}

/** A whole iteration over keys, members or fields, in pages of any size. */
export function nextWalk(random: SeededRandom): FuzzCommand {
  const options = [
    ...maybe(random, 0.8, 'COUNT', random.pick(['1', '3', '10', '100', '1000'])),
    ...maybe(random, 0.3, 'MATCH', random.pick(globs)),
  ];
  const [name, entries, keyOf] = random.pick([
    ['SCAN', 'single', undefined],
    ['HSCAN', 'pairs', hashKey],
    ['SSCAN', 'single', setKey],
    ['ZSCAN', 'pairs', zsetKey],
  ] as const);
  const target = keyOf === undefined ? [] : [keyOf(random)];
  const type = keyOf === undefined ? maybe(random, 0.3, 'TYPE', random.pick(['string', 'list', 'zset', 'hash'])) : [];
  const args = [name, ...target, '0', ...options, ...type];
  return { args, comparison: exact, walks: { cursorAt: 1 + target.length, entries } };
}

/** Long enough for every key to expire that is to expire within `soonMsMax`. */
const expiryPauseMs = 15;
const soonMsMax = 5;
/** What would show whether somebody has met an expired key yet, or would turn to a database where nobody has. */
const tellsOfExpired = /^(DBSIZE|SELECT|SWAPDB|RESET|EXEC|DISCARD|INFO|MEMORY)$/;

/** Keys that are given moments to live; when they are over, commands that may meet them; at last all are met. */
export function nextExpiry(random: SeededRandom): FuzzCommand[][] {
  const keys = [...new Set(some(random, 8, key))];
  const dying = keys.map((each) => ['PEXPIRE', each, String(random.between(1, soonMsMax))]);
  const commands = random
    .times(40, () => nextCommand(random))
    .filter(({ args }) => {
      return !tellsOfExpired.test(args[0]?.toUpperCase() ?? '');
    });
  const [first = { args: ['PING'], comparison: exact }, ...others] = commands;
  return [
    [['DISCARD'], ...dying].map((args) => ({ args, comparison: exact })),
    [{ ...first, pauseMs: expiryPauseMs }, ...others, { args: ['EXISTS', ...keys], comparison: exact }],
  ];
}

/** How each option or command counts its time; what a mutilated command makes of it may lie near now. */
const timeOptions: Readonly<Record<string, { readonly unitMs: number; readonly isAbsolute: boolean }>> = {
  EX: { unitMs: 1_000, isAbsolute: false },
  PX: { unitMs: 1, isAbsolute: false },
  EXAT: { unitMs: 1_000, isAbsolute: true },
  PXAT: { unitMs: 1, isAbsolute: true },
};

const timeCommands: Readonly<Record<string, number>> = { SETEX: 1_000, PSETEX: 1, EXPIRE: 1_000, PEXPIRE: 1 };

function expiresSoon(args: readonly string[]): boolean {
  const name = args[0]?.toUpperCase() ?? '';
  const unitMs = timeCommands[name];
  if (unitMs !== undefined) return isNear(Number(args[2]) * unitMs);
  if (name !== 'SET' && name !== 'GETEX') return false;
  return args.some((arg, position) => {
    const option = timeOptions[arg.toUpperCase()];
    if (option === undefined) return false;
    const ms = Number(args[position + 1]) * option.unitMs;
    return option.isAbsolute ? ms > 0 && ms < firstAbsoluteMs : isNear(ms);
  });
}

const isNear = (ms: number): boolean => ms > 0 && ms < hourMs;
