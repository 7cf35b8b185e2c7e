/**
 * The plain twin of shapes: sets of unit squares of a small grid, which are compared by looking at every square. A rectangle, from which
 * a corner may be cut, or the middle; drawn as a polygon on any plane that a grid can be laid on askew.
 */
import type { Random } from '../random.js';

export interface Cells {
  readonly cells: ReadonlySet<string>;
  /** Corners of the grid, ring by ring. */
  readonly rings: readonly (readonly (readonly [number, number])[])[];
}

const size = 8;

export function randomCells(random: Random): Cells {
  const [x0, y0] = [random.integer(size - 3), random.integer(size - 3)];
  const [x1, y1] = [x0 + 3 + random.integer(size - x0 - 3), y0 + 3 + random.integer(size - y0 - 3)];
  const [cutX, cutY] = [x0 + 1 + random.integer(x1 - x0 - 1), y0 + 1 + random.integer(y1 - y0 - 1)];
  const square = (left: number, low: number, right: number, high: number): [number, number][] => [
    [left, low],
    [left, high],
    [right, high],
    [right, low],
  ];
  switch (random.integer(3)) {
    case 0:
      return { cells: cellsOf(x0, y0, x1, y1), rings: [turned(square(x0, y0, x1, y1), random)] };
    case 1: {
      const cut = cellsOf(cutX, cutY, x1, y1);
      const corners: [number, number][] = [
        [x0, y0],
        [x0, y1],
        [cutX, y1],
        [cutX, cutY],
        [x1, cutY],
        [x1, y0],
      ];
      return { cells: without(cellsOf(x0, y0, x1, y1), cut), rings: [turned(corners, random)] };
    }
    default: {
      const hole = cellsOf(x0 + 1, y0 + 1, x1 - 1, y1 - 1);
      const rings = [square(x0, y0, x1, y1), square(x0 + 1, y0 + 1, x1 - 1, y1 - 1)];
      return {
        cells: without(cellsOf(x0, y0, x1, y1), hole),
        rings: rings.map((ring) => turned(ring, random)),
      };
    }
  }
}

/** From another corner, and perhaps the other way round. */
function turned(corners: [number, number][], random: Random): [number, number][] {
  const from = random.integer(corners.length);
  const ring = [...corners.slice(from), ...corners.slice(0, from)];
  return random.chance(0.5) ? ring.reverse() : ring;
}

function cellsOf(x0: number, y0: number, x1: number, y1: number): Set<string> {
  const cells = new Set<string>();
  for (let x = x0; x < x1; x++) for (let y = y0; y < y1; y++) cells.add(`${x},${y}`);
  return cells;
}

function without(cells: ReadonlySet<string>, cut: ReadonlySet<string>): Set<string> {
  return new Set([...cells].filter((cell) => !cut.has(cell)));
}

export function cellsWithin(a: Cells, b: Cells): boolean {
  return [...a.cells].every((cell) => b.cells.has(cell));
}

export function cellsOverlap(a: Cells, b: Cells): boolean {
  return [...a.cells].some((cell) => b.cells.has(cell));
}

/** Whether they share a point, be it a corner. */
export function cellsTouch(a: Cells, b: Cells): boolean {
  return [...a.cells].some((cell) => {
    const [x = 0, y = 0] = cell.split(',').map(Number);
    return [-1, 0, 1].some((dx) => [-1, 0, 1].some((dy) => b.cells.has(`${x + dx},${y + dy}`)));
  });
}

/** As WKT. @param lay where a corner of the grid lies */
export function wktOf({ rings }: Cells, lay: (x: number, y: number) => readonly [number, number]): string {
  const texts = rings.map((ring) => {
    const corners = [...ring, ...ring.slice(0, 1)].map(([x, y]) => lay(x, y).join(' '));
    return `(${corners.join(', ')})`;
  });
  return `POLYGON (${texts.join(', ')})`;
}
