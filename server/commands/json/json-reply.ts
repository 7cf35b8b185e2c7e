/** JSON values as replies: as text, or as types of RESP. */

import { jsonText } from '../../json/json-text.js';
import {
  countAt,
  doubleAt,
  forEachMember,
  integerAt,
  isContainer,
  keyAt,
  stringAt,
  Tag,
  tagAt,
  typeAt,
} from '../../json/tape.js';
import type { ReplyWriter } from '../../protocol/reply-writer.js';

/** FORMAT of commands that answer values: text, scalars as types with the rest as text, or everything as types. */
export type ReplyFormat = 'STRING' | 'STRINGS' | 'EXPAND1' | 'EXPAND';

/** A value in the types of RESP3. @param deep containers as well, not as text */
export function writeTyped(reply: ReplyWriter, tape: Buffer, at: number, deep: boolean): void {
  const type = typeAt(tape, at);
  if (type === 'null') reply.nil();
  else if (type === 'boolean') reply.boolean(tagAt(tape, at) === Tag.true);
  else if (type === 'integer') reply.integer(integerAt(tape, at));
  else if (type === 'number') reply.double(doubleAt(tape, at));
  else if (!deep) reply.bulk(jsonText(tape, at));
  else if (type === 'string') reply.bulk(stringAt(tape, at));
  else writeMembers(reply, tape, at);
}

function writeMembers(reply: ReplyWriter, tape: Buffer, at: number): void {
  const isObject = tagAt(tape, at) === Tag.object;
  if (isObject) reply.map(countAt(tape, at));
  else reply.array(countAt(tape, at));
  forEachMember(tape, at, (entry, value) => {
    if (isObject) reply.bulk(keyAt(tape, entry));
    writeTyped(reply, tape, value, true);
  });
}

/** A value as JSON.RESP answers it: containers are arrays that begin with their bracket. */
export function writeAsResp(reply: ReplyWriter, tape: Buffer, at: number): void {
  const type = typeAt(tape, at);
  if (!isContainer(tape, at)) {
    if (type === 'boolean') reply.simple(tagAt(tape, at) === Tag.true ? 'true' : 'false');
    else writeTyped(reply, tape, at, true);
    return;
  }
  const isObject = type === 'object';
  reply.array(1 + countAt(tape, at) * (isObject ? 2 : 1));
  reply.simple(isObject ? '{' : '[');
  forEachMember(tape, at, (entry, value) => {
    if (isObject) reply.bulk(keyAt(tape, entry));
    writeAsResp(reply, tape, value);
  });
}
