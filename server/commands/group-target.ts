/**
 * A consumer group that a command works on, and what the command does to it as effects: which consumer has which entry
 * since when, for the how manieth time. Clients are told of no event when entries change hands; copies of the data are.
 */
import { ByteSlice } from '../base/byte-slice.js';
import { errorFor } from '../errors.js';
import type { EffectToken } from '../keyspace/keyspace-events.js';
import type { ReplyWriter } from '../protocol/reply-writer.js';
import type { Consumer, ConsumerGroup, PendingEntry } from '../types/consumer-group.js';
import { StreamValue } from '../types/stream.js';
import type { StreamId } from '../types/stream-id.js';
import type { Context } from './command.js';
import { groupError } from './stream-arguments.js';

export interface GroupTarget {
  readonly context: Context;
  readonly key: ByteSlice;
  readonly stream: StreamValue;
  readonly group: ConsumerGroup;
  readonly effects: GroupEffects;
  readonly nowMs: number;
  readonly reply: ReplyWriter;
}

/** @param name one character a byte. @throws ReplyError when there is no such group */
export function groupTarget(context: Context, key: ByteSlice, name: string): GroupTarget {
  const stream = context.db.read(StreamValue, key);
  const group = stream?.group(name);
  if (stream === undefined || group === undefined) throw groupError(errorFor.noKeyOrGroup, key, name);
  return targetOf(context, key, name, stream, group);
}

export function targetOf(
  context: Context,
  key: ByteSlice,
  name: string,
  stream: StreamValue,
  group: ConsumerGroup,
): GroupTarget {
  const { nowMs, reply } = context;
  return { context, key, stream, group, effects: new GroupEffects(context, key, name, group), nowMs, reply };
}

/** The consumer of a name, which has been seen now; created when it is new. */
export function namedConsumer({ context, key, group, effects, nowMs }: GroupTarget, name: string): Consumer {
  const known = group.consumer(name);
  if (known !== undefined) {
    known.seenMs = nowMs;
    return known;
  }
  const consumer = group.addConsumer(name, nowMs);
  context.changed('xgroup-createconsumer', key);
  effects.consumerCreated(consumer);
  return consumer;
}

class GroupEffects {
  readonly #commands: (readonly EffectToken[])[] = [];

  constructor(
    private readonly context: Context,
    private readonly key: ByteSlice,
    private readonly groupName: string,
    private readonly group: ConsumerGroup,
  ) {}

  consumerCreated({ name }: Consumer): void {
    this.#add(() => ['XGROUP', 'CREATECONSUMER', ...this.#names, ByteSlice.fromLatin1(name)]);
  }

  /** A pending entry belongs to a consumer now. */
  assigned({ id, consumer, deliveredMs, deliveries }: PendingEntry): void {
    this.#add(() => [
      ...['XCLAIM', ...this.#names, ByteSlice.fromLatin1(consumer.name), '0', id.text()],
      ...['TIME', deliveredMs.toString(), 'RETRYCOUNT', deliveries.toString()],
      ...['FORCE', 'JUSTID', 'LASTID', this.group.lastId.text()],
    ]);
  }

  /** Entries are not pending any more. */
  acknowledged(ids: readonly StreamId[]): void {
    if (ids.length > 0) this.#add(() => ['XACK', ...this.#names, ...ids.map((id) => id.text())]);
  }

  /** The group has read on. */
  moved(): void {
    const { lastId, entriesRead } = this.group;
    this.#add(() => ['XGROUP', 'SETID', ...this.#names, lastId.text(), 'ENTRIESREAD', entriesRead.toString()]);
  }

  get commands(): readonly (readonly EffectToken[])[] {
    return this.#commands;
  }

  /** Hands what was collected to the command that runs: nothing else of it is to be repeated. */
  tell(): void {
    this.context.effects(this.#commands);
  }

  get #names(): readonly EffectToken[] {
    return [this.key, ByteSlice.fromLatin1(this.groupName)];
  }

  #add(make: () => readonly EffectToken[]): void {
    if (this.context.wantsEffects) this.#commands.push(make());
  }
}
