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

export class Tokenizer {
  readonly #ids = new Map<string, number>();
  readonly #scores: Float64Array;
  readonly #lengths: Uint8Array;
  readonly #pieceLengthMax: number;

  constructor(vocabulary: Vocabulary) {
    this.#scores = Float64Array.from(vocabulary, ([, score]) => score);
    this.#lengths = Uint8Array.from(vocabulary, ([piece]) => [...piece].length);
    vocabulary.forEach(([piece], id) => {
      if (id >= RESERVED_PIECES) this.#ids.set(piece, id);
    });
    this.#pieceLengthMax = this.#lengths.reduce((longest, length) => Math.max(longest, length), 0);
  }

  /** The ids of the text's pieces, in order. A text without a visible character has none. */
  encode(text: string): number[] {
    const words = text.normalize('NFKC').trim().replace(/\s+/g, WORD_START);
    if (words === '') return [];
    const symbols = [...`${WORD_START}${words}`];
    return this.#readBack(this.#bestPieces(symbols));
  }

  /** For each position, the last piece of the best cut that ends there. */
  #bestPieces(symbols: readonly string[]): Int32Array {
    const best = new Float64Array(symbols.length + 1);
    const pieces = new Int32Array(symbols.length + 1).fill(UNKNOWN);
    for (let end = 1; end <= symbols.length; end++) {
      for (let start = Math.max(0, end - this.#pieceLengthMax); start < end; start++) {
        const id = this.#ids.get(symbols.slice(start, end).join(''));
        if (id === undefined) continue;
        const score = (this.#scores[id] ?? 0) + (best[start] ?? 0);
        if (best[end] === 0 || score >= (best[end] ?? 0)) {
          best[end] = score;
          pieces[end] = id;
        }
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
