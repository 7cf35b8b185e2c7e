/**
 * Rows as replies: `[total, [name, value ...] ...]`, or a map as Redis answers in RESP3. Numbers are text, but in arrays of RESP3,
 * where Valkey has numbers. Behind a cursor the reply is a pair with the cursor's number.
 */
import { formatNumber, type ResultRow, type Value } from '@nearkey/index';
import type { ReplyWriter } from '../../protocol/reply-writer.js';

/** @param cursorId undefined without a cursor; 0 when it has nothing left */
export function writeRows(
  reply: ReplyWriter,
  total: number,
  rows: readonly ResultRow[],
  asMaps: boolean,
  cursorId?: number,
): void {
  if (cursorId !== undefined) reply.array(2);
  if (asMaps) writeMap(reply, total, rows);
  else writeArray(reply, total, rows);
  if (cursorId !== undefined) reply.integer(cursorId);
}

function writeArray(reply: ReplyWriter, total: number, rows: readonly ResultRow[]): void {
  const write = reply.protocol === 2 ? writeText : writeNumber;
  reply.array(1 + rows.length);
  reply.integer(total);
  for (const row of rows) {
    reply.array(row.length * 2);
    writePairs(reply, row, write);
  }
}

function writeMap(reply: ReplyWriter, total: number, rows: readonly ResultRow[]): void {
  reply.map(5);
  reply.simple('attributes');
  reply.array(0);
  reply.simple('format');
  reply.simple('STRING');
  reply.simple('results');
  reply.array(rows.length);
  for (const row of rows) {
    reply.map(2);
    reply.simple('extra_attributes');
    reply.map(row.length);
    writePairs(reply, row, writeText);
    reply.simple('values');
    reply.array(0);
  }
  reply.simple('total_results');
  reply.integer(total);
  reply.simple('warning');
  reply.array(0);
}

type WriteNumber = (reply: ReplyWriter, value: number) => void;

function writeText(reply: ReplyWriter, value: number): void {
  reply.bulkLatin1(formatNumber(value));
}

function writeNumber(reply: ReplyWriter, value: number): void {
  reply.double(value);
}

/** Names and values in turn, without what holds them. */
export function writePairs(reply: ReplyWriter, row: ResultRow, write: WriteNumber = writeText): void {
  for (const [name, value] of row) {
    reply.bulkLatin1(name);
    writeValue(reply, value, write);
  }
}

function writeValue(reply: ReplyWriter, value: Value, write: WriteNumber): void {
  if (value === undefined) {
    reply.nil();
  } else if (typeof value === 'string') {
    reply.bulkLatin1(value);
  } else if (typeof value === 'number') {
    write(reply, value);
  } else {
    reply.array(value.length);
    for (const element of value) writeValue(reply, element, write);
  }
}
