/** Relations between the shape of a document and that of a query, on a plane or a sphere. */
import { intersects, isValid, isWithin } from './plane.js';
import { type Box, boxOf, type Shape } from './shape.js';
import { between, type Cap, capBox, capOf, type Direction, projected } from './sphere.js';

export const coordinateSystems = ['SPHERICAL', 'FLAT'] as const;
export type CoordinateSystem = (typeof coordinateSystems)[number];

/** Of the document to the query: WITHIN means that the document is within. */
export const shapeRelations = ['WITHIN', 'CONTAINS', 'INTERSECTS', 'DISJOINT'] as const;
export type ShapeRelation = (typeof shapeRelations)[number];

/** A shape that has been checked, with what relations ask for. */
export interface Placed {
  readonly shape: Shape;
  /** Shapes whose boxes do not touch share no point. */
  readonly box: Box;
  /** On a sphere. */
  readonly sphere: { readonly cap: Cap; readonly flat: Shape } | undefined;
}

/** Undefined for a shape that crosses itself, has no inside, or is not on less than half of a sphere. */
export function place(shape: Shape, system: CoordinateSystem): Placed | undefined {
  if (system === 'FLAT') return isValid(shape) ? { shape, box: boxOf(shape), sphere: undefined } : undefined;
  const cap = capOf(shape);
  const flat = cap && projected(shape, cap.centre);
  if (cap === undefined || flat === undefined || !isValid(flat)) return undefined;
  return { shape, box: capBox(cap), sphere: { cap, flat } };
}

/** Both are of one coordinate system. */
export function isRelated(relation: ShapeRelation, document: Placed, query: Placed): boolean {
  const plane = onOnePlane(document, query);
  if (plane === undefined) return relation === 'DISJOINT';
  const [a, b] = plane;
  switch (relation) {
    case 'WITHIN':
      return isWithin(a, b);
    case 'CONTAINS':
      return isWithin(b, a);
    case 'INTERSECTS':
      return intersects(a, b);
    case 'DISJOINT':
      return !intersects(a, b);
  }
}

/** Undefined where no plane sees both: they are on opposite sides of the sphere, or together nearly half of it or more. */
function onOnePlane(document: Placed, query: Placed): readonly [Shape, Shape] | undefined {
  if (document.sphere === undefined || query.sphere === undefined) return [document.shape, query.shape];
  const [a, b] = [document.sphere, query.sphere];
  const onPlaneOfQuery = projected(document.shape, b.cap.centre);
  if (onPlaneOfQuery !== undefined) return [onPlaneOfQuery, b.flat];
  const onPlaneOfDocument = projected(query.shape, a.cap.centre);
  if (onPlaneOfDocument !== undefined) return [a.flat, onPlaneOfDocument];
  const middle: Direction = between(a.cap.centre, b.cap.centre);
  const [first, second] = [projected(document.shape, middle), projected(query.shape, middle)];
  return first && second && [first, second];
}
