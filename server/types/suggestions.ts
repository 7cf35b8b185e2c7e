/**
 * The type behind FT.SUGADD: texts to complete what somebody types, each with a score and perhaps a payload.
 *
 * Entries lie in blocks of the arena in the order of their texts folded, so that those which begin alike lie together; a list
 * beside them says of each block where it begins and what its best score is. Whoever wants the best few of very many looks
 * into the blocks that may hold one of them, and no others. A block is written anew when something in it changes: it is small.
 *
 *     entry = bytes of the text u16, bytes of the payload u32, score f32, text, payload
 *
 * Scores are as RediSearch reckons them, in single precision: an entry's own, by e to twice the distance, by the root
 * of one and the letters it has more than what was typed.
 *
 * Invariants (see `validate`): keys ascend within and across blocks; no block is empty; one above `BLOCK_BYTES` holds one entry.
 */
import { decodeText, foldText, walkFuzzyPrefix } from '@nearkey/index';
import { assert } from '../base/assert.js';
import { ByteSlice } from '../base/byte-slice.js';
import type { Arena } from '../memory/arena.js';
import { Kind, type Value, type ValueHome } from './value.js';

/** Some sixty texts of a few words. */
const BLOCK_BYTES = 4096;
/** Neighbours become one when together they take no more than this. */
const MERGED_BYTES_MAX = BLOCK_BYTES / 2;
const HEAD_BYTES = 10;
const DESCRIPTOR_BYTES = 120;
/** RediSearch keeps no longer ones. */
export const SUGGESTION_CHARS_MAX = 254;
/** What is the same as what was typed comes first. */
const SAME_SCORE = 2 ** 31;
/** A completion with less than this part of the best score is trimmed. */
const TRIMMED_BELOW = 10;
/** With FUZZY, letters that may be wrong. */
const FUZZY_DISTANCE = 1;

interface Block {
  address: number;
  bytes: number;
  /** The key of its first entry. */
  first: string;
  best: number;
}

/** An entry while its block does not change: places in the buffer that holds the block. */
interface Entry {
  readonly text: string;
  readonly score: number;
  readonly payload: ByteSlice | undefined;
  /** From the block's beginning. */
  readonly start: number;
  readonly end: number;
}

export interface Suggested {
  readonly text: string;
  readonly score: number;
  /** A view that lives until the next write. */
  readonly payload: ByteSlice | undefined;
}

export interface CompletionWish {
  readonly count: number;
  /** What begins with one letter more, less or another is found, too. */
  readonly isFuzzy: boolean;
  /** Whether those that are much worse than the best are left out. */
  readonly isTrimmed: boolean;
}

export interface Addition {
  readonly score: number;
  /** Whether the score is added to what the text has. */
  readonly isIncrement: boolean;
  /** Undefined or empty: the text keeps what it has. It must not point into this arena. */
  readonly payload: ByteSlice | undefined;
}

export class SuggestionsValue implements Value {
  static readonly kind = Kind.suggestions;
  readonly encoding = 'raw';
  readonly #arena: Arena;
  readonly #blocks: Block[] = [];
  #size = 0;

  constructor({ arena }: ValueHome) {
    this.#arena = arena;
  }

  get size(): number {
    return this.#size;
  }

  get(text: string): Suggested | undefined {
    return this.#find(keyOf(text)).entry;
  }

  /** @param text 1 to SUGGESTION_CHARS_MAX characters. @returns whether it is new */
  add(text: string, { score, isIncrement, payload }: Addition): boolean {
    const key = keyOf(text);
    const { at, entry, start } = this.#find(key);
    const kept = payload === undefined || payload.length === 0 ? entry?.payload : payload;
    const sum = isIncrement ? (entry?.score ?? 0) + score : score;
    this.#rewrite(at, start, entry?.end ?? start, entryBytes(text, Math.fround(sum), kept));
    if (entry === undefined) this.#size++;
    return entry === undefined;
  }

  /** @returns whether it was there */
  delete(text: string): boolean {
    const { at, entry } = this.#find(keyOf(text));
    if (entry === undefined) return false;
    this.#rewrite(at, entry.start, entry.end, Buffer.alloc(0));
    this.#size--;
    return true;
  }

  /** The best completions of what was typed, the best first; equals in the order of their texts. */
  complete(typed: string, { count, isFuzzy, isTrimmed }: CompletionWish): Suggested[] {
    const prefix = foldText(typed);
    const best = new BestOf(count);
    const offer = ({ text, score, payload }: Entry, distance: number): void => {
      let own = text === prefix ? SAME_SCORE : score;
      if (isFuzzy) own = Math.fround(own * Math.exp(-2 * distance));
      own = Math.fround(own / Math.sqrt(1 + Math.abs(text.length - prefix.length)));
      best.offer({ text, score: own, payload });
    };
    const same = this.#find(keyOf(prefix)).entry;
    if (isFuzzy) this.#walkFuzzy(prefix, offer);
    else {
      if (same !== undefined) offer(same, 0);
      this.#walkPrefix(prefix, best, (entry) => entry.text !== prefix && offer(entry, 0));
    }
    const found = best.sorted();
    const least = isTrimmed ? (found[0]?.score ?? 0) / TRIMMED_BELOW : Number.NEGATIVE_INFINITY;
    return found.filter(({ score }) => score >= least);
  }

  /** Visits every entry in order. The visitor must not change the value. */
  forEach(visit: (suggested: Suggested) => void): void {
    for (const block of this.#blocks) for (const entry of this.#entries(block)) visit(entry);
  }

  memoryBytes(): number {
    return this.#blocks.reduce((sum, { address }) => sum + this.#arena.capacity(address) + DESCRIPTOR_BYTES, 0);
  }

  copyTo(home: ValueHome): SuggestionsValue {
    const copy = new SuggestionsValue(home);
    for (const block of this.#blocks) {
      const { bytes, first, best } = block;
      const address = home.arena.allocate(bytes);
      this.#bytes(block).copy(home.arena.buffer(address), home.arena.offset(address));
      copy.#blocks.push({ address, bytes, first, best });
    }
    copy.#size = this.#size;
    return copy;
  }

  free(): void {
    for (const { address } of this.#blocks) this.#arena.free(address);
  }

  get blocks(): number {
    return this.#blocks.length;
  }

  freeSome(blocks: number): boolean {
    for (const { address } of this.#blocks.splice(-blocks, blocks)) this.#arena.free(address);
    return this.#blocks.length > 0;
  }

  /** Checks every invariant; throws when one does not hold. For tests. */
  validate(): void {
    let last = '';
    let size = 0;
    for (const block of this.#blocks) {
      const entries = [...this.#entries(block)];
      assert(entries.length > 0, 'a block has entries');
      assert(block.bytes <= BLOCK_BYTES || entries.length === 1, 'a block is small');
      assert(entries.at(-1)?.end === block.bytes, 'entries fill their block');
      assert(block.first === keyOf(entries[0]?.text ?? ''), 'a block knows its first key');
      assert(block.best === Math.max(...entries.map(({ score }) => score)), 'a block knows its best score');
      for (const { text } of entries) {
        assert(keyOf(text) > last, 'keys ascend');
        last = keyOf(text);
      }
      size += entries.length;
    }
    assert(size === this.#size, 'entries are counted');
  }

  /** Where the entry of a key is, or would be: in which block, and from where. */
  #find(key: string): { readonly at: number; readonly start: number; readonly entry: Entry | undefined } {
    const at = this.#blockOf(key);
    const block = this.#blocks[at];
    let start = 0;
    for (const entry of block === undefined ? [] : this.#entries(block)) {
      const own = keyOf(entry.text);
      if (own === key) return { at, start: entry.start, entry };
      if (own > key) break;
      start = entry.end;
    }
    return { at, start, entry: undefined };
  }

  /** The last block that does not begin above the key, or the first. */
  #blockOf(key: string): number {
    let from = 0;
    let to = this.#blocks.length - 1;
    while (from < to) {
      const middle = (from + to + 1) >>> 1;
      if ((this.#blocks[middle]?.first ?? '') <= key) from = middle;
      else to = middle - 1;
    }
    return from;
  }

  /** Puts other bytes in the place of some of a block. */
  #rewrite(at: number, start: number, end: number, bytes: Buffer): void {
    const block = this.#blocks[at];
    if (block === undefined) {
      this.#blocks.push(...this.#newBlocks(bytes));
      return;
    }
    const old = this.#bytes(block);
    const next = this.#blocks[at + 1];
    const mayMerge = bytes.length === 0 && next !== undefined && old.length + next.bytes <= MERGED_BYTES_MAX;
    const parts = [old.subarray(0, start), bytes, old.subarray(end), ...(mayMerge ? [this.#bytes(next)] : [])];
    const made = this.#newBlocks(Buffer.concat(parts));
    for (const { address } of this.#blocks.splice(at, mayMerge ? 2 : 1, ...made)) this.#arena.free(address);
  }

  /** Blocks that hold entries, as few as may be, of about one size. */
  #newBlocks(bytes: Buffer): Block[] {
    const entries = [...entriesOf(bytes)];
    const [first] = entries;
    if (first === undefined) return [];
    if (bytes.length > BLOCK_BYTES && entries.length > 1) {
      const middle = entries.findIndex(({ end }) => end > bytes.length / 2);
      const cut = entries[Math.max(1, middle)]?.start ?? first.end;
      return [...this.#newBlocks(bytes.subarray(0, cut)), ...this.#newBlocks(bytes.subarray(cut))];
    }
    const address = this.#arena.allocate(bytes.length);
    bytes.copy(this.#arena.buffer(address), this.#arena.offset(address));
    const best = Math.max(...entries.map(({ score }) => score));
    return [{ address, bytes: bytes.length, first: keyOf(first.text), best }];
  }

  #bytes({ address, bytes }: Block): Buffer {
    const start = this.#arena.offset(address);
    return this.#arena.buffer(address).subarray(start, start + bytes);
  }

  #entries(block: Block): Generator<Entry> {
    return entriesOf(this.#bytes(block));
  }

  /** Visits what begins with a prefix, but for blocks in which nothing can be among the best. */
  #walkPrefix(prefix: string, best: BestOf, visit: (entry: Entry) => void): void {
    for (let at = this.#blockOf(prefix); at < this.#blocks.length; at++) {
      const block = this.#blocks[at];
      if (block === undefined || (block.first > prefix && !block.first.startsWith(prefix))) return;
      if (Math.max(0, block.best) < best.least) continue;
      for (const entry of this.#entries(block)) if (foldText(entry.text).startsWith(prefix)) visit(entry);
    }
  }

  #walkFuzzy(prefix: string, visit: (entry: Entry, distance: number) => void): void {
    let current: Entry | undefined;
    walkFuzzyPrefix(
      (from, next) => {
        this.#walk(from, (entry, key) => {
          current = entry;
          return next(key.slice(0, key.indexOf(KEY_END)));
        });
      },
      prefix,
      FUZZY_DISTANCE,
      (_text, distance) => {
        if (current !== undefined) visit(current, distance);
      },
    );
  }

  /** As `SortedStrings.walk`, by keys. */
  #walk(from: string, visit: (entry: Entry, key: string) => boolean | string): void {
    let wanted = from;
    for (let at = this.#blockOf(from); at < this.#blocks.length; at++) {
      const block = this.#blocks[at];
      if (block === undefined) return;
      for (const entry of this.#entries(block)) {
        const key = keyOf(entry.text);
        if (key < wanted) continue;
        const next = visit(entry, key);
        if (next === false) return;
        if (typeof next === 'string') wanted = next;
      }
      if (wanted > (this.#blocks[at + 1]?.first ?? wanted)) at = this.#blockOf(wanted) - 1;
    }
  }
}

/** The text that bytes from elsewhere stand for. */
export function suggestionText(bytes: ByteSlice): string {
  return decodeText(bytes.view());
}

/** Behind the folded text, so that a text is below those it begins. */
const KEY_END = '\0';

/** What entries are in order of: the folded text, then the text itself where it differs. */
function keyOf(text: string): string {
  const folded = foldText(text);
  return folded === text ? folded + KEY_END : `${folded}${KEY_END}${text}`;
}

function entryBytes(text: string, score: number, payload: ByteSlice | undefined): Buffer {
  const textBytes = Buffer.byteLength(text);
  const payloadBytes = payload?.length ?? 0;
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + textBytes + payloadBytes);
  bytes.writeUInt16LE(textBytes, 0);
  bytes.writeUInt32LE(payloadBytes, 2);
  bytes.writeFloatLE(score, 6);
  bytes.write(text, HEAD_BYTES);
  if (payload !== undefined) bytes.set(payload.view(), HEAD_BYTES + textBytes);
  return bytes;
}

function* entriesOf(bytes: Buffer): Generator<Entry> {
  for (let start = 0; start < bytes.length; ) {
    const textEnd = start + HEAD_BYTES + bytes.readUInt16LE(start);
    const end = textEnd + bytes.readUInt32LE(start + 2);
    const payload = end === textEnd ? undefined : ByteSlice.of(bytes.subarray(textEnd, end));
    const text = bytes.toString('utf8', start + HEAD_BYTES, textEnd);
    yield { text, score: bytes.readFloatLE(start + 6), payload, start, end };
    start = end;
  }
}

/** The best few of what is offered. */
class BestOf {
  #held: Suggested[] = [];
  /** What is below is not among them. */
  least = Number.NEGATIVE_INFINITY;

  constructor(private readonly count: number) {}

  offer(suggested: Suggested): void {
    if (suggested.score < this.least) return;
    this.#held.push(suggested);
    // Cut now and then, not each time: a sort for every `count` offers.
    if (this.#held.length >= 2 * this.count) this.#cut();
  }

  sorted(): Suggested[] {
    this.#cut();
    return this.#held;
  }

  #cut(): void {
    this.#held = this.#held.sort(inOrder).slice(0, this.count);
    if (this.#held.length === this.count) this.least = this.#held.at(-1)?.score ?? this.least;
  }
}

function inOrder(a: Suggested, b: Suggested): number {
  if (a.score !== b.score) return b.score - a.score;
  return a.text < b.text ? -1 : 1;
}
