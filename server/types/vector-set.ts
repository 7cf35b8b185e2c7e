/**
 * The vector set type: elements, each with a vector and possibly attributes (JSON, kept as it came), and an index of the
 * vectors by cosine.
 *
 * Elements and attributes lie in the arena, in a `Dict` whose values begin with the element's number; vectors and graph
 * are held by the engine of `@nearkey/index`, outside the JavaScript heap, and in full precision whatever the quantisation:
 * the graph is walked by codes of eight bits, what is answered is exact.
 *
 * Invariants: numbers are dense, and that of an element which left is given to the next that comes; `#addresses` says
 * where the entry of a number lies, 0 where there is none; the index has a vector for each number in use.
 */
import { Deadline, defaultEngine, defineSchema, nearestNeighbors, type VectorIndex } from '@nearkey/index';
import { assert } from '../base/assert.js';
import { ByteSlice } from '../base/byte-slice.js';
import type { Random } from '../base/random.js';
import { Dict } from '../memory/dict.js';
import { Kind, type Value, type ValueHome } from './value.js';
import { project, projectionMatrix } from './vector-projection.js';

export type Quantisation = 'f32' | 'int8' | 'bin';

/** What a set is made with, by the first VADD. */
export interface VectorSetShape {
  /** Of the vectors that are kept. */
  readonly dim: number;
  readonly quantisation: Quantisation;
  readonly m: number;
  /** Of the vectors that come in, when REDUCE has them projected; 0 otherwise. */
  readonly inputDim: number;
}

export interface Similar {
  /** A view that lives until the next write. */
  readonly element: ByteSlice;
  readonly attributes: ByteSlice | undefined;
  /** 1 for the same direction, 0 for the opposite. */
  readonly score: number;
  readonly distance: number;
}

export interface SimilarityWish {
  readonly count: number;
  readonly ef: number;
  /** Measure every vector. */
  readonly exact: boolean;
  /** Which elements may be found, by their attributes. */
  readonly accepts: ((attributes: ByteSlice | undefined) => boolean) | undefined;
}

const NUMBER_BYTES = 4;
const EF_CONSTRUCTION = 200;
const NO_ATTRIBUTES = ByteSlice.of(Buffer.alloc(0));
/** Draws the levels of the graph. */
const SEED = 100;

let lastUid = 0;

export class VectorSetValue implements Value {
  static readonly kind = Kind.vectorSet;
  readonly #dict: Dict;
  #index: VectorIndex | undefined;
  #shape: VectorSetShape = { dim: 0, quantisation: 'int8', m: 16, inputDim: 0 };
  #matrix: Float32Array | undefined;
  /** By number: where the element's entry lies. */
  #addresses = new Uint32Array(8);
  #numbers = 0;
  readonly #free: number[] = [];
  /** Elements with attributes. */
  attributed = 0;
  readonly uid = ++lastUid;

  constructor({ arena, hashSeed }: ValueHome) {
    this.#dict = new Dict(arena, hashSeed);
  }

  get size(): number {
    return this.#dict.size;
  }

  get encoding(): 'raw' {
    return 'raw';
  }

  get shape(): VectorSetShape {
    return this.#shape;
  }

  /** The greatest number of elements there ever was. */
  get numbers(): number {
    return this.#numbers;
  }

  /** Says what the set is made with, before anything is added. */
  define(shape: VectorSetShape): void {
    assert(this.#index === undefined, 'a set is defined once');
    this.#shape = shape;
    const { dim, m } = shape;
    const graph = { type: 'VECTOR', algorithm: 'HNSW', identifier: 'v', metric: 'COSINE' } as const;
    const [field] = defineSchema([{ ...graph, dim, m, efConstruction: EF_CONSTRUCTION }]).fields;
    assert(field?.type === 'VECTOR', 'the field is a vector');
    this.#index = defaultEngine().create(field, (number) => number, SEED);
  }

  /** The vector as it is kept: reduced when the set was made so, and as it is when it has not the dimension that is reduced. */
  reduced(vector: Float32Array): Float32Array {
    const { dim, inputDim } = this.#shape;
    if (vector.length !== inputDim || inputDim === dim) return vector;
    this.#matrix ??= projectionMatrix(inputDim, dim);
    return project(vector, this.#matrix, dim);
  }

  has(element: ByteSlice): boolean {
    return this.#find(element) !== 0;
  }

  /**
   * Adds an element or gives it another vector, of the dimension of the set.
   * @param attributes undefined leaves those of an element that is there. Not a part of this arena
   * @returns whether it is new
   */
  add(element: ByteSlice, vector: Float32Array, attributes: ByteSlice | undefined): boolean {
    const known = this.#find(element);
    if (known !== 0) {
      this.#vectors.put(this.#numberAt(known), vector);
      if (attributes !== undefined) this.setAttributes(element, attributes);
      return false;
    }
    const number = this.#free.pop() ?? this.#numbers++;
    const address = this.#dict.insert(element.buffer, element.start, element.end, NUMBER_BYTES, 0);
    this.#dict.writeValue(address, 0, numberBytes(number));
    this.#place(number, address);
    this.#vectors.put(number, vector);
    if (attributes !== undefined) this.setAttributes(element, attributes);
    return true;
  }

  /** @returns whether it was there */
  remove(element: ByteSlice): boolean {
    const address = this.#find(element);
    if (address === 0) return false;
    const number = this.#numberAt(address);
    if (this.#attributesAt(address) !== undefined) this.attributed--;
    this.#vectors.delete(number);
    this.#addresses[number] = 0;
    this.#free.push(number);
    this.#dict.remove(address);
    return true;
  }

  vector(element: ByteSlice): Float32Array | undefined {
    const address = this.#find(element);
    return address === 0 ? undefined : this.#vectorOf(this.#numberAt(address));
  }

  attributes(element: ByteSlice): ByteSlice | undefined {
    const address = this.#find(element);
    return address === 0 ? undefined : this.#attributesAt(address);
  }

  /** Gives an element other attributes; empty ones take them away. Not a part of this arena. @returns whether it is there */
  setAttributes(element: ByteSlice, attributes: ByteSlice = NO_ATTRIBUTES): boolean {
    const address = this.#find(element);
    if (address === 0) return false;
    const number = this.#numberAt(address);
    if (this.#attributesAt(address) !== undefined) this.attributed--;
    if (attributes.length > 0) this.attributed++;
    const value = Buffer.concat([numberBytes(number).view(), attributes.view()]);
    this.#place(number, this.#dict.setValue(address, ByteSlice.of(value)));
    return true;
  }

  /** The elements whose vectors are most similar, the most similar first. */
  similar(vector: Float32Array, { count, ef, exact, accepts }: SimilarityWish): Similar[] {
    const allowed = accepts === undefined ? undefined : this.#accepted(accepts);
    if (allowed?.length === 0) return [];
    const k = Math.min(count, this.size);
    const wish = { k, efRuntime: Math.max(ef, k), exact, allowed, deadline: new Deadline(undefined) };
    return nearestNeighbors(this.#vectors, vector, wish).map(({ id, distance }) => {
      const address = this.#addresses[id] ?? 0;
      const attributes = this.#attributesAt(address);
      return { element: this.#dict.key(address), attributes, distance, score: 1 - distance / 2 };
    });
  }

  /** Visits every element. Slices are views; the visitor must not change the set. */
  forEach(visit: (element: ByteSlice, attributes: ByteSlice | undefined, vector: Float32Array) => void): void {
    for (let number = 0; number < this.#numbers; number++) {
      const address = this.#addresses[number] ?? 0;
      if (address !== 0) visit(this.#dict.key(address), this.#attributesAt(address), this.#vectorOf(number));
    }
  }

  /** Visits every element without its vector. Slices are views; the visitor must not change the set. */
  forEachElement(visit: (element: ByteSlice) => void): void {
    this.#dict.forEach((address) => {
      visit(this.#dict.key(address));
    });
  }

  /** A random element, as a view; there is one. */
  random(random: Random): ByteSlice {
    return this.#dict.key(this.#dict.random(random));
  }

  memoryBytes(): number {
    let bytes = this.#dict.tableBytes + this.#addresses.byteLength + (this.#index?.memoryBytes ?? 0);
    this.#dict.forEach((address) => {
      bytes += this.#dict.entryBytes(address);
    });
    return bytes;
  }

  copyTo(home: ValueHome): VectorSetValue {
    const copy = new VectorSetValue(home);
    copy.define(this.#shape);
    this.forEach((element, attributes, vector) => {
      const ownAttributes = attributes === undefined ? undefined : ByteSlice.of(attributes.copy());
      copy.add(ByteSlice.of(element.copy()), vector, ownAttributes);
    });
    return copy;
  }

  free(): void {
    this.#dict.clear();
    this.#index?.close();
  }

  /** Checks every invariant of the head comment; throws on the first that fails. For tests. */
  validate(): void {
    let attributed = 0;
    let size = 0;
    for (let number = 0; number < this.#numbers; number++) {
      const address = this.#addresses[number] ?? 0;
      assert(this.#vectors.has(number) === (address !== 0), `number ${number} has a vector when it is in use`);
      if (address === 0) continue;
      size++;
      assert(this.#numberAt(address) === number, `the entry of number ${number} says so`);
      if (this.#attributesAt(address) !== undefined) attributed++;
    }
    assert(size === this.size && this.#vectors.size === size, `size ${this.size}, counted ${size}`);
    assert(attributed === this.attributed, `attributed ${this.attributed}, counted ${attributed}`);
    assert(this.#free.length === this.#numbers - size, 'numbers that are free');
    assert(this.#vectors.validate().length === 0, 'the index is valid');
    this.#dict.validate();
  }

  get #vectors(): VectorIndex {
    assert(this.#index !== undefined, 'the set is defined');
    return this.#index;
  }

  #find({ buffer, start, end }: ByteSlice): number {
    return this.#dict.find(buffer, start, end);
  }

  #numberAt(address: number): number {
    const { buffer, start } = this.#dict.value(address);
    return buffer.readUInt32LE(start);
  }

  #attributesAt(address: number): ByteSlice | undefined {
    const value = this.#dict.value(address);
    return value.length === NUMBER_BYTES ? undefined : value.slice(NUMBER_BYTES, value.length);
  }

  #vectorOf(number: number): Float32Array {
    const bytes = this.#vectors.read(number);
    assert(bytes !== undefined, 'the number is in use');
    return new Float32Array(bytes.slice().buffer);
  }

  #place(number: number, address: number): void {
    if (number >= this.#addresses.length) {
      const grown = new Uint32Array(this.#addresses.length * 2);
      grown.set(this.#addresses);
      this.#addresses = grown;
    }
    this.#addresses[number] = address;
  }

  #accepted(accepts: (attributes: ByteSlice | undefined) => boolean): number[] {
    const numbers: number[] = [];
    for (let number = 0; number < this.#numbers; number++) {
      const address = this.#addresses[number] ?? 0;
      if (address !== 0 && accepts(this.#attributesAt(address))) numbers.push(number);
    }
    return numbers;
  }
}

function numberBytes(number: number): ByteSlice {
  const bytes = Buffer.alloc(NUMBER_BYTES);
  bytes.writeUInt32LE(number);
  return ByteSlice.of(bytes);
}
