/** `@place:[longitude latitude radius unit]`, each of which may be a `$parameter`. */
import type { GeoField } from '../schema.js';
import type { GeoPredicate } from './predicate.js';
import type { Scanner } from './scanner.js';
import type { QueryScope } from './scope.js';

const metresOf: Readonly<Record<string, number>> = { m: 1, km: 1000, mi: 1609.34, ft: 0.3048 };

/** Metres in a unit of GEO commands; undefined when it is none. */
export function unitMetres(unit: string): number | undefined {
  const name = unit.toLowerCase();
  return Object.hasOwn(metresOf, name) ? metresOf[name] : undefined;
}

/** Called after the opening bracket; reads past the closing one. */
export function parseGeoRadius(scanner: Scanner, scope: QueryScope, field: GeoField): GeoPredicate {
  scope.countTerm(scanner.at);
  const lon = parseNumber(scanner, scope, 'longitude');
  const lat = parseNumber(scanner, scope, 'latitude');
  const radius = parseNumber(scanner, scope, 'radius');
  const { at, text } = takeToken(scanner, 'unit');
  const metres = unitMetres(scope.textOf(text, at));
  if (metres === undefined) return scanner.fail('Invalid GeoFilter unit: expected m, km, mi or ft', at);
  scanner.skipBlanks();
  scanner.expect(']', 'Missing closing bracket');
  if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 90)) scanner.fail('Invalid GeoFilter lat/lon', at);
  if (!(radius > 0)) scanner.fail('Invalid GeoFilter radius', at);
  return { kind: 'geo', field, lon, lat, radiusM: radius * metres };
}

function parseNumber(scanner: Scanner, scope: QueryScope, what: string): number {
  const { at, text } = takeToken(scanner, what);
  return scope.numberOf(text, scanner, at);
}

function takeToken(scanner: Scanner, what: string): { readonly at: number; readonly text: string } {
  scanner.match(/[\s,]*/y);
  const { at } = scanner;
  return { at, text: scanner.match(/[^\s,\]]+/y) ?? scanner.fail(`Missing ${what} of a GEO filter`) };
}
