/** Shapes as they are written in WKT: a point, or a polygon with holes. */

/** Corners as x, y, x, y, ...; the last one is joined to the first. */
export type Ring = Float64Array;

export interface Shape {
  readonly isPoint: boolean;
  /** Of a point one ring of one corner; of a polygon its border, then its holes. */
  readonly rings: readonly Ring[];
}

/** Corners of one shape: relations compare every edge of one with every edge of the other. */
export const cornersMax = 2048;

export interface Box {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

export function boxOf({ rings }: Shape): Box {
  let [minX, minY] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let [maxX, maxY] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const ring of rings) {
    for (let at = 0; at < ring.length; at += 2) {
      const [x = 0, y = 0] = [ring[at], ring[at + 1]];
      if (x < minX) minX = x;
      if (x > maxX) maxX = x;
      if (y < minY) minY = y;
      if (y > maxY) maxY = y;
    }
  }
  return { minX, minY, maxX, maxY };
}

export function boxesTouch(a: Box, b: Box): boolean {
  return a.minX <= b.maxX && b.minX <= a.maxX && a.minY <= b.maxY && b.minY <= a.maxY;
}
