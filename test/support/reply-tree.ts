/**
 * One raw RESP2 or RESP3 reply as a tree, for comparisons that cannot be byte for byte (an order that is not promised,
 * a number that may drift). Payloads stay latin1 text: one character a byte.
 */

export interface ReplyTree {
  /** The RESP type byte: `+ - : $ * _ # , ( = ! ~ > %`. */
  readonly type: string;
  /** The payload of a scalar; null for a nil bulk or nil array; empty for an aggregate. */
  readonly text: string | null;
  /** The elements of an aggregate in order; keys and values alternate in a map. */
  readonly items: readonly ReplyTree[];
}

export function parseReply(raw: Buffer): ReplyTree {
  const [tree, next] = parseAt(raw, 0);
  if (next !== raw.length) throw new Error(`a reply of ${raw.length} bytes ends at ${next}`);
  return tree;
}

function parseAt(raw: Buffer, start: number): [ReplyTree, number] {
  const lineEnd = raw.indexOf('\r\n', start);
  const type = String.fromCharCode(raw[start] ?? 0);
  const head = raw.toString('latin1', start + 1, lineEnd);
  const next = lineEnd + 2;
  if ('$=!'.includes(type)) {
    const bytes = Number(head);
    if (bytes < 0) return [{ type, text: null, items: [] }, next];
    return [{ type, text: raw.toString('latin1', next, next + bytes), items: [] }, next + bytes + 2];
  }
  if (!'*~>%'.includes(type)) return [{ type, text: head, items: [] }, next];
  const count = Number(head) * (type === '%' ? 2 : 1);
  if (count < 0) return [{ type, text: null, items: [] }, next];
  const items: ReplyTree[] = [];
  let position = next;
  for (let index = 0; index < count; index++) {
    const [item, itemEnd] = parseAt(raw, position);
    items.push(item);
    position = itemEnd;
  }
  return [{ type, text: '', items }, position];
}

/** The texts of an aggregate's elements; nested aggregates count as their own texts, joined. */
export function textsOf(tree: ReplyTree): string[] {
  return tree.items.map((item) => (item.items.length > 0 ? textsOf(item).join(' ') : (item.text ?? '(nil)')));
}

/** The elements two by two: the entries of a map, or of a flat list of keys and values. */
export function entriesOf(tree: ReplyTree): [ReplyTree, ReplyTree][] {
  const entries: [ReplyTree, ReplyTree][] = [];
  for (let index = 0; index + 1 < tree.items.length; index += 2) {
    const [key, value] = tree.items.slice(index, index + 2);
    if (key !== undefined && value !== undefined) entries.push([key, value]);
  }
  return entries;
}
