/** Distances on the earth, taken for a sphere, and which cells of an index a circle or a box needs. */
import { type Area, areaOf, type Cell, cellOf, isSameCell, neighbour, type Point, STEP_MAX } from './geohash.js';

const EARTH_RADIUS_METERS = 6372797.560856;
/** Half the length of the equator in EPSG:3857: a range beyond it needs the coarsest cells. */
const MERCATOR_MAX_METERS = 20037726.37;
const RADIANS_PER_DEGREE = Math.PI / 180;
/** Beyond these latitudes cells are so narrow that coarser ones are needed. */
const NARROW_LATITUDE = 66;
const NARROWER_LATITUDE = 80;

/** What is searched: lengths are in units of `metersPerUnit`. */
export type GeoShape = {
  readonly center: Point;
  readonly metersPerUnit: number;
} & ({ readonly radius: number } | { readonly width: number; readonly height: number });

/** Length of the shortest way between two points in meters. */
export function distanceMeters(a: Point, b: Point): number {
  const lonSine = Math.sin((radians(b.longitude) - radians(a.longitude)) / 2);
  if (lonSine === 0) return latitudeDistanceMeters(a.latitude, b.latitude);
  const [aLatitude, bLatitude] = [radians(a.latitude), radians(b.latitude)];
  const latSine = Math.sin((bLatitude - aLatitude) / 2);
  const square = latSine * latSine + Math.cos(aLatitude) * Math.cos(bLatitude) * lonSine * lonSine;
  return 2 * EARTH_RADIUS_METERS * Math.asin(Math.sqrt(square));
}

/** The distance of a point from the center of a shape in meters; undefined when it lies outside. */
export function distanceInside(shape: GeoShape, point: Point): number | undefined {
  const { center, metersPerUnit } = shape;
  if ('radius' in shape) {
    const distance = distanceMeters(center, point);
    return distance > shape.radius * metersPerUnit ? undefined : distance;
  }
  const northSouth = latitudeDistanceMeters(point.latitude, center.latitude);
  if (northSouth > (shape.height * metersPerUnit) / 2) return undefined;
  const eastWest = distanceMeters(point, { longitude: center.longitude, latitude: point.latitude });
  if (eastWest > (shape.width * metersPerUnit) / 2) return undefined;
  return distanceMeters(center, point);
}

/**
 * Cells that cover a shape, in the order Redis looks through them, which unsorted replies show: the center's, then those
 * around it that the shape reaches.
 */
export function cellsOver(shape: GeoShape): Cell[] {
  const box = boundingBox(shape);
  let cell = cellOf(shape.center, stepFor(shape));
  if (cell.step > 1 && reachesTooFar(cell, box)) cell = cellOf(shape.center, cell.step - 1);
  const area = areaOf(cell);
  const prunes = cell.step >= 2;
  const skipsSouth = prunes && area.south < box.south;
  const skipsNorth = prunes && area.north > box.north;
  const skipsWest = prunes && area.west < box.west;
  const skipsEast = prunes && area.east > box.east;
  const cells = [cell];
  let last: Cell | undefined;
  for (const [east, north] of AROUND) {
    if ((north < 0 && skipsSouth) || (north > 0 && skipsNorth)) continue;
    if ((east < 0 && skipsWest) || (east > 0 && skipsEast)) continue;
    const next = neighbour(cell, east, north);
    if (last !== undefined && isSameCell(next, last)) continue;
    cells.push(next);
    last = next;
  }
  return cells;
}

/** Steps east and north: north, south, east, west, then the corners. */
const AROUND: readonly (readonly [east: number, north: number])[] = [
  [0, 1],
  [0, -1],
  [1, 0],
  [-1, 0],
  [1, 1],
  [-1, 1],
  [1, -1],
  [-1, -1],
];

function latitudeDistanceMeters(a: number, b: number): number {
  return EARTH_RADIUS_METERS * Math.abs(radians(b) - radians(a));
}

/** The box of coordinates around a shape; a degree of longitude is shortest at the side nearer to a pole. */
function boundingBox(shape: GeoShape): Area {
  const { longitude, latitude } = shape.center;
  const height = shape.metersPerUnit * ('radius' in shape ? shape.radius : shape.height / 2);
  const width = shape.metersPerUnit * ('radius' in shape ? shape.radius : shape.width / 2);
  const up = degrees(height / EARTH_RADIUS_METERS);
  const nearPole = latitude < 0 ? latitude - up : latitude + up;
  const across = degrees(width / EARTH_RADIUS_METERS / Math.cos(radians(nearPole)));
  return { west: longitude - across, east: longitude + across, south: latitude - up, north: latitude + up };
}

/** Bits a cell may have so that it and its neighbours cover a shape. */
function stepFor(shape: GeoShape): number {
  const reach =
    'radius' in shape
      ? shape.radius
      : Math.sqrt((shape.width / 2) * (shape.width / 2) + (shape.height / 2) * (shape.height / 2));
  let meters = reach * shape.metersPerUnit;
  if (meters === 0) return STEP_MAX;
  let step = 1;
  for (; meters < MERCATOR_MAX_METERS; step++) meters *= 2;
  step -= 2;
  const latitude = Math.abs(shape.center.latitude);
  if (latitude > NARROW_LATITUDE) step--;
  if (latitude > NARROWER_LATITUDE) step--;
  return Math.max(1, Math.min(STEP_MAX, step));
}

/** Whether a box reaches beyond the neighbours of a cell. */
function reachesTooFar(cell: Cell, box: Area): boolean {
  return (
    areaOf(neighbour(cell, 0, 1)).north < box.north ||
    areaOf(neighbour(cell, 0, -1)).south > box.south ||
    areaOf(neighbour(cell, 1, 0)).east < box.east ||
    areaOf(neighbour(cell, -1, 0)).west > box.west
  );
}

function radians(value: number): number {
  return value * RADIANS_PER_DEGREE;
}

function degrees(value: number): number {
  return value / RADIANS_PER_DEGREE;
}
