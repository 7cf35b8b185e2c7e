/**
 * The WebAssembly module that multiplies quantised rows with quantised weights, written out byte by byte.
 *
 * Why by hand: the product needs one kernel of a few hundred instructions, in 128-bit SIMD, on every platform and
 * without a compiler in the build. The code below is that kernel in order, with the loops that a compiler would unroll
 * written as loops of the emitter.
 *
 * `matmul(rows, weights, columnScales, bias, rowScales, output, rowCount, pairCount, columnCount)`, all i32, the first
 * six byte offsets into the imported memory:
 *
 *   output[r][c] = bias[c] + rowScales[r] * columnScales[c] * sum over k of rows[r][k] * weights[k][c]
 *
 * - `rows`: int16, row by row; `pairCount` is half the number of values in a row.
 * - `weights`: int16, packed in panels of PANEL_COLUMNS columns (see `packPanels` in linear-layers.ts): for each pair of
 *   values k, k+1 the two weights of every column of the panel lie together, as i32x4.dot_i16x8_s wants them.
 * - `columnCount` is a multiple of PANEL_COLUMNS and `pairCount` one of PAIRS_PER_STEP. Sums wrap at 2^31: whoever
 *   quantises keeps them below.
 *
 * Shape of the loops: for each panel (which then stays in the first-level cache), for each block of 4, then 2, then 1
 * rows, one pass over the pairs with 2 accumulators a row in registers.
 */

export const PANEL_COLUMNS = 8;
export const PAIRS_PER_STEP = 4;

const ROW_BLOCKS = [4, 2, 1] as const;
const ROWS_PER_BLOCK_MAX = 4;
const VECTORS_PER_PANEL = 2;
const VECTOR_BYTES = 16;
const PAIR_BYTES = 4;

const I32 = 0x7f;
const V128 = 0x7b;
const EMPTY_BLOCK = 0x40;

/** Local variables: the nine parameters, then the rest of the i32, then the v128. */
const LOCAL = {
  rows: 0,
  weights: 1,
  columnScales: 2,
  bias: 3,
  rowScales: 4,
  output: 5,
  rowCount: 6,
  pairCount: 7,
  columnCount: 8,
  panelsLeft: 9,
  rowsLeft: 10,
  blockRows: 11,
  blockScales: 12,
  blockOutput: 13,
  panelAt: 14,
  pairsLeft: 15,
  rowBytes: 16,
  outputRowBytes: 17,
  row: 18,
  sums: 22,
  panel: 30,
  value: 32,
} as const;
const PARAMETER_COUNT = 9;
const I32_LOCALS = LOCAL.sums - PARAMETER_COUNT;
const V128_LOCALS = LOCAL.value + 1 - LOCAL.sums;

/** Collects instructions; each method is the WebAssembly instruction of its name. */
class Code {
  readonly bytes: number[] = [];

  get(local: number): this {
    return this.#op(0x20, ...unsigned(local));
  }
  set(local: number): this {
    return this.#op(0x21, ...unsigned(local));
  }
  tee(local: number): this {
    return this.#op(0x22, ...unsigned(local));
  }
  const(value: number): this {
    return this.#op(0x41, ...signed(value));
  }
  add(): this {
    return this.#op(0x6a);
  }
  sub(): this {
    return this.#op(0x6b);
  }
  mul(): this {
    return this.#op(0x6c);
  }
  lessThanUnsigned(): this {
    return this.#op(0x49);
  }
  block(): this {
    return this.#op(0x02, EMPTY_BLOCK);
  }
  loop(): this {
    return this.#op(0x03, EMPTY_BLOCK);
  }
  branch(depth: number): this {
    return this.#op(0x0c, depth);
  }
  branchIf(depth: number): this {
    return this.#op(0x0d, depth);
  }
  end(): this {
    return this.#op(0x0b);
  }
  load(offsetBytes: number): this {
    return this.#simd(0x00, 4, ...unsigned(offsetBytes));
  }
  loadSplat32(offsetBytes: number): this {
    return this.#simd(0x09, 2, ...unsigned(offsetBytes));
  }
  store(offsetBytes: number): this {
    return this.#simd(0x0b, 4, ...unsigned(offsetBytes));
  }
  splatZero(): this {
    return this.const(0).#simd(0x11);
  }
  dotInt16(): this {
    return this.#simd(0xba);
  }
  addInt32(): this {
    return this.#simd(0xae);
  }
  toFloat32(): this {
    return this.#simd(0xfa);
  }
  addFloat32(): this {
    return this.#simd(0xe4);
  }
  mulFloat32(): this {
    return this.#simd(0xe6);
  }
  /** local += amount */
  increase(local: number, amount: number): this {
    return this.get(local).const(amount).add().set(local);
  }

  #op(...bytes: number[]): this {
    this.bytes.push(...bytes);
    return this;
  }
  #simd(opcode: number, ...rest: number[]): this {
    return this.#op(0xfd, ...unsigned(opcode), ...rest);
  }
}

/** The module's bytes. It imports `env.memory` and exports `matmul`. */
export function matmulModule(): Uint8Array<ArrayBuffer> {
  const body = [2, ...unsigned(I32_LOCALS), I32, ...unsigned(V128_LOCALS), V128, ...matmulBody().bytes];
  const parameters = new Array<number>(PARAMETER_COUNT).fill(I32);
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, PARAMETER_COUNT, ...parameters, 0]),
    ...section(2, [1, ...name('env'), ...name('memory'), 2, 0, 1]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('matmul'), 0, 0]),
    ...section(10, [1, ...unsigned(body.length), ...body]),
  ]);
}

function matmulBody(): Code {
  const code = new Code();
  code.get(LOCAL.pairCount).const(PAIR_BYTES).mul().set(LOCAL.rowBytes);
  code.get(LOCAL.columnCount).const(4).mul().set(LOCAL.outputRowBytes);
  code.get(LOCAL.columnCount).set(LOCAL.panelsLeft);
  code.loop();
  code.get(LOCAL.rowCount).set(LOCAL.rowsLeft);
  code.get(LOCAL.rows).set(LOCAL.blockRows);
  code.get(LOCAL.rowScales).set(LOCAL.blockScales);
  code.get(LOCAL.output).set(LOCAL.blockOutput);
  for (const rows of ROW_BLOCKS) {
    code.block().loop();
    code.get(LOCAL.rowsLeft).const(rows).lessThanUnsigned().branchIf(1);
    emitSums(code, rows);
    emitOutput(code, rows);
    code.get(LOCAL.blockRows).get(LOCAL.rowBytes).const(rows).mul().add().set(LOCAL.blockRows);
    code.increase(LOCAL.blockScales, 4 * rows);
    code.increase(LOCAL.rowsLeft, -rows);
    code.branch(0).end().end();
  }
  const panelPairBytes = PANEL_COLUMNS * PAIR_BYTES;
  code.get(LOCAL.weights).get(LOCAL.pairCount).const(panelPairBytes).mul().add().set(LOCAL.weights);
  for (const local of [LOCAL.columnScales, LOCAL.bias, LOCAL.output]) code.increase(local, PANEL_COLUMNS * 4);
  code.get(LOCAL.panelsLeft).const(PANEL_COLUMNS).sub().tee(LOCAL.panelsLeft).branchIf(0);
  return code.end().end();
}

/** sums[row][vector] = integer products of `rows` rows with the panel at `weights`. */
function emitSums(code: Code, rows: number): void {
  for (let row = 0; row < rows; row++) {
    if (row === 0) code.get(LOCAL.blockRows);
    else
      code
        .get(LOCAL.row + row - 1)
        .get(LOCAL.rowBytes)
        .add();
    code.set(LOCAL.row + row);
    for (let vector = 0; vector < VECTORS_PER_PANEL; vector++) code.splatZero().set(sumOf(row, vector));
  }
  code.get(LOCAL.weights).set(LOCAL.panelAt).get(LOCAL.pairCount).set(LOCAL.pairsLeft);
  code.loop();
  for (let pair = 0; pair < PAIRS_PER_STEP; pair++) {
    for (let vector = 0; vector < VECTORS_PER_PANEL; vector++) {
      const offsetBytes = (pair * VECTORS_PER_PANEL + vector) * VECTOR_BYTES;
      code
        .get(LOCAL.panelAt)
        .load(offsetBytes)
        .set(LOCAL.panel + vector);
    }
    for (let row = 0; row < rows; row++) {
      code
        .get(LOCAL.row + row)
        .loadSplat32(pair * PAIR_BYTES)
        .set(LOCAL.value);
      for (let vector = 0; vector < VECTORS_PER_PANEL; vector++) {
        code
          .get(sumOf(row, vector))
          .get(LOCAL.value)
          .get(LOCAL.panel + vector);
        code.dotInt16().addInt32().set(sumOf(row, vector));
      }
    }
  }
  for (let row = 0; row < rows; row++) code.increase(LOCAL.row + row, PAIRS_PER_STEP * PAIR_BYTES);
  code.increase(LOCAL.panelAt, PAIRS_PER_STEP * VECTORS_PER_PANEL * VECTOR_BYTES);
  code.get(LOCAL.pairsLeft).const(PAIRS_PER_STEP).sub().tee(LOCAL.pairsLeft).branchIf(0).end();
}

/** output = sums * rowScale * columnScale + bias, and on to the next rows of output. */
function emitOutput(code: Code, rows: number): void {
  for (let row = 0; row < rows; row++) {
    code
      .get(LOCAL.blockScales)
      .loadSplat32(4 * row)
      .set(LOCAL.value);
    for (let vector = 0; vector < VECTORS_PER_PANEL; vector++) {
      const offsetBytes = vector * VECTOR_BYTES;
      code.get(LOCAL.blockOutput);
      code.get(sumOf(row, vector)).toFloat32().get(LOCAL.value).mulFloat32();
      code.get(LOCAL.columnScales).load(offsetBytes).mulFloat32();
      code.get(LOCAL.bias).load(offsetBytes).addFloat32();
      code.store(offsetBytes);
    }
    code.get(LOCAL.blockOutput).get(LOCAL.outputRowBytes).add().set(LOCAL.blockOutput);
  }
}

function sumOf(row: number, vector: number): number {
  if (row >= ROWS_PER_BLOCK_MAX) throw new RangeError(`row ${row} has no registers`);
  return LOCAL.sums + row * VECTORS_PER_PANEL + vector;
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function name(text: string): number[] {
  return [text.length, ...Buffer.from(text, 'ascii')];
}

/** LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest === 0 ? low : low | 0x80);
  } while (rest !== 0);
  return bytes;
}

function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const isLast = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(isLast ? low : low | 0x80);
    if (isLast) return bytes;
  }
}
