/**
 * The ways in which two correct servers may answer differently. Each is declared by the line that needs it, with the
 * reason; `difference` says what is still wrong, or null when the replies agree as far as they must.
 */
import { entriesOf, parseReply, type ReplyTree } from '../support/reply-tree.js';

/** The first byte of an error. */
const minus = '-'.charCodeAt(0);

export interface Looseness {
  readonly reason: string;
  difference(ours: Buffer, theirs: Buffer): string | null;
}

/** Both are integers at most `tolerance` apart; negative ones have a meaning of their own and must be equal. */
export function within(tolerance: number, reason: string): Looseness {
  return {
    reason,
    difference: (ours, theirs) => {
      const [a, b] = [parseReply(ours), parseReply(theirs)];
      if (a.type !== b.type || a.type !== ':') return ours.equals(theirs) ? null : 'types differ';
      if (Number(a.text) < 0 || Number(b.text) < 0) return a.text === b.text ? null : 'negative integers differ';
      const apart = Math.abs(Number(a.text) - Number(b.text));
      return apart <= tolerance ? null : `integers are ${apart} apart, at most ${tolerance} allowed`;
    },
  };
}

/** The same elements in any order, at every level; a flat list of pairs is compared as pairs. */
export function unordered(reason: string, entries: 'single' | 'pairs' = 'single'): Looseness {
  return {
    reason,
    difference: (ours, theirs) =>
      canonical(parseReply(ours), entries) === canonical(parseReply(theirs), entries) ? null : 'elements differ',
  };
}

/** A reply's text with the elements of its aggregates sorted. */
export function canonical(tree: ReplyTree, entries: 'single' | 'pairs'): string {
  if (!'*~>%'.includes(tree.type) || tree.text === null) return `${tree.type}${JSON.stringify(tree.text)}`;
  return `${tree.type}[${canonicalItems(tree, entries).join(' ')}]`;
}

/** The elements of an aggregate as text, sorted. */
export function canonicalItems(tree: ReplyTree, entries: 'single' | 'pairs'): string[] {
  const isFlat = tree.items.every((item) => !'*~>%'.includes(item.type));
  const asPairs = tree.type === '%' || (entries === 'pairs' && isFlat && tree.items.length % 2 === 0);
  const items = asPairs
    ? entriesOf(tree).map(([key, value]) => `${canonical(key, entries)}=${canonical(value, entries)}`)
    : tree.items.map((item) => canonical(item, entries));
  return items.sort();
}

/** The same types at every level and the same number of elements; texts and numbers are free, errors are not. */
export function sameShape(reason: string): Looseness {
  return {
    reason,
    difference: (ours, theirs) => {
      if (theirs[0] === minus) return ours.equals(theirs) ? null : 'the errors differ';
      const [a, b] = [shapeOf(parseReply(ours)), shapeOf(parseReply(theirs))];
      return a === b ? null : `shape ${a} is not ${b}`;
    },
  };
}

function shapeOf(tree: ReplyTree): string {
  if (tree.text === null) return `${tree.type}nil`;
  return '*~>%'.includes(tree.type) ? `${tree.type}[${tree.items.map(shapeOf).join('')}]` : tree.type;
}

/** The same type of reply; errors must be equal. */
export function sameType(reason: string): Looseness {
  return {
    reason,
    difference: (ours, theirs) => {
      if (theirs[0] === minus) return ours.equals(theirs) ? null : 'the errors differ';
      return ours[0] === theirs[0] ? null : 'the type of the reply differs';
    },
  };
}

/** Every element (every second one from the first, for pairs) is one of `members`, and there are equally many. */
export function membersOf(
  members: readonly string[],
  reason: string,
  entries: 'single' | 'pairs' = 'single',
): Looseness {
  return {
    reason,
    difference: (ours, theirs) => {
      const [a, b] = [parseReply(ours), parseReply(theirs)];
      if (shapeOf(a) !== shapeOf(b)) return `shape ${shapeOf(a)} is not ${shapeOf(b)}`;
      const nested = a.items.some((item) => item.items.length > 0);
      const texts =
        a.items.length === 0
          ? [a.text]
          : nested
            ? a.items.map((item) => item.items[0]?.text)
            : a.items.map((item) => item.text);
      const stride = entries === 'pairs' && !nested ? 2 : 1;
      const stranger = texts.find((text, index) => index % stride === 0 && !members.includes(text ?? '(nil)'));
      return stranger === undefined ? null : `${JSON.stringify(stranger)} is not one of ${members.join(' ')}`;
    },
  };
}

/** Both replies' texts match. */
export function matching(pattern: RegExp, reason: string): Looseness {
  return {
    reason,
    difference: (ours, theirs) => {
      if (!pattern.test(theirs.toString('latin1'))) return `the oracle does not match ${pattern}`;
      return pattern.test(ours.toString('latin1')) ? null : `does not match ${pattern}`;
    },
  };
}

/** Nearkey answers exactly this; what the oracle answers is of no interest (it lacks the command or the value). */
export function answering(expected: string, reason: string): Looseness {
  return {
    reason,
    difference: (ours) => (ours.toString('latin1') === expected ? null : `is not ${JSON.stringify(expected)}`),
  };
}

/** Every line of our list of lines occurs in theirs: help texts of which we carry a part. */
export function linesOf(reason: string): Looseness {
  return {
    reason,
    difference: (ours, theirs) => {
      const known = new Set(parseReply(theirs).items.map((item) => item.type + item.text));
      const stranger = parseReply(ours).items.find((item) => !known.has(item.type + item.text));
      if (ours[0] !== theirs[0]) return 'the type of the reply differs';
      return stranger === undefined ? null : `the oracle has no line ${JSON.stringify(stranger.text)}`;
    },
  };
}

/** A map whose entries are equal except those named, which need the same type only. */
export function mapExcept(keys: readonly string[], reason: string): Looseness {
  return {
    reason,
    difference: (ours, theirs) => {
      const mask = (raw: Buffer): string => {
        const tree = parseReply(raw);
        const entries = entriesOf(tree).map(([key, value]) =>
          keys.includes(key.text ?? '')
            ? `${canonical(key, 'single')}=${value.type}`
            : `${canonical(key, 'single')}=${canonical(value, 'single')}`,
        );
        return `${tree.type}[${entries.join(' ')}]`;
      };
      const [a, b] = [mask(ours), mask(theirs)];
      return a === b ? null : `${a} is not ${b}`;
    },
  };
}

/** Every entry of our map that the oracle has too has the oracle's value, except those named. */
export function commonEntries(except: readonly string[], reason: string): Looseness {
  return {
    reason,
    difference: (ours, theirs) => {
      const known = new Map(entriesOf(parseReply(theirs)).map(([key, value]) => [key.text, value.text]));
      const wrong = entriesOf(parseReply(ours)).find(([key, value]) => {
        const expected = known.get(key.text);
        return expected !== undefined && expected !== value.text && !except.includes(key.text ?? '');
      });
      if (ours[0] !== theirs[0]) return 'the type of the reply differs';
      return wrong === undefined
        ? null
        : `${wrong[0].text} is ${wrong[1].text}, the oracle's ${known.get(wrong[0].text)}`;
    },
  };
}

/**
 * `name:value` lines (INFO) or `name=value` words (CLIENT LIST): both carry every name of `names`, with a value of the
 * same kind (digits, a decimal fraction, other text).
 */
export function fields(names: readonly string[], separator: ':' | '=', reason: string): Looseness {
  return {
    reason,
    difference: (ours, theirs) => {
      if (ours[0] !== theirs[0]) return 'the type of the reply differs';
      const [a, b] = [fieldsOf(ours, separator), fieldsOf(theirs, separator)];
      for (const name of names) {
        const [mine, oracles] = [a.get(name), b.get(name)];
        if (oracles === undefined) return `the oracle has no field ${name}`;
        if (mine === undefined) return `field ${name} is missing`;
        if (kindOf(mine) !== kindOf(oracles)) return `field ${name} is ${mine}, the oracle's ${oracles}`;
      }
      return null;
    },
  };
}

function fieldsOf(raw: Buffer, separator: ':' | '='): Map<string, string> {
  const tree = parseReply(raw);
  const text = tree.type === '=' ? (tree.text ?? '').slice('txt:'.length) : (tree.text ?? '');
  const parts = text.split(separator === ':' ? /\r?\n/ : /\s+/).filter((part) => part.includes(separator));
  return new Map(
    parts.map((part) => [part.slice(0, part.indexOf(separator)), part.slice(part.indexOf(separator) + 1)]),
  );
}

function kindOf(value: string): string {
  if (/^-?\d+$/.test(value)) return 'integer';
  if (/^-?\d+\.\d+$/.test(value)) return 'decimal';
  return value === '' ? 'empty' : 'text';
}
