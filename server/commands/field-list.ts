/**
 * `FIELDS numfields field ...`, the end of the commands on fields with a lifetime, and the moments they name.
 *
 * These commands look at their key before they complain of arguments; a moment is checked before the fields.
 */
import type { ByteSlice } from '../base/byte-slice.js';
import { parseInteger } from '../base/integer.js';
import { errorFor, errors, type ReplyError } from '../errors.js';
import type { Database } from '../keyspace/database.js';
import { type HashValue, NO_FIELD_EXPIRY } from '../types/hash.js';
import type { ArgumentParser } from './argument-parser.js';
import type { Context } from './command.js';

/** As far as Redis reaches. */
const FIELD_EXPIRY_MAX_MS = 2 ** 46 - 1;

export interface FieldList {
  readonly fields: readonly ByteSlice[];
  readonly mistake: ReplyError | undefined;
}

/** Reads to the end. @param countError what to say of a number that is none or not above 0 */
export function readFieldList(args: ArgumentParser, countError: ReplyError = errors.fieldCount): FieldList {
  let fields: readonly ByteSlice[] = [];
  const mistake = args.deferred(() => {
    if (!args.flag('FIELDS')) args.fail(errors.fieldsMissing);
    const count = args.integer(countError);
    if (count < 1) args.fail(countError);
    fields = args.rest();
    if (fields.length !== count) args.fail(errors.fieldCountMismatch);
  });
  return { fields, mistake };
}

/** How an amount becomes a moment. */
export interface MomentBase {
  readonly unitMs: 1 | 1000;
  readonly from: 'now' | 'epoch';
}

/** Epoch milliseconds. @throws ReplyError when the amount is negative or too far away */
export function fieldMoment(
  amount: ByteSlice,
  { unitMs, from }: MomentBase,
  { nowMs }: Context,
  command: string,
): number {
  const value = parseInteger(amount.buffer, amount.start, amount.end);
  if (value === undefined) throw errors.notInteger;
  if (value < 0) throw errors.negativeExpiry;
  const atMs = value * unitMs + (from === 'now' ? nowMs : 0);
  if (atMs > FIELD_EXPIRY_MAX_MS) throw errorFor.invalidExpiry(command);
  return atMs;
}

/** What became of fields that were given a moment or lost theirs. */
export class FieldChanges {
  readonly expiring: ByteSlice[] = [];
  readonly persisting: ByteSlice[] = [];
  readonly deleted: ByteSlice[] = [];

  constructor(
    private readonly hash: HashValue,
    private readonly nowMs: number,
  ) {}

  /** Lets a field that is there expire; at a moment that has passed it goes at once. @returns whether it went */
  expire(field: ByteSlice, atMs: number): boolean {
    if (atMs <= this.nowMs) {
      this.hash.delete(field);
      this.deleted.push(field);
      return true;
    }
    this.hash.setFieldExpiryMs(field, atMs);
    this.expiring.push(field);
    return false;
  }

  /** @returns whether the field, which is there, had an expiry */
  persist(field: ByteSlice): boolean {
    if (this.hash.fieldExpiryMs(field) === NO_FIELD_EXPIRY) return false;
    this.hash.setFieldExpiryMs(field, NO_FIELD_EXPIRY);
    this.persisting.push(field);
    return true;
  }

  /** Tells what happened, as one change and its effects; a hash without fields leaves the keyspace. */
  tell(context: Context, key: ByteSlice, atMs: number): void {
    const { deleted, expiring, persisting } = this;
    if (deleted.length > 0) context.changed('hdel', key);
    else if (expiring.length > 0) context.changed('hexpire', key);
    if (persisting.length > 0) context.changed('hpersist', key);
    settle(context.db, context, key, this.hash);
    if (!context.wantsEffects || deleted.length + expiring.length + persisting.length === 0) return;
    const list = (fields: readonly ByteSlice[]) => ['FIELDS', fields.length.toString(), ...fields];
    context.effects([
      ...(expiring.length > 0 ? [['HPEXPIREAT', key, atMs.toString(), ...list(expiring)]] : []),
      ...(persisting.length > 0 ? [['HPERSIST', key, ...list(persisting)]] : []),
      ...(deleted.length > 0 ? [['HDEL', key, ...deleted]] : []),
    ]);
  }
}

/** After a hash has changed: it leaves the keyspace when it is empty, or is expected when its next field expires. */
export function settle(db: Database, context: Context, key: ByteSlice, hash: HashValue): void {
  if (hash.size > 0) {
    db.notePartExpiry(key, hash);
    return;
  }
  db.delete(key);
  context.changed('del', key);
}
