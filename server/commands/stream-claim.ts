/** XCLAIM and XAUTOCLAIM: one consumer takes over what another has left unacknowledged. */
import type { ByteSlice } from '../base/byte-slice.js';
import { type Int64, wrappingAdd } from '../base/int64-words.js';
import { errorFor, errors, type ReplyError } from '../errors.js';
import type { Consumer } from '../types/consumer-group.js';
import { StreamId } from '../types/stream-id.js';
import type { ArgumentParser } from './argument-parser.js';
import { type CommandEntry, command, keysAt } from './command.js';
import { type GroupTarget, groupTarget, namedConsumer } from './group-target.js';
import { asStart, idArgument, streamIdOf } from './stream-arguments.js';
import { writeEntryOf, writeId } from './stream-reply.js';

const COUNT_BY_DEFAULT = 100;
/** More would not fit the address space of Redis. */
const COUNT_MAX = (2n ** 63n - 1n) / 16n;
/** Pending entries looked at for each that may be claimed. */
const ATTEMPTS_PER_CLAIM = 10;

interface ClaimRequest {
  readonly key: ByteSlice;
  readonly name: string;
  readonly consumer: string;
  readonly options: ClaimOptions;
  /** What is wrong with the options: told of a group that exists. */
  readonly mistake: ReplyError | undefined;
}

interface ClaimOptions {
  idleMsMin: number;
  readonly ids: StreamId[];
  /** IDLE or TIME, the last that was given. */
  delivered: { readonly idleMs: Int64 } | { readonly ms: Int64 } | undefined;
  /** Undefined: one more than before. */
  deliveries: Int64 | undefined;
  force: boolean;
  justIds: boolean;
  lastId: StreamId;
}

interface AutoclaimRequest {
  readonly key: ByteSlice;
  readonly name: string;
  readonly consumer: string;
  readonly idleMsMin: number;
  readonly start: StreamId;
  readonly count: number;
  readonly justIds: boolean;
}

const xclaim = command<ClaimRequest>({
  name: 'XCLAIM',
  arity: -6,
  flags: ['write', 'fast'],
  acl: ['stream'],
  keys: keysAt(1, 1, 1, 'RW', 'update'),
  group: 'stream',
  since: '5.0.0',
  complexity: 'O(log N) with N being the number of messages in the PEL of the consumer group.',
  summary:
    'Changes (or acquires) ownership of a message in a consumer group, as if the message was delivered to the specified consumer.',
  syntax:
    'key group consumer min-idle-time id [id ...] [IDLE ms] [TIME unix-time-milliseconds] [RETRYCOUNT count] [FORCE] [JUSTID] [LASTID id]',
  tips: ['nondeterministic_output'],
  parse: (args) => {
    const [key, name, consumer] = [args.bytes(), args.bytes().latin1(), args.bytes().latin1()];
    const options = noClaimOptions();
    const mistake = args.deferred(() => readClaimOptions(args, options));
    return { key, name, consumer, options, mistake };
  },
  run: (context, { key, name, consumer, options, mistake }) => {
    const target = groupTarget(context, key, name);
    if (mistake !== undefined) throw mistake;
    const { group, effects } = target;
    const isMoved = options.lastId.compare(group.lastId) > 0;
    if (isMoved) group.lastId = options.lastId;
    const claim = new Claim(target, consumer);
    const deliveredMs = deliveryTime(options, context.nowMs);
    const claimed = options.ids.filter((id) => claim.take(id, options, deliveredMs));
    if (isMoved) effects.moved();
    writeClaimed(target, claimed, options.justIds);
    effects.tell();
  },
});

const xautoclaim = command<AutoclaimRequest>({
  name: 'XAUTOCLAIM',
  arity: -6,
  flags: ['write', 'fast'],
  acl: ['stream'],
  keys: keysAt(1, 1, 1, 'RW', 'delete'),
  group: 'stream',
  since: '6.2.0',
  complexity: 'O(1) if COUNT is small.',
  summary:
    'Changes (or acquires) ownership of messages in a consumer group, as if the messages were delivered to the specified consumer.',
  syntax: 'key group consumer min-idle-time start [COUNT count] [JUSTID]',
  tips: ['nondeterministic_output'],
  parse: parseAutoclaim,
  run: (context, { key, name, consumer, start, count, ...request }) => {
    const target = groupTarget(context, key, name);
    const { group, effects } = target;
    const claim = new Claim(target, consumer);
    const options = { ...noClaimOptions(), ...request };
    const [claimed, gone]: [StreamId[], StreamId[]] = [[], []];
    let next = group.firstPending(start);
    for (let attempts = count * ATTEMPTS_PER_CLAIM; attempts > 0 && next !== undefined; attempts--) {
      if (claimed.length + gone.length >= count) break;
      const { id } = next;
      if (claim.take(id, options, context.nowMs)) claimed.push(id);
      else if (group.pendingEntry(id) === undefined) gone.push(id);
      const following = id.next();
      next = following === undefined ? undefined : group.firstPending(following);
    }
    const { reply } = context;
    reply.array(3);
    writeId(reply, next?.id ?? StreamId.zero);
    writeClaimed(target, claimed, options.justIds);
    reply.array(gone.length);
    for (const id of gone) writeId(reply, id);
    effects.tell();
  },
});

export const streamClaimCommands: readonly CommandEntry[] = [xclaim, xautoclaim];

function noClaimOptions(): ClaimOptions {
  return {
    idleMsMin: 0,
    ids: [],
    delivered: undefined,
    deliveries: undefined,
    force: false,
    justIds: false,
    lastId: StreamId.zero,
  };
}

/** Reads what follows the consumer: what is no id ends the ids and is an option. */
function readClaimOptions(args: ArgumentParser, options: ClaimOptions): void {
  options.idleMsMin = idleArgument(args, 'XCLAIM');
  for (let text = args.peek(); text !== undefined; text = args.peek()) {
    const id = streamIdOf(text);
    if (id === undefined) break;
    args.bytes();
    options.ids.push(id);
  }
  while (args.remaining > 0) {
    if (args.flag('FORCE')) options.force = true;
    else if (args.flag('JUSTID')) options.justIds = true;
    else if (args.option('IDLE'))
      options.delivered = { idleMs: args.int64(errorFor.claimNumber('IDLE option', 'XCLAIM')) };
    else if (args.option('TIME')) options.delivered = { ms: args.int64(errorFor.claimNumber('TIME option', 'XCLAIM')) };
    else if (args.option('RETRYCOUNT')) readDeliveries(args, options);
    else if (args.option('LASTID')) options.lastId = idArgument(args);
    else args.fail(errorFor.claimOption(args.bytes().latin1()));
  }
}

function readDeliveries(args: ArgumentParser, options: ClaimOptions): void {
  const deliveries = args.int64(errorFor.claimNumber('RETRYCOUNT option', 'XCLAIM'));
  options.deliveries = deliveries < 0 ? undefined : deliveries;
}

function parseAutoclaim(args: ArgumentParser): AutoclaimRequest {
  const [key, name, consumer] = [args.bytes(), args.bytes().latin1(), args.bytes().latin1()];
  const idleMsMin = idleArgument(args, 'XAUTOCLAIM');
  const start = asStart(args, args.bytes());
  let count = COUNT_BY_DEFAULT;
  let justIds = false;
  while (args.remaining > 0) {
    if (args.option('COUNT')) {
      const given = args.int64(errors.countAboveZero);
      if (given < 1 || given > COUNT_MAX) args.fail(errors.countAboveZero);
      count = Number(given);
    } else if (args.flag('JUSTID')) {
      justIds = true;
    } else {
      args.fail(errors.syntax);
    }
  }
  return { key, name, consumer, idleMsMin, start, count, justIds };
}

function idleArgument(args: ArgumentParser, commandName: string): number {
  return Math.max(0, args.integer(errorFor.claimNumber('min-idle-time', commandName)));
}

/** When claimed entries count as delivered: what was asked for, or now when that is no moment of the past. */
function deliveryTime({ delivered }: ClaimOptions, nowMs: number): number {
  if (delivered === undefined) return nowMs;
  const ms = 'ms' in delivered ? Number(delivered.ms) : nowMs - Number(delivered.idleMs);
  return ms < 0 || ms > nowMs ? nowMs : ms;
}

function writeClaimed({ reply, stream }: GroupTarget, claimed: readonly StreamId[], justIds: boolean): void {
  reply.array(claimed.length);
  for (const id of claimed) {
    if (justIds) writeId(reply, id);
    else writeEntryOf(reply, stream, id);
  }
}

/** Takes entries for one consumer, which is created when it takes its first. */
class Claim {
  #consumer: Consumer | undefined;

  constructor(
    private readonly target: GroupTarget,
    private readonly consumerName: string,
  ) {}

  /** Takes an entry, unless it is not there or was delivered too shortly ago. @returns whether it was taken */
  take(id: StreamId, { idleMsMin, force, justIds, deliveries }: ClaimOptions, deliveredMs: number): boolean {
    const { stream, group, nowMs, effects } = this.target;
    const pending = group.pendingEntry(id);
    if (!stream.has(id)) {
      if (group.acknowledge(id)) effects.acknowledged([id]);
      return false;
    }
    if (pending === undefined && !force) return false;
    if (pending !== undefined && idleMsMin > 0 && nowMs - pending.deliveredMs < idleMsMin) return false;
    const before = pending?.deliveries ?? 1;
    const after = deliveries ?? (justIds ? before : wrappingAdd(before, 1));
    this.#consumer ??= namedConsumer(this.target, this.consumerName);
    effects.assigned(group.assign(id, this.#consumer, deliveredMs, after));
    return true;
  }
}
