/**
 * JSON documents and JSONPath as plainly as they can be written: values are JavaScript values, objects are Maps, a path is
 * evaluated to the list of places it means. What the server does with its bytes is compared with this.
 */

/** Keeps apart what JSON does: 3 and 3.0. */
export class PlainNumber {
  constructor(
    readonly value: number | bigint,
    readonly isDouble: boolean,
  ) {}

  get text(): string {
    const text = String(this.value);
    return this.isDouble && !text.includes('.') ? `${text}.0` : text;
  }
}

export type Plain = null | boolean | string | PlainNumber | Plain[] | Map<string, Plain>;
export type Location = readonly (string | number)[];

export function plainText(value: Plain): string {
  if (value instanceof PlainNumber) return value.text;
  if (Array.isArray(value)) return `[${value.map(plainText).join(',')}]`;
  if (value instanceof Map)
    return `{${[...value].map(([key, member]) => `${JSON.stringify(key)}:${plainText(member)}`).join(',')}}`;
  return JSON.stringify(value);
}

export function clonePlain(value: Plain): Plain {
  if (Array.isArray(value)) return value.map(clonePlain);
  if (value instanceof Map) return new Map([...value].map(([key, member]) => [key, clonePlain(member)]));
  return value;
}

export function plainType(value: Plain): string {
  if (value === null) return 'null';
  if (value instanceof PlainNumber) return value.isDouble ? 'number' : 'integer';
  if (Array.isArray(value)) return 'array';
  if (value instanceof Map) return 'object';
  return typeof value;
}

function members(value: Plain): [string | number, Plain][] {
  if (Array.isArray(value)) return value.map((element, index) => [index, element]);
  return value instanceof Map ? [...value] : [];
}

export function valueAt(root: Plain, location: Location): Plain | undefined {
  let value: Plain | undefined = root;
  for (const step of location) {
    if (Array.isArray(value) && typeof step === 'number') value = value[step];
    else if (value instanceof Map && typeof step === 'string') value = value.get(step);
    else return undefined;
    if (value === undefined) return undefined;
  }
  return value;
}

export type PlainTerm = { from: 'current' | 'root'; steps: PlainStep[] } | { value: Plain };
export type PlainFilter =
  | { type: 'compare'; operator: '==' | '!=' | '<' | '<=' | '>' | '>='; left: PlainTerm; right: PlainTerm }
  | { type: 'exists'; term: PlainTerm }
  | { type: 'and' | 'or'; parts: [PlainFilter, PlainFilter] }
  | { type: 'not'; of: PlainFilter };

export type PlainStep =
  | { type: 'keys'; keys: string[] }
  | { type: 'indexes'; indexes: number[] }
  | { type: 'slice'; start: number | undefined; end: number | undefined; step: number | undefined }
  | { type: 'all' }
  | { type: 'descend' }
  | { type: 'filter'; filter: PlainFilter };

/** Where a path leads, in order. */
export function evaluate(root: Plain, steps: readonly PlainStep[], from: Location = []): Location[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [from];
  return targets(root, step, from).flatMap((location) => evaluate(root, rest, location));
}

function targets(root: Plain, step: PlainStep, from: Location): Location[] {
  const value = valueAt(root, from) ?? null;
  const below = members(value).map(([key, member]): { location: Location; member: Plain } => ({
    location: [...from, key],
    member,
  }));
  switch (step.type) {
    case 'keys':
      return step.keys.filter((key) => value instanceof Map && value.has(key)).map((key) => [...from, key]);
    case 'indexes':
      return Array.isArray(value)
        ? step.indexes.flatMap((index) => indexIn(value, index)).map((at) => [...from, at])
        : [];
    case 'slice':
      return Array.isArray(value) ? slicePlaces(value.length, step).map((at) => [...from, at]) : [];
    case 'all':
      return below.map(({ location }) => location);
    case 'descend':
      return [from, ...below.flatMap(({ location }) => targets(root, step, location))];
    case 'filter':
      if (typeof value !== 'object' || value === null || value instanceof PlainNumber)
        return holds(root, step.filter, from) ? [from] : [];
      return below.map(({ location }) => location).filter((location) => holds(root, step.filter, location));
  }
}

function indexIn(array: readonly Plain[], index: number): number[] {
  const at = index < 0 ? Math.max(0, index + array.length) : index;
  return at < array.length ? [at] : [];
}

function slicePlaces(length: number, { start = 0, end = length, step = 1 }: PlainStep & { type: 'slice' }): number[] {
  const clamp = (index: number): number => (index < 0 ? Math.max(0, index + length) : Math.min(index, length));
  const places: number[] = [];
  for (let at = clamp(start); at < clamp(end); at += step) places.push(at);
  return places;
}

function termValue(root: Plain, term: PlainTerm, current: Location): Plain | undefined {
  if ('value' in term) return term.value;
  const found = evaluate(root, term.steps, term.from === 'current' ? current : []);
  const [only] = found;
  return found.length === 1 && only !== undefined ? valueAt(root, only) : undefined;
}

function holds(root: Plain, filter: PlainFilter, current: Location): boolean {
  switch (filter.type) {
    case 'and':
      return filter.parts.every((part) => holds(root, part, current));
    case 'or':
      return filter.parts.some((part) => holds(root, part, current));
    case 'not':
      return !holds(root, filter.of, current);
    case 'exists':
      return termValue(root, filter.term, current) !== undefined;
    case 'compare': {
      const [left, right] = [termValue(root, filter.left, current), termValue(root, filter.right, current)];
      const equal = left !== undefined && right !== undefined && same(left, right);
      if (filter.operator === '==') return equal;
      if (filter.operator === '!=') return !equal;
      const order = left === undefined || right === undefined ? undefined : orderOf(left, right);
      if (order === undefined) return false;
      return { '<': order < 0, '<=': order <= 0, '>': order > 0, '>=': order >= 0 }[filter.operator];
    }
  }
}

/** @param strictly 3 and 3.0 are not the same */
export function same(a: Plain, b: Plain, strictly = false): boolean {
  if (a instanceof PlainNumber && b instanceof PlainNumber)
    return Number(a.value) === Number(b.value) && (!strictly || a.isDouble === b.isDouble);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((element, i) => same(element, b[i] ?? null, strictly));
  if (a instanceof Map && b instanceof Map) {
    return (
      a.size === b.size && [...a].every(([key, member]) => b.has(key) && same(member, b.get(key) ?? null, strictly))
    );
  }
  return a === b;
}

function orderOf(a: Plain, b: Plain): number | undefined {
  if (a instanceof PlainNumber && b instanceof PlainNumber) return Number(a.value) - Number(b.value);
  if (typeof a === 'string' && typeof b === 'string') return Buffer.from(a).compare(Buffer.from(b));
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  return a === null && b === null ? 0 : undefined;
}

/** RFC 7386. */
export function merged(target: Plain | undefined, patch: Plain): Plain {
  if (!(patch instanceof Map)) return clonePlain(patch);
  const result = new Map(target instanceof Map ? target : []);
  for (const [key, value] of patch) {
    if (value === null) result.delete(key);
    else result.set(key, merged(result.get(key), value));
  }
  return result;
}
