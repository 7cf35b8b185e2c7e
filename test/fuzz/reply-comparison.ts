/**
 * How replies that are not equal byte for byte may still agree: only where Redis itself promises no order, chooses at
 * random, or reads the clock. Each comparison sees replies that differ and says what is wrong, or null.
 */
import { canonical } from '../compat/looseness.js';
import type { ReplyTree } from '../support/reply-tree.js';

export type Comparison = (ours: ReplyTree, theirs: ReplyTree) => string | null;

/** Times at and after this (the year 2100) are only ever given absolutely: both servers must hold exactly the same. */
export const firstAbsoluteMs = 4_102_444_800_000;
const clockToleranceMs = 120_000;

export const exact: Comparison = () => 'the replies differ';

const isError = (reply: ReplyTree): boolean => reply.type === '-';

/** Errors are always compared exactly; `agree` decides about everything else. */
function unlessErrors(agree: (ours: ReplyTree, theirs: ReplyTree) => boolean, why: string): Comparison {
  return (ours, theirs) => (!isError(ours) && !isError(theirs) && agree(ours, theirs) ? null : why);
}

export const anyOrder: Comparison = unlessErrors(
  (ours, theirs) => canonical(ours, 'single') === canonical(theirs, 'single'),
  'the elements differ',
);

export const anyOrderOfPairs: Comparison = unlessErrors(
  (ours, theirs) => canonical(ours, 'pairs') === canonical(theirs, 'pairs'),
  'the pairs differ',
);

export const sameType: Comparison = unlessErrors((ours, theirs) => ours.type === theirs.type, 'the types differ');

/** What is told of streams, but for times and for the shape of Redis's tree: seen, delivered, idle. */
export const withoutTimes: Comparison = unlessErrors(
  (ours, theirs) => timelessText(ours) === timelessText(theirs),
  'the facts differ',
);

const timelessKeys = ['idle', 'seen-time', 'radix-tree-nodes'];

/** The reply as text; masks values of `timelessKeys`, and the integer that follows the names of a pending entry. */
function timelessText({ type, text, items }: ReplyTree): string {
  const kinds = items.map((item) => item.type).join('');
  const masked = kinds === '$$::' ? 2 : kinds === '$::' ? 1 : -1;
  const shown = items.map((item, at) =>
    at === masked || timelessKeys.includes(items[at - 1]?.text ?? '') ? item.type : timelessText(item),
  );
  return `${type}${JSON.stringify(text)}[${shown.join(' ')}]`;
}

/** A random choice: the same number of elements of the same kinds. */
export const sameShape: Comparison = unlessErrors(
  (ours, theirs) => shapeOf(ours) === shapeOf(theirs),
  'the shapes differ',
);

function shapeOf(reply: ReplyTree): string {
  if (reply.text === null) return `${reply.type}nil`;
  return reply.type + reply.items.map(shapeOf).join('');
}

/** One page of a cursor: the whole data when both cursors are at the end, else not comparable. */
export function pageOf(entries: 'single' | 'pairs'): Comparison {
  return unlessErrors((ours, theirs) => {
    const [cursor, page] = ours.items;
    const [oracleCursor, oraclePage] = theirs.items;
    if (page === undefined || oraclePage === undefined) return false;
    if (cursor?.text !== '0' || oracleCursor?.text !== '0') return true;
    return canonical(page, entries) === canonical(oraclePage, entries);
  }, 'the pages differ');
}

/**
 * A time to live or a moment of expiry, in units of `unitMs`; moments given as such must be the same. Those lie beyond
 * `firstAbsoluteMs` and well below twice that; farther away lie only huge relative times, which count from two clocks.
 */
export function timeIn(unitMs: number, isMoment: boolean): Comparison {
  return (ours, theirs) => {
    const [a, b] = [Number(ours.text) * unitMs, Number(theirs.text) * unitMs];
    if (ours.type !== ':' || theirs.type !== ':' || a <= 0 || b <= 0) return 'the times differ';
    const isGivenMoment = b >= firstAbsoluteMs - unitMs && b < firstAbsoluteMs * 2;
    if (isMoment && isGivenMoment) return 'the absolute times differ';
    return Math.abs(a - b) <= clockToleranceMs ? null : 'the times are far apart';
  };
}
