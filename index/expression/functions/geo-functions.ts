/** Functions of places. */
import { distanceM, type Point, parsePoint } from '../../attribute/geo.js';
import { numberOf, type Value } from '../value.js';
import type { FunctionRow } from './function-row.js';

export const geoFunctions: readonly FunctionRow[] = [
  {
    name: 'geodistance',
    operandsMin: 2,
    operandsMax: 4,
    operands: 'a, b',
    returns: 'number',
    summary:
      'Metres from a to b, to the centimetre; each is a GEO field, a text "lon,lat", or two numbers; NaN if it is no place.',
    run: (...values) => {
      const [a, b] = placesOf(values);
      return a === undefined || b === undefined ? Number.NaN : Math.round(distanceM(a, b) * 100) / 100;
    },
  },
];

function placesOf(values: readonly Value[]): (Point | undefined)[] {
  const [first, second, third, fourth] = values;
  switch (values.length) {
    case 2:
      return [placeIn(first), placeIn(second)];
    case 3:
      return numberOf(first) === undefined
        ? [placeIn(first), placeAt(second, third)]
        : [placeAt(first, second), placeIn(third)];
    default:
      return [placeAt(first, second), placeAt(third, fourth)];
  }
}

function placeIn(value: Value): Point | undefined {
  return typeof value === 'string' ? parsePoint(value) : undefined;
}

function placeAt(lonValue: Value, latValue: Value): Point | undefined {
  const [lon, lat] = [numberOf(lonValue), numberOf(latValue)];
  return lon === undefined || lat === undefined ? undefined : { lon, lat };
}
