/**
 * How shapes of a plane lie to each other. A polygon is a closed set: its border and those of its holes belong to it. So
 *
 *     intersects   they share a point, be it of their borders
 *     is within    no point of the one is outside the other, and their insides share a point: a point on the border of a polygon is
 *                  not within it, a polygon that shares a border may be
 *
 * Both rest on three questions: whether two edges meet, where a point lies, and whether a border goes through the inside of a polygon.
 * What is nearer to an edge than a millionth of a millionth of the coordinates lies on it: middles of edges are reckoned, and rounded.
 */
import { type Box, boxesTouch, boxOf, type Ring, type Shape } from './shape.js';

/** Of the greatest coordinate. */
const tolerance = 1e-12;

type Visit = (ax: number, ay: number, bx: number, by: number) => boolean;

export function intersects(a: Shape, b: Shape): boolean {
  if (!boxesTouch(boxOf(a), boxOf(b))) return false;
  if (a.isPoint || b.isPoint) return a.isPoint ? holdsStart(b, a) : holdsStart(a, b);
  const edgesMeet = someEdge(a, (ax, ay, bx, by) =>
    someEdge(b, (cx, cy, dx, dy) => meet(ax, ay, bx, by, cx, cy, dx, dy)),
  );
  // Where no edges meet each ring is inside or outside as a whole.
  return (
    edgesMeet || ringStarts(a).some((start) => holdsStart(b, start)) || ringStarts(b).some((s) => holdsStart(a, s))
  );
}

/** Whether a is within b. */
export function isWithin(a: Shape, b: Shape): boolean {
  const [outer, inner] = [boxOf(b), boxOf(a)];
  if (!boxesTouch(inner, outer)) return false;
  if (b.isPoint) return a.isPoint && sameCorner(a, b);
  if (a.isPoint) return located(a.rings[0]?.[0] ?? 0, a.rings[0]?.[1] ?? 0, b) > 0;
  if (goesThrough(b, a)) return false;
  // The inside of a is in one piece that no border of b divides.
  const [x, y] = insideOf(a);
  return located(x, y, b) > 0;
}

/** Whether rings do not cross themselves, have an inside, and holes are in the border. */
export function isValid(shape: Shape): boolean {
  if (shape.isPoint) return true;
  const [border, ...holes] = shape.rings.map((ring): Shape => ({ isPoint: false, rings: [ring] }));
  if (border === undefined || !shape.rings.every(isSimple)) return false;
  return holes.every((hole) => isWithin(hole, border));
}

function isSimple(ring: Ring): boolean {
  const corners = ring.length / 2;
  if (corners < 3) return false;
  const corner = (at: number): [number, number] => {
    const place = (at % corners) * 2;
    return [ring[place] ?? 0, ring[place + 1] ?? 0];
  };
  for (let at = 0; at < corners; at++) {
    const [[ax, ay], [bx, by], [nextX, nextY]] = [corner(at), corner(at + 1), corner(at + 2)];
    if (ax === bx && ay === by) return false;
    // The next edge goes back over this one.
    const isBack = (bx - ax) * (nextX - bx) + (by - ay) * (nextY - by) < 0;
    if (isBack && side(ax, ay, bx, by, nextX, nextY) === 0) return false;
    for (let other = at + 2; other < corners; other++) {
      if (at === 0 && other === corners - 1) continue;
      const [[cx, cy], [dx, dy]] = [corner(other), corner(other + 1)];
      if (meet(ax, ay, bx, by, cx, cy, dx, dy)) return false;
    }
  }
  return true;
}

/** Twice the area of a triangle: positive where p is to the left of the way from a to b. */
function side(ax: number, ay: number, bx: number, by: number, px: number, py: number): number {
  return (bx - ax) * (py - ay) - (by - ay) * (px - ax);
}

function meet(
  ...[ax, ay, bx, by, cx, cy, dx, dy]: readonly [number, number, number, number, number, number, number, number]
): boolean {
  if (Math.max(ax, bx) < Math.min(cx, dx) || Math.max(cx, dx) < Math.min(ax, bx)) return false;
  if (Math.max(ay, by) < Math.min(cy, dy) || Math.max(cy, dy) < Math.min(ay, by)) return false;
  const [c, d] = [Math.sign(side(ax, ay, bx, by, cx, cy)), Math.sign(side(ax, ay, bx, by, dx, dy))];
  const [a, b] = [Math.sign(side(cx, cy, dx, dy, ax, ay)), Math.sign(side(cx, cy, dx, dy, bx, by))];
  // On one line they meet, since their boxes do.
  return c * d <= 0 && a * b <= 0;
}

function someEdge({ rings }: Shape, visit: Visit): boolean {
  for (const ring of rings) {
    const { length } = ring;
    for (let at = 0; at < length; at += 2) {
      const next = at + 2 === length ? 0 : at + 2;
      if (visit(ring[at] ?? 0, ring[at + 1] ?? 0, ring[next] ?? 0, ring[next + 1] ?? 0)) return true;
    }
  }
  return false;
}

/** A point for each ring: its first corner. */
function ringStarts({ rings }: Shape): Shape[] {
  return rings.map((ring) => ({ isPoint: true, rings: [ring.subarray(0, 2)] }));
}

function holdsStart(shape: Shape, point: Shape): boolean {
  if (shape.isPoint) return sameCorner(shape, point);
  return located(point.rings[0]?.[0] ?? 0, point.rings[0]?.[1] ?? 0, shape) >= 0;
}

function sameCorner({ rings: [a] }: Shape, { rings: [b] }: Shape): boolean {
  return a?.[0] === b?.[0] && a?.[1] === b?.[1];
}

/** 1 inside, 0 on a border, -1 outside. */
function located(x: number, y: number, shape: Shape): 1 | 0 | -1 {
  const near = tolerance * scaleOf(boxOf(shape));
  let isInside = false;
  const isOnBorder = someEdge(shape, (ax, ay, bx, by) => {
    if (distanceTo(x, y, ax, ay, bx, by) <= near) return true;
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) isInside = !isInside;
    return false;
  });
  if (isOnBorder) return 0;
  return isInside ? 1 : -1;
}

function scaleOf({ minX, minY, maxX, maxY }: Box): number {
  return Math.max(Math.abs(minX), Math.abs(minY), Math.abs(maxX), Math.abs(maxY));
}

/** From a point to an edge. */
function distanceTo(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const along = Math.min(1, Math.max(0, alongEdge(x, y, ax, ay, bx, by)));
  return Math.hypot(x - ax - along * (bx - ax), y - ay - along * (by - ay));
}

/** Where a point is nearest to the line of an edge, as a part of its length. */
function alongEdge(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  return ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
}

/** Whether a border of a shape goes through the inside of a polygon. */
function goesThrough(shape: Shape, polygon: Shape): boolean {
  return someEdge(shape, (ax, ay, bx, by) => {
    // Between two places where it comes to a border an edge is inside or outside, or on it.
    const places = [0, ...crossings(ax, ay, bx, by, polygon), 1].sort((a, b) => a - b);
    return places.some((place, at) => {
      const next = places[at + 1];
      if (next === undefined || next === place) return false;
      const middle = (place + next) / 2;
      return located(ax + (bx - ax) * middle, ay + (by - ay) * middle, polygon) > 0;
    });
  });
}

/** Where an edge comes to the borders of a polygon, as parts of its length. */
function crossings(ax: number, ay: number, bx: number, by: number, polygon: Shape): number[] {
  const places: number[] = [];
  const near = tolerance * scaleOf(boxOf(polygon));
  someEdge(polygon, (cx, cy, ex, ey) => {
    // An edge that runs along a border leaves it at a corner.
    if (distanceTo(cx, cy, ax, ay, bx, by) <= near) places.push(alongEdge(cx, cy, ax, ay, bx, by));
    if (!meet(ax, ay, bx, by, cx, cy, ex, ey)) return false;
    const [a, b] = [side(cx, cy, ex, ey, ax, ay), side(cx, cy, ex, ey, bx, by)];
    if (a !== b) places.push(a / (a - b));
    return false;
  });
  return places.filter((place) => place > 0 && place < 1);
}

/** A point inside: the middle of the widest way through it, at a height at which there is no corner. */
function insideOf(polygon: Shape): [x: number, y: number] {
  const heights = polygon.rings.flatMap((ring) => [...ring].filter((_, at) => at % 2 === 1)).sort((a, b) => a - b);
  let [y, gap] = [0, -1];
  heights.forEach((height, at) => {
    const above = heights[at + 1] ?? height;
    if (above - height > gap) [y, gap] = [(height + above) / 2, above - height];
  });
  const places: number[] = [];
  someEdge(polygon, (ax, ay, bx, by) => {
    if (ay > y !== by > y) places.push(ax + ((y - ay) / (by - ay)) * (bx - ax));
    return false;
  });
  places.sort((a, b) => a - b);
  let [x, width] = [0, -1];
  for (let at = 0; at + 1 < places.length; at += 2) {
    const [west = 0, east = 0] = [places[at], places[at + 1]];
    if (east - west > width) [x, width] = [(west + east) / 2, east - west];
  }
  return [x, y];
}
