/** `@shape:[WITHIN $wkt]`: how a document's shape lies to that of a parameter. */
import { placeWkt } from '../attribute/geo-shape.js';
import { QueryError } from '../errors.js';
import { shapeRelations } from '../geometry/relation.js';
import type { GeoShapeField } from '../schema.js';
import type { GeoShapePredicate } from './predicate.js';
import type { Scanner } from './scanner.js';
import type { QueryScope } from './scope.js';

/** Called after the opening bracket; reads past the closing one. */
export function parseGeoShape(scanner: Scanner, scope: QueryScope, field: GeoShapeField): GeoShapePredicate {
  scope.countTerm(scanner.at);
  scanner.skipBlanks();
  const start = scanner.at;
  const word = scanner.match(/\w+/y)?.toUpperCase();
  const relation = shapeRelations.find((name) => name === word);
  if (relation === undefined) return scanner.fail(`Expected one of ${shapeRelations.join(', ')}`, start);
  scanner.skipBlanks();
  const { at } = scanner;
  const name = scanner.match(/\$\w+/y) ?? scanner.fail('Expected a parameter that holds a shape');
  scanner.skipBlanks();
  scanner.expect(']', 'Missing closing bracket');
  const shape = placeWkt(scope.textOf(name, at), field.coordinates);
  if ('fault' in shape) throw new QueryError('syntax', `Error parsing geoshape: ${shape.fault}`, at);
  return { kind: 'geoshape', field, relation, shape };
}
