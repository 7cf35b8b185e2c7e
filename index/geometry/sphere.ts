/**
 * Shapes on a sphere, whose edges are parts of great circles. Seen from the sphere's centre great circles are straight lines on a plane
 * that touches the sphere anywhere (the gnomonic projection), as long as what is looked at is less than half of the sphere: so two
 * shapes are compared on the plane that touches the sphere in the middle of one of them.
 */
import type { Box, Ring, Shape } from './shape.js';

/** A direction from the sphere's centre, of length 1. */
export type Direction = readonly [x: number, y: number, z: number];

/** The part of a sphere around a direction. */
export interface Cap {
  readonly centre: Direction;
  /** The least cosine of the angles between the centre and a corner. */
  readonly cosine: number;
}

/** What is further from the middle than this, 89 degrees, is not projected: nearly half the sphere. */
const cosineMin = 0.017;

/** The part of the sphere that a shape lies on; undefined when it is nearly half of it or more, or not on the sphere. */
export function capOf({ rings }: Shape): Cap | undefined {
  let [x, y, z] = [0, 0, 0];
  if (!rings.every(isOnSphere)) return undefined;
  const corners = rings.flatMap(directions);
  for (const corner of corners) [x, y, z] = [x + corner[0], y + corner[1], z + corner[2]];
  const length = Math.hypot(x, y, z);
  if (length < 1e-9) return undefined;
  const centre: Direction = [x / length, y / length, z / length];
  const cosine = corners.reduce((least, corner) => Math.min(least, dot(corner, centre)), 1);
  return cosine < cosineMin ? undefined : { centre, cosine };
}

/** The box of a cap as it is seen along the axis of the sphere: what touches has boxes that touch. */
export function capBox({ centre: [x, y], cosine }: Cap): Box {
  // The length of the chord to the rim, and what is lost in reckoning.
  const reach = Math.sqrt(Math.max(0, 2 - 2 * cosine)) + 1e-9;
  return { minX: x - reach, minY: y - reach, maxX: x + reach, maxY: y + reach };
}

/** A shape on the plane that touches the sphere at a direction; undefined when it is not in front of it. */
export function projected({ isPoint, rings }: Shape, centre: Direction): Shape | undefined {
  const [east, north] = axesAt(centre);
  const flat: Ring[] = [];
  for (const ring of rings) {
    const corners: number[] = [];
    for (const corner of directions(ring)) {
      const depth = dot(corner, centre);
      if (depth < cosineMin) return undefined;
      corners.push(dot(corner, east) / depth, dot(corner, north) / depth);
    }
    flat.push(Float64Array.from(corners));
  }
  return { isPoint, rings: flat };
}

/** Half-way between two directions. */
export function between(a: Direction, b: Direction): Direction {
  const [x, y, z] = [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
  const length = Math.hypot(x, y, z) || 1;
  return [x / length, y / length, z / length];
}

/** Degrees of longitude and latitude. */
function isOnSphere(ring: Ring): boolean {
  return ring.every((value, at) => Math.abs(value) <= (at % 2 === 0 ? 180 : 90));
}

function directions(ring: Ring): Direction[] {
  return Array.from({ length: ring.length / 2 }, (_, at): Direction => {
    const [lon, lat] = [((ring[at * 2] ?? 0) * Math.PI) / 180, ((ring[at * 2 + 1] ?? 0) * Math.PI) / 180];
    return [Math.cos(lat) * Math.cos(lon), Math.cos(lat) * Math.sin(lon), Math.sin(lat)];
  });
}

/** Two directions at right angles to one and to each other. */
function axesAt([x, y, z]: Direction): [Direction, Direction] {
  // Away from the axis that the direction is nearest to.
  const other: Direction = Math.abs(z) < 0.9 ? [0, 0, 1] : [1, 0, 0];
  const east = cross(other, [x, y, z]);
  const length = Math.hypot(...east);
  const unit: Direction = [east[0] / length, east[1] / length, east[2] / length];
  return [unit, cross([x, y, z], unit)];
}

function dot(a: Direction, b: Direction): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Direction, b: Direction): Direction {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
