/**
 * The index of a GEO field: points in the order of a Z curve over longitude and latitude, kept as numbers in a numeric
 * index. A circle is covered by squares of the curve, each of which is a range of numbers; what the squares hold beyond the
 * circle is measured. Distances are those of GEO commands: on a sphere, along great circles.
 */
import type { DocumentId } from '../document-table.js';
import { NumericIndex } from './numeric.js';

/** Bits of each coordinate: together they fit a double, and tell points apart that are 30 cm from each other. */
const bits = 26;
const steps = 2 ** bits;
const radiusOfEarthM = 6_372_797.560856;
/** Squares a circle is covered by, about. */
const squaresMax = 32;

export interface Point {
  readonly lon: number;
  readonly lat: number;
}

export class GeoIndex {
  readonly #codes = new NumericIndex();
  /** Longitude and latitude by id, as they were written. */
  #points: Float64Array = new Float64Array(0);

  get size(): number {
    return this.#codes.size;
  }

  has(id: DocumentId): boolean {
    return this.#codes.has(id);
  }

  pointOf(id: DocumentId): Point | undefined {
    if (!this.has(id)) return undefined;
    return { lon: this.#points[id * 2] ?? 0, lat: this.#points[id * 2 + 1] ?? 0 };
  }

  put(id: DocumentId, { lon, lat }: Point): void {
    if (this.#points.length < id * 2 + 2) {
      const grown = new Float64Array(Math.max(64, this.#points.length * 2, id * 2 + 2));
      grown.set(this.#points);
      this.#points = grown;
    }
    this.#points[id * 2] = lon;
    this.#points[id * 2 + 1] = lat;
    this.#codes.put(id, codeOf(stepOf(lon, 180), stepOf(lat, 90)));
  }

  delete(id: DocumentId): void {
    this.#codes.delete(id);
  }

  isWithin(id: DocumentId, centre: Point, radiusM: number): boolean {
    const point = this.pointOf(id);
    return point !== undefined && distanceM(point, centre) <= radiusM;
  }

  /** Upper bound of the points within. */
  countAround(centre: Point, radiusM: number): number {
    return coveringRanges(centre, radiusM).reduce((sum, range) => sum + this.#codes.count(range), 0);
  }

  /** Visits the documents within, once each. */
  forEachAround(centre: Point, radiusM: number, visit: (id: DocumentId) => void): void {
    for (const range of coveringRanges(centre, radiusM)) {
      this.#codes.forEach(range, (id) => {
        if (this.isWithin(id, centre, radiusM)) visit(id);
      });
    }
  }

  get memoryBytes(): number {
    return this.#codes.memoryBytes + this.#points.byteLength;
  }

  validate(): string[] {
    return this.#codes.validate().map((error) => `geo: ${error}`);
  }
}

/** `lon,lat` in degrees; undefined for anything else. */
export function parsePoint(text: string): Point | undefined {
  const [, lonText = '', latText = ''] = /^\s*([^\s,]+)\s*(?:,|\s)\s*([^\s,]+)\s*$/.exec(text) ?? [];
  const [lon, lat] = [decimal.test(lonText) ? Number(lonText) : 200, decimal.test(latText) ? Number(latText) : 100];
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? { lon, lat } : undefined;
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Along a great circle, by the haversine formula. */
export function distanceM(a: Point, b: Point): number {
  const [latA, latB] = [radians(a.lat), radians(b.lat)];
  const u = Math.sin((latB - latA) / 2);
  const v = Math.sin(radians(b.lon - a.lon) / 2);
  return 2 * radiusOfEarthM * Math.asin(Math.min(1, Math.sqrt(u * u + Math.cos(latA) * Math.cos(latB) * v * v)));
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}

function stepOf(degrees: number, max: number): number {
  return Math.min(steps - 1, Math.max(0, Math.floor(((degrees + max) / (2 * max)) * steps)));
}

/** Bits of both, in turn. */
function codeOf(x: number, y: number): number {
  return spread(x) * 2 + spread(y);
}

/** Puts a zero ahead of each bit. */
function spread(value: number): number {
  return spreadHalf(value >>> 13) * 2 ** 26 + spreadHalf(value & 0x1fff);
}

function spreadHalf(value: number): number {
  let spread = 0;
  for (let bit = 0; bit < 13; bit++) spread |= ((value >>> bit) & 1) << (bit * 2);
  return spread;
}

interface CodeRange {
  readonly min: number;
  readonly max: number;
  readonly minExclusive: false;
  readonly maxExclusive: true;
}

interface Box {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}

/** Disjoint ranges of the curve that hold every point within. */
function coveringRanges(centre: Point, radiusM: number): CodeRange[] {
  const boxes = boxesAround(centre, radiusM);
  const ranges: CodeRange[] = [];
  let squares: Square[] = [{ x: 0, y: 0, size: steps }];
  while (squares.length > 0) {
    const touched = squares.flatMap(quarters).filter((part) => boxes.some((box) => touches(box, part)));
    if (touched.length + ranges.length > squaresMax || touched[0]?.size === 1) {
      ranges.push(...squares.map(rangeOf));
      break;
    }
    const isCovered = (part: Square): boolean => boxes.some((box) => covers(box, part));
    ranges.push(...touched.filter(isCovered).map(rangeOf));
    squares = touched.filter((part) => !isCovered(part));
  }
  return ranges;
}

/** In steps of the curve; two boxes where the circle crosses the date line. */
function boxesAround({ lon, lat }: Point, radiusM: number): Box[] {
  const degrees = (radiusM / radiusOfEarthM) * (180 / Math.PI) + 1e-6;
  const [southDeg, northDeg] = [lat - degrees, lat + degrees];
  const [south, north] = [stepOf(southDeg, 90), stepOf(northDeg, 90)];
  // Where the circle holds a pole, every longitude is within; elsewhere the widest place is not at the centre's latitude.
  const sine = Math.sin(radians(Math.min(90, degrees))) / Math.cos(radians(lat));
  if (southDeg <= -90 || northDeg >= 90 || !(sine < 1)) return [{ west: 0, east: steps - 1, south, north }];
  const width = (Math.asin(sine) * 180) / Math.PI + 1e-6;
  const [west, east] = [lon - width, lon + width];
  if (west < -180) {
    return [
      { west: 0, east: stepOf(east, 180), south, north },
      { west: stepOf(west + 360, 180), east: steps - 1, south, north },
    ];
  }
  if (east > 180) {
    return [
      { west: stepOf(west, 180), east: steps - 1, south, north },
      { west: 0, east: stepOf(east - 360, 180), south, north },
    ];
  }
  return [{ west: stepOf(west, 180), east: stepOf(east, 180), south, north }];
}

interface Square {
  readonly x: number;
  readonly y: number;
  readonly size: number;
}

function quarters({ x, y, size }: Square): Square[] {
  const half = size / 2;
  return [0, 1, 2, 3].map((at) => ({ x: x + (at & 1) * half, y: y + (at >>> 1) * half, size: half }));
}

function touches({ west, east, south, north }: Box, { x, y, size }: Square): boolean {
  return x <= east && x + size > west && y <= north && y + size > south;
}

function covers({ west, east, south, north }: Box, { x, y, size }: Square): boolean {
  return x >= west && x + size - 1 <= east && y >= south && y + size - 1 <= north;
}

function rangeOf({ x, y, size }: Square): CodeRange {
  const min = codeOf(x, y);
  return { min, max: min + size * size, minExclusive: false, maxExclusive: true };
}
