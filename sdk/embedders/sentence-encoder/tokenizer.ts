/**
 * SentencePiece's unigram tokenizer: cuts a text into the vocabulary's pieces so that the sum of their scores (log
 * probabilities) is greatest. Viterbi over code points: the best cut up to each position is kept, best first.
 *
 * A code point that no piece covers is the piece UNKNOWN, and neighbouring ones count once. After such a code point the
 * score starts again at zero, as in the encoder's reference tokenizer: the pieces must agree with what the weights were
 * published with.
 */

/** A piece and its score; a piece's place in the list is its id. */
export type Vocabulary = readonly (readonly [piece: string, score: number])[];

const UNKNOWN = 0;
/** The first ids are markers (unknown, begin, end, reserved), never found in text. */
const RESERVED_PIECES = 6;
/** Stands for a space, and before the first word. */
const WORD_START = '\u2581';

/** A place in the tree of pieces: every path from its root that ends at a piece spells it, a code point a step. */
interface PieceNode {
  readonly next: Map<string, PieceNode>;
  /** The piece that ends here. */
  id: number | undefined;
}

export class Tokenizer {
  readonly #root: PieceNode = { next: new Map(), id: undefined };
  readonly #scores: Float64Array;
  readonly #lengths: Uint8Array;

  constructor(vocabulary: Vocabulary) {
    this.#scores = Float64Array.from(vocabulary, ([, score]) => score);
    this.#lengths = Uint8Array.from(vocabulary, ([piece]) => [...piece].length);
    vocabulary.forEach(([piece], id) => {
      if (id >= RESERVED_PIECES) this.#plant(piece, id);
    });
  }

  /** The ids of the text's pieces, in order. A text without a visible character has none. */
  encode(text: string): number[] {
    const words = text.normalize('NFKC').trim().replace(/\s+/g, WORD_START);
    if (words === '') return [];
    const symbols = [...`${WORD_START}${words}`];
    return this.#readBack(this.#bestPieces(symbols));
  }

  #plant(piece: string, id: number): void {
    let node = this.#root;
    for (const symbol of piece) {
      let next = node.next.get(symbol);
      if (next === undefined) {
        next = { next: new Map(), id: undefined };
        node.next.set(symbol, next);
      }
      node = next;
    }
    node.id = id;
  }

  /** For each position, the last piece of the best cut that ends there. Of equals, the one that starts last. */
  #bestPieces(symbols: readonly string[]): Int32Array {
    const best = new Float64Array(symbols.length + 1);
    const pieces = new Int32Array(symbols.length + 1).fill(UNKNOWN);
    for (let start = 0; start < symbols.length; start++) {
      let node = this.#root.next.get(symbols[start] ?? '');
      for (let end = start + 1; node !== undefined; end++) {
        const { id } = node;
        if (id !== undefined) {
          const score = (this.#scores[id] ?? 0) + (best[start] ?? 0);
          if (best[end] === 0 || score >= (best[end] ?? 0)) {
            best[end] = score;
            pieces[end] = id;
          }
        }
        node = end < symbols.length ? node.next.get(symbols[end] ?? '') : undefined;
      }
    }
    return pieces;
  }

  #readBack(pieces: Int32Array): number[] {
    const ids: number[] = [];
    let end = pieces.length - 1;
    while (end > 0) {
      const id = pieces[end] ?? UNKNOWN;
      if (id !== UNKNOWN || ids.at(-1) !== UNKNOWN) ids.push(id);
      end -= id === UNKNOWN ? 1 : (this.#lengths[id] ?? 1);
    }
    return ids.reverse();
  }
}
