/**
 * The two shapes of FT.* replies in RESP3: Redis answers with maps, sets and doubles, Valkey with the arrays and strings of
 * RESP2.
 */
import { formatDouble } from '../../base/double.js';
import type { ReplyWriter } from '../../protocol/reply-writer.js';
import type { Context } from '../command.js';
import { readsModuleTypes } from '../module-replies.js';

/** Whether FT.* replies to this client are RESP3 maps. */
export function speaksMaps(context: Context): boolean {
  return readsModuleTypes(context) && !context.server.config.get('search-resp3-arrays');
}

/** What an FT.* reply tells about an index or a search, whatever shape it takes. */
export type Fact =
  | string
  | number
  /** A number with a fraction. */
  | { readonly double: number }
  /** A binary name, one character a byte. */
  | { readonly name: string }
  | { readonly list: readonly Fact[] }
  | { readonly pairs: Facts; readonly flags?: readonly string[] };

export type Facts = readonly (readonly [string, Fact])[];

/** Writes facts as maps and doubles, or as flat arrays and text. */
export function writeFact(reply: ReplyWriter, fact: Fact, asMaps: boolean): void {
  if (typeof fact === 'string') reply.bulkText(fact);
  else if (typeof fact === 'number') reply.integer(fact);
  else if ('name' in fact) reply.bulkLatin1(fact.name);
  else if ('double' in fact) {
    if (asMaps) reply.double(fact.double);
    else reply.bulkText(formatDouble(fact.double));
  } else if ('list' in fact) {
    reply.array(fact.list.length);
    for (const item of fact.list) writeFact(reply, item, asMaps);
  } else writePairs(reply, fact.pairs, fact.flags, asMaps);
}

/** Flags are a list under their name in a map, and stand bare behind the pairs in an array. */
function writePairs(reply: ReplyWriter, pairs: Facts, flags: readonly string[] | undefined, asMaps: boolean): void {
  if (asMaps) reply.map(pairs.length + (flags === undefined ? 0 : 1));
  else reply.array(pairs.length * 2 + (flags?.length ?? 0));
  for (const [key, value] of pairs) {
    reply.simple(key);
    writeFact(reply, value, asMaps);
  }
  if (flags === undefined) return;
  if (asMaps) {
    reply.simple('flags');
    reply.array(flags.length);
  }
  for (const flag of flags) reply.simple(flag);
}
