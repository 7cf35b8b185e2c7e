/**
 * Geohashes: a point on the earth as one number, the bits of its longitude and latitude in turn, so that points near each
 * other mostly are numbers near each other. With 26 bits each it is a whole number of 52 bits, which a score holds exactly;
 * with fewer it names a cell, and the scores in a cell are one range.
 *
 * Arithmetic is done in the order Redis does it: what is printed of a point depends on the last bit.
 */

/** Bits of each coordinate in a score. */
export const STEP_MAX = 26;
const LONGITUDE_MAX = 180;
/** Latitude of the poles in EPSG:3857, beyond which nothing is indexed. */
export const LATITUDE_MAX = 85.05112878;
/** Latitudes of geohashes as others write them. */
const STANDARD_LATITUDE_MAX = 90;

const ALPHABET = '0123456789bcdefghjkmnpqrstuvwxyz';
const HALF_STEP = 13;
const HALF_MASK = 2 ** HALF_STEP - 1;
const TEXT_CHARS = 11;
const CHAR_BITS = 5;

export interface Point {
  readonly longitude: number;
  readonly latitude: number;
}

/** A cell by its column from west and its row from south, of 2^step each. */
export interface Cell {
  readonly column: number;
  readonly row: number;
  readonly step: number;
}

export interface Area {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}

/** Whether a point can be indexed. */
export function isIndexable({ longitude, latitude }: Point): boolean {
  return Math.abs(longitude) <= LONGITUDE_MAX && Math.abs(latitude) <= LATITUDE_MAX;
}

/** The cell a point lies in. */
export function cellOf({ longitude, latitude }: Point, step: number, latitudeMax = LATITUDE_MAX): Cell {
  const across = (longitude + LONGITUDE_MAX) / (2 * LONGITUDE_MAX);
  const up = (latitude + latitudeMax) / (2 * latitudeMax);
  return { column: Math.floor(across * 2 ** step), row: Math.floor(up * 2 ** step), step };
}

/** The score of a point. */
export function scoreOf(point: Point): number {
  return cellBits(cellOf(point, STEP_MAX));
}

/** The point a score stands for: the middle of its cell. Any number stands for one. */
export function pointOf(score: number): Point {
  const { west, east, south, north } = areaOf(cellAt(score));
  return {
    longitude: clamp((west + east) / 2, LONGITUDE_MAX),
    latitude: clamp((south + north) / 2, LATITUDE_MAX),
  };
}

export function areaOf({ column, row, step }: Cell): Area {
  const width = 2 * LONGITUDE_MAX;
  const height = LATITUDE_MAX - -LATITUDE_MAX;
  const cells = 2 ** step;
  return {
    south: -LATITUDE_MAX + (row / cells) * height,
    north: -LATITUDE_MAX + ((row + 1) / cells) * height,
    west: -LONGITUDE_MAX + (column / cells) * width,
    east: -LONGITUDE_MAX + ((column + 1) / cells) * width,
  };
}

/** The scores in a cell: from `min` up to and without `max`. */
export function scoresIn(cell: Cell): { min: number; max: number } {
  const scale = 4 ** (STEP_MAX - cell.step);
  const bits = cellBits(cell);
  return { min: bits * scale, max: (bits + 1) * scale };
}

/** The cell so many columns to the east and rows to the north, around the earth. */
export function neighbour({ column, row, step }: Cell, east: number, north: number): Cell {
  const cells = 2 ** step;
  return {
    column: east === 0 ? column : (column + east + cells) % cells,
    row: north === 0 ? row : (row + north + cells) % cells,
    step,
  };
}

/** Whether two cells are the same. */
export function isSameCell(a: Cell, b: Cell): boolean {
  return a.column === b.column && a.row === b.row && a.step === b.step;
}

/** A point as a geohash of 11 characters, the last of which says nothing. */
export function geohashText(point: Point): string {
  const bits = cellBits(cellOf(point, STEP_MAX, STANDARD_LATITUDE_MAX));
  let text = '';
  for (let i = 1; i < TEXT_CHARS; i++) {
    text += ALPHABET[Math.floor(bits / 2 ** (2 * STEP_MAX - i * CHAR_BITS)) % ALPHABET.length];
  }
  return `${text}${ALPHABET[0]}`;
}

/** The bits of a cell in turn, those of the row lower; as a double, because there may be 52 and more. */
function cellBits({ column, row }: Cell): number {
  const low = spread(row & HALF_MASK) + 2 * spread(column & HALF_MASK);
  const high = spread(row >>> HALF_STEP) + 2 * spread(column >>> HALF_STEP);
  return high * 4 ** HALF_STEP + low;
}

/** The cell of a score, read as an unsigned integer of 64 bits. */
function cellAt(score: number): Cell {
  const bits = Number.isFinite(score) ? BigInt.asUintN(64, BigInt(Math.trunc(score))) : 0n;
  const low = Number(bits & 0xffff_ffffn);
  const high = Number(bits >> 32n);
  return {
    column: gather(low >>> 1) + gather(high >>> 1) * 2 ** 16,
    row: gather(low) + gather(high) * 2 ** 16,
    step: STEP_MAX,
  };
}

/** Puts a zero before each of the low 16 bits. */
function spread(word: number): number {
  let bits = word & 0xffff;
  bits = (bits | (bits << 8)) & 0x00ff00ff;
  bits = (bits | (bits << 4)) & 0x0f0f0f0f;
  bits = (bits | (bits << 2)) & 0x33333333;
  return (bits | (bits << 1)) & 0x55555555;
}

/** Every second bit, from the lowest on. */
function gather(word: number): number {
  let bits = word & 0x55555555;
  bits = (bits | (bits >>> 1)) & 0x33333333;
  bits = (bits | (bits >>> 2)) & 0x0f0f0f0f;
  bits = (bits | (bits >>> 4)) & 0x00ff00ff;
  return (bits | (bits >>> 8)) & 0xffff;
}

function clamp(value: number, max: number): number {
  return Math.max(-max, Math.min(max, value));
}
