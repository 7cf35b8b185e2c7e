/**
 * The vector set type: elements, each with a vector and possibly attributes (JSON, kept as it came), and an index of the
 * vectors by cosine.
 *
 * Elements and attributes lie in the arena, in a `Dict` whose values begin with the element's number and the length of its vector;
 * vectors and graph are held by the engine of `@nearkey/index`, outside the JavaScript heap: as they come when they are not
 * quantised, else as directions in elements of eight bits, or of one where the engine packs them.
 *
 * Invariants: numbers are dense, and that of an element which left is given to the next that comes; `#addresses` says
 * where the entry of a number lies, 0 where there is none; the index has a vector for each number in use; `beyond` of the home
 * counts what index and addresses take.
 */
import {
  Deadline,
  defaultEngine,
  defineSchema,
  type FoundNeighbors,
  type NearestWish,
  type Neighbor,
  nearestLater,
  nearestNeighbors,
  type VectorElements,
  type VectorIndex,
} from '@nearkey/index';
import { assert } from '../base/assert.js';
import { ByteSlice } from '../base/byte-slice.js';
import type { Random } from '../base/random.js';
import { Dict } from '../memory/dict.js';
import { Kind, type Value, type ValueHome } from './value.js';
import { project, projectionMatrix } from './vector-projection.js';
import { signBits, signsOf } from './vector-quantisation.js';

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
  /** So many elements, the most similar ones, are put to `accepts` at most, unless every vector is measured. */
  readonly effort: number;
}

/** Number and length of an element, before its attributes. */
const HEAD_BYTES = 8;
/** What the greatest element of a direction becomes in eight bits. */
const CODE_MAX = 127;
/** A filter is put to so many of the nearest for each element that is wanted, and to so many times more when they do not do. */
const LOOK_PER_COUNT = 4;
const LOOK_GROWTH = 4;
/** Where the filter may be put to all, looking at the nearest ends at this part of them: walking farther costs more. */
const LOOK_PART = 8;
/** Numbers of one element and the next that had it are told apart by so many generations. */
const GENERATION = 2 ** 32;
const EF_CONSTRUCTION = 200;
/** Every search says its own. */
const EF_RUNTIME = 10;
const NO_ATTRIBUTES = ByteSlice.of(Buffer.alloc(0));
/** Draws the levels of the graph. */
const SEED = 100;

let lastUid = 0;

export class VectorSetValue implements Value {
  static readonly kind = Kind.vectorSet;
  readonly #dict: Dict;
  readonly #home: ValueHome;
  #index: VectorIndex | undefined;
  #shape: VectorSetShape = { dim: 0, quantisation: 'int8', m: 16, inputDim: 0 };
  #matrix: Float32Array | undefined;
  /** Whether the index has a bit for each element. */
  #isPacked = false;
  /** By number: where the element's entry lies. */
  #addresses = new Uint32Array(8);
  /** By number: how many elements have had it before. */
  #generations = new Uint16Array(8);
  #numbers = 0;
  /** What `beyond` of the home counts for this set. */
  #countedBytes = 0;
  #isFreed = false;
  readonly #free: number[] = [];
  /** Elements with attributes. */
  attributed = 0;
  readonly uid = ++lastUid;

  constructor(home: ValueHome) {
    this.#home = home;
    this.#dict = new Dict(home.arena, home.hashSeed);
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

  /** The highest level of the graph. */
  get topLevel(): number {
    return this.#vectors.topLevel ?? 0;
  }

  /** Says what the set is made with, before anything is added. */
  define(shape: VectorSetShape): void {
    assert(this.#index === undefined, 'a set is defined once');
    this.#shape = shape;
    const { dim, m, quantisation } = shape;
    const engine = this.#home.vectorEngine ?? defaultEngine();
    const sequenceOf = (number: number): number => number + (this.#generations[number] ?? 0) * GENERATION;
    if (quantisation === 'bin' && engine.createOfBits !== undefined) {
      const bits = { dim, m, efConstruction: EF_CONSTRUCTION, efRuntime: EF_RUNTIME };
      this.#index = engine.createOfBits(bits, sequenceOf, SEED);
      this.#isPacked = true;
      return;
    }
    const elementType = quantisation === 'f32' ? 'FLOAT32' : 'INT8';
    const graph = { type: 'VECTOR', algorithm: 'HNSW', identifier: 'v', metric: 'COSINE', elementType } as const;
    const [field] = defineSchema([{ ...graph, dim, m, efConstruction: EF_CONSTRUCTION }]).fields;
    assert(field?.type === 'VECTOR', 'the field is a vector');
    this.#index = engine.create(field, sequenceOf, SEED);
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
      const number = this.#numberAt(known);
      this.#dict.writeValue(known, 0, headBytes(number, lengthOf(vector)));
      this.#vectors.put(number, this.#quantised(vector));
      this.#count();
      if (attributes !== undefined) this.setAttributes(element, attributes);
      return false;
    }
    const number = this.#free.pop() ?? this.#numbers++;
    const address = this.#dict.insert(element.buffer, element.start, element.end, HEAD_BYTES, 0);
    this.#dict.writeValue(address, 0, headBytes(number, lengthOf(vector)));
    this.#place(number, address);
    this.#vectors.put(number, this.#quantised(vector));
    this.#count();
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
    this.#generations[number] = (this.#generations[number] ?? 0) + 1;
    this.#free.push(number);
    this.#dict.remove(address);
    this.#count();
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
    const value = Buffer.concat([this.#headAt(address).copy(), attributes.view()]);
    this.#place(number, this.#dict.setValue(address, ByteSlice.of(value)));
    return true;
  }

  /** The elements whose vectors are most similar, the most similar first. */
  similar(vector: Float32Array, wish: SimilarityWish): Similar[] {
    const query = this.#quantised(vector);
    let found: Similar[] = [];
    for (const candidates of this.#looks(wish)) {
      const nearest = this.#nearestWish(wish, candidates);
      if (nearest.allowed?.length === 0) return [];
      const neighbors = nearestNeighbors(this.#vectors, query, nearest);
      found = this.#accepted(neighbors.length, (at) => neighbors[at], wish);
      if (found.length >= wish.count) break;
    }
    return found;
  }

  /**
   * The same beside this thread: resolves to a function that answers with the elements that are there when it is called, none of a
   * set that is gone. Undefined when `similar` is the faster way.
   */
  similarLater(vector: Float32Array, wish: SimilarityWish): Promise<() => Similar[]> | undefined {
    const query = this.#quantised(vector);
    const looks = this.#looks(wish);
    const first = this.#lookLater(query, wish, looks[0]);
    if (first === undefined) return undefined;
    return this.#goOnLooking(first, query, wish, looks).catch((failure: unknown) => {
      if (!this.#isFreed) throw failure;
      return () => [];
    });
  }

  async #goOnLooking(
    first: Promise<FoundNeighbors>,
    query: VectorElements,
    wish: SimilarityWish,
    looks: readonly (number | undefined)[],
  ): Promise<() => Similar[]> {
    let found = await first;
    for (const candidates of looks.slice(1)) {
      if (this.#isFreed || this.#foundIn(found, wish).length >= wish.count) break;
      const next = this.#lookLater(query, wish, candidates);
      if (next === undefined) break;
      found = await next;
    }
    return () => (this.#isFreed ? [] : this.#foundIn(found, wish));
  }

  #lookLater(
    query: VectorElements,
    wish: SimilarityWish,
    candidates: number | undefined,
  ): Promise<FoundNeighbors> | undefined {
    const nearest = this.#nearestWish(wish, candidates);
    return nearest.allowed?.length === 0 ? undefined : nearestLater(this.#vectors, query, nearest);
  }

  #foundIn({ ids, distances, from, to }: FoundNeighbors, wish: SimilarityWish): Similar[] {
    return this.#accepted(to - from, (at) => ({ id: ids[from + at] ?? 0, distance: distances[from + at] ?? 0 }), wish);
  }

  /** Those of the neighbours that are there and accepted, as many as are wanted. */
  #accepted(length: number, neighborAt: (at: number) => Neighbor | undefined, wish: SimilarityWish): Similar[] {
    const found: Similar[] = [];
    for (let at = 0; at < length && found.length < wish.count; at++) {
      const neighbor = neighborAt(at);
      if (neighbor === undefined || (this.#addresses[neighbor.id] ?? 0) === 0) continue;
      const similar = this.#similarAt(neighbor.id, neighbor.distance);
      if (wish.accepts?.(similar.attributes) ?? true) found.push(similar);
    }
    return found;
  }

  /**
   * How many of the nearest are looked for, turn by turn, until enough of them are accepted; undefined: the filter is put to every
   * element, and the nearest of those that pass are looked for.
   */
  #looks({ count, exact, accepts, effort }: SimilarityWish): (number | undefined)[] {
    if (accepts === undefined) return [Math.min(count, this.size)];
    const mayLookAtAll = exact || effort >= this.size;
    const most = mayLookAtAll ? Math.floor(this.size / LOOK_PART) : effort;
    const looks: (number | undefined)[] = [];
    if (!exact) for (let n = count * LOOK_PER_COUNT; n < most; n *= LOOK_GROWTH) looks.push(n);
    looks.push(mayLookAtAll ? undefined : most);
    return looks;
  }

  /**
   * Whom an element is linked with, a list for each level, the highest first; where the graph is not shown, its nearest as one level.
   * Undefined when there is no such element.
   */
  links(element: ByteSlice): Similar[][] | undefined {
    const address = this.#find(element);
    if (address === 0) return undefined;
    const number = this.#numberAt(address);
    const vector = this.#elementsOf(number);
    const levels = this.#vectors.linksOf?.(number);
    if (levels !== undefined) {
      const measure = this.#vectors.measure(vector);
      return levels.map((ids) => Array.from(ids, (id) => this.#similarAt(id, measure(id) ?? 0)));
    }
    const k = this.#shape.m * 2 + 1;
    const wish = { k, efRuntime: k, exact: true, allowed: undefined, deadline: new Deadline(undefined) };
    const others = nearestNeighbors(this.#vectors, vector, wish).filter(({ id }) => id !== number);
    return [others.slice(0, k - 1).map(({ id, distance }) => this.#similarAt(id, distance))];
  }

  #nearestWish({ count, ef, exact, accepts }: SimilarityWish, candidates: number | undefined): NearestWish {
    const k = candidates ?? Math.min(count, this.size);
    const allowed = candidates === undefined && accepts !== undefined ? this.#passing(accepts) : undefined;
    return { k, efRuntime: Math.max(ef, k), exact, allowed, deadline: new Deadline(undefined) };
  }

  #similarAt(number: number, distance: number): Similar {
    const address = this.#addresses[number] ?? 0;
    const attributes = this.#attributesAt(address);
    return { element: this.#dict.key(address), attributes, distance, score: 1 - distance / 2 };
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
    let bytes = this.#dict.tableBytes + this.#beyondBytes;
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
    this.abandon();
  }

  abandon(): void {
    this.#isFreed = true;
    this.#home.beyond.bytes -= this.#countedBytes;
    this.#index?.close();
  }

  get #beyondBytes(): number {
    return this.#addresses.byteLength + this.#generations.byteLength + (this.#index?.memoryBytes ?? 0);
  }

  #count(): void {
    const bytes = this.#beyondBytes;
    this.#home.beyond.bytes += bytes - this.#countedBytes;
    this.#countedBytes = bytes;
  }

  /** Checks every invariant of the head comment; throws on the first that fails. For tests. */
  validate(): void {
    // First: what follows works off what the index has put off.
    assert(this.#countedBytes === this.#beyondBytes, `counts ${this.#countedBytes} of ${this.#beyondBytes} bytes`);
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
    return value.length === HEAD_BYTES ? undefined : value.slice(HEAD_BYTES, value.length);
  }

  #headAt(address: number): ByteSlice {
    return this.#dict.value(address).slice(0, HEAD_BYTES);
  }

  #lengthAt(address: number): number {
    const { buffer, start } = this.#dict.value(address);
    return buffer.readFloatLE(start + 4);
  }

  /** As the index keeps them. */
  #elementsOf(number: number): Float32Array | Int8Array {
    const bytes = this.#vectors.read(number);
    assert(bytes !== undefined, 'the number is in use');
    const { buffer } = bytes.slice();
    if (this.#isPacked) return signsOf(new Uint8Array(buffer), this.#shape.dim);
    return this.#shape.quantisation === 'f32' ? new Float32Array(buffer) : new Int8Array(buffer);
  }

  /** Of what is quantised: the direction that was kept, in the length that came. */
  #vectorOf(number: number): Float32Array {
    const elements = this.#elementsOf(number);
    if (elements instanceof Float32Array) return elements;
    const scale = this.#lengthAt(this.#addresses[number] ?? 0) / (lengthOf(elements) || 1);
    return Float32Array.from(elements, (element) => element * scale);
  }

  /** The direction in eight bits, the greatest element as 127; of one bit an element, above zero or not. */
  #quantised(vector: Float32Array): VectorElements {
    switch (this.#shape.quantisation) {
      case 'f32':
        return vector;
      case 'bin':
        return this.#isPacked ? signBits(vector) : Int8Array.from(vector, (element) => (element > 0 ? 1 : -1));
      case 'int8': {
        const greatest = vector.reduce((most, element) => Math.max(most, Math.abs(element)), 0);
        const scale = greatest === 0 ? 0 : CODE_MAX / greatest;
        return Int8Array.from(vector, (element) => Math.round(element * scale));
      }
    }
  }

  #place(number: number, address: number): void {
    if (number >= this.#addresses.length) {
      const grown = new Uint32Array(this.#addresses.length * 2);
      grown.set(this.#addresses);
      this.#addresses = grown;
      const generations = new Uint16Array(grown.length);
      generations.set(this.#generations);
      this.#generations = generations;
    }
    this.#addresses[number] = address;
  }

  #passing(accepts: (attributes: ByteSlice | undefined) => boolean): number[] {
    const numbers: number[] = [];
    for (let number = 0; number < this.#numbers; number++) {
      const address = this.#addresses[number] ?? 0;
      if (address !== 0 && accepts(this.#attributesAt(address))) numbers.push(number);
    }
    return numbers;
  }
}

function headBytes(number: number, length: number): ByteSlice {
  const bytes = Buffer.alloc(HEAD_BYTES);
  bytes.writeUInt32LE(number);
  bytes.writeFloatLE(length, 4);
  return ByteSlice.of(bytes);
}

function lengthOf(vector: Float32Array | Int8Array): number {
  let squares = 0;
  for (let at = 0; at < vector.length; at++) squares += (vector[at] ?? 0) ** 2;
  return Math.sqrt(squares);
}
