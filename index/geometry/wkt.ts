/** Well-known text, of which there are points and polygons: `POINT (1 2)`, `POLYGON ((0 0, 0 9, 9 9), (1 1, 1 2, 2 2))`. */
import { cornersMax, type Ring, type Shape } from './shape.js';

/** A shape, or what is wrong with the text. */
export type ParsedShape = { readonly shape: Shape } | { readonly fault: string };

/** A bad text is quoted in an error, but not a megabyte of it. */
const quotedCharsMax = 24;

export function parseWkt(text: string): ParsedShape {
  const reader = new WktReader(text);
  const shape = reader.read();
  return shape === undefined ? { fault: reader.fault } : { shape };
}

/** Every method answers undefined once something is wrong, and `fault` says what. */
class WktReader {
  fault = '';
  readonly #text: string;
  #at = 0;
  #corners = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): Shape | undefined {
    const isPoint = this.#match(/\s*POINT\s*/iy);
    if (!isPoint && !this.#match(/\s*POLYGON\s*/iy)) return this.#fail(`Should start with 'POLYGON' or 'POINT'`);
    if (this.#match(/EMPTY\s*$/iy)) return this.#fail('attempting to create empty geometry');
    const rings = isPoint ? this.#point() : this.#rings();
    if (rings === undefined) return undefined;
    if (!this.#match(/\s*$/y)) return this.#fail('Too many tokens');
    return { isPoint, rings };
  }

  #point(): Ring[] | undefined {
    const ring = this.#ring();
    if (ring !== undefined && ring.length !== 2) return this.#fail('A point has two coordinates');
    return ring && [ring];
  }

  #rings(): Ring[] | undefined {
    if (!this.#match(/\(\s*/y)) return this.#expect('(');
    const rings: Ring[] = [];
    do {
      const ring = this.#ring();
      if (ring === undefined) return undefined;
      rings.push(withoutClosing(ring));
    } while (this.#match(/\s*,\s*/y));
    return this.#match(/\s*\)/y) ? rings : this.#expect(')');
  }

  #ring(): Ring | undefined {
    if (!this.#match(/\(\s*/y)) return this.#expect('(');
    if (this.#match(/\)/y)) return this.#fail('attempting to create empty geometry');
    const corners: number[] = [];
    do {
      const [x, y] = [this.#number(), this.#match(/\s+/y) ? this.#number() : undefined];
      if (x === undefined || y === undefined) return this.#expect('two coordinates');
      corners.push(x, y);
      if (++this.#corners > cornersMax) return this.#fail(`more than ${cornersMax} corners`);
    } while (this.#match(/\s*,\s*/y));
    return this.#match(/\s*\)/y) ? Float64Array.from(corners) : this.#expect(')');
  }

  #number(): number | undefined {
    const start = this.#at;
    if (!this.#match(/[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy)) return undefined;
    const value = Number(this.#text.slice(start, this.#at));
    return Number.isFinite(value) ? value : undefined;
  }

  #match(pattern: RegExp): boolean {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found !== undefined;
  }

  #expect(what: string): undefined {
    const wanted = what.length === 1 ? `'${what}'` : what;
    return this.#fail(`Expected ${wanted} at '${this.#text.slice(this.#at, this.#at + quotedCharsMax)}'`);
  }

  #fail(fault: string): undefined {
    if (this.fault === '') this.fault = `${fault} in '${this.#text.slice(0, quotedCharsMax)}'`;
    return undefined;
  }
}

/** A ring may be closed by its first corner. */
function withoutClosing(ring: Ring): Ring {
  const { length } = ring;
  const isClosed = length > 2 && ring[0] === ring[length - 2] && ring[1] === ring[length - 1];
  return isClosed ? ring.subarray(0, length - 2) : ring;
}
