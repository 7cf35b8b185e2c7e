/**
 * The patterns of SORT's BY and GET: `weight_*` names the string whose key has the element in the star's place,
 * `object_*->price` a field of the hash there, `#` the element itself. A pattern without a star names nothing. Patterns are
 * read as C reads text, up to the first zero byte, but what stands around the star and behind the arrow is whole.
 */
import { ByteSlice } from '../base/byte-slice.js';
import { cText } from '../errors.js';
import type { Database } from '../keyspace/database.js';
import { HashValue } from '../types/hash.js';

/** One character a byte. */
export type SortPattern =
  | { readonly kind: 'element' }
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'key';
      readonly before: string;
      readonly after: string;
      readonly field: ByteSlice | undefined;
    };

export function sortPattern(bytes: ByteSlice): SortPattern {
  const whole = bytes.latin1();
  const text = cText(whole);
  if (text === '#') return { kind: 'element' };
  const star = text.indexOf('*');
  if (star < 0) return { kind: 'nothing' };
  const before = whole.slice(0, star);
  const arrow = text.indexOf('->', star + 1);
  const hasField = arrow >= 0 && arrow + 2 < text.length;
  return {
    kind: 'key',
    before,
    after: whole.slice(star + 1, hasField ? arrow : undefined),
    field: hasField ? ByteSlice.fromLatin1(whole.slice(arrow + 2)) : undefined,
  };
}

/** What a pattern names for an element; undefined when it is not there or of another type. */
export function valueFor(db: Database, pattern: SortPattern, element: string): string | undefined {
  if (pattern.kind === 'element') return element;
  if (pattern.kind === 'nothing') return undefined;
  const { before, after, field } = pattern;
  const held = db.held(ByteSlice.fromLatin1(before + element + after));
  if (field === undefined) return held instanceof ByteSlice ? held.latin1() : undefined;
  return held instanceof HashValue ? held.get(field)?.latin1() : undefined;
}
