/** JSON merge patches (RFC 7386): members that are null are removed, objects are merged, anything else is replaced. */
import type { ByteSink } from '../base/byte-sink.js';
import type { Node } from './comparison.js';
import { endOf, findEntry, forEachMember, keyAt, Tag, tagAt, valueOfEntry } from './tape.js';
import { closeContainer, openContainer } from './tape-writer.js';

/** Writes what a patch makes of a value; of none when there was none. */
export function writeMerged(sink: ByteSink, target: Node | undefined, patch: Node): void {
  if (tagAt(patch.tape, patch.at) !== Tag.object) {
    sink.range(patch.tape, patch.at, endOf(patch.tape, patch.at));
    return;
  }
  const object = target !== undefined && tagAt(target.tape, target.at) === Tag.object ? target : undefined;
  const at = openContainer(sink, Tag.object);
  const kept = object === undefined ? 0 : writePatched(sink, object, patch);
  closeContainer(sink, at, kept + writeAdded(sink, object, patch));
}

/** The members that were there. @returns how many are left */
function writePatched(sink: ByteSink, target: Node, patch: Node): number {
  let count = 0;
  forEachMember(target.tape, target.at, (entry, value) => {
    const patched = findEntry(patch.tape, patch.at, keyAt(target.tape, entry));
    const by = patched < 0 ? undefined : valueOfEntry(patch.tape, patched);
    if (by !== undefined && tagAt(patch.tape, by) === Tag.null) return;
    count++;
    sink.range(target.tape, entry, value);
    if (by === undefined) sink.range(target.tape, value, endOf(target.tape, value));
    else writeMerged(sink, { tape: target.tape, at: value }, { tape: patch.tape, at: by });
  });
  return count;
}

/** The members that come new. @returns how many */
function writeAdded(sink: ByteSink, target: Node | undefined, patch: Node): number {
  let count = 0;
  forEachMember(patch.tape, patch.at, (entry, value) => {
    if (tagAt(patch.tape, value) === Tag.null) return;
    if (target !== undefined && findEntry(target.tape, target.at, keyAt(patch.tape, entry)) >= 0) return;
    count++;
    sink.range(patch.tape, entry, value);
    writeMerged(sink, undefined, { tape: patch.tape, at: value });
  });
  return count;
}
