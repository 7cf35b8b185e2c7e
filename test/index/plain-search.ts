/**
 * The plain twin of the search engine: documents in a Map, conditions as a tree of its own, everything answered by
 * looking at every document. It shares no code with `index/`; queries reach the engine as text, so that the parser is
 * compared too.
 */
export interface PlainDocument {
  readonly tags?: readonly string[];
  readonly number?: number;
  readonly vector?: Float32Array;
}

export type Condition =
  | { readonly is: 'all' }
  | { readonly is: 'and' | 'or'; readonly of: readonly Condition[] }
  | { readonly is: 'not'; readonly of: Condition }
  | { readonly is: 'tag'; readonly values: readonly string[]; readonly prefix: boolean }
  | { readonly is: 'between'; readonly low: number; readonly high: number; readonly open: boolean }
  | { readonly is: 'near'; readonly vector: Float32Array; readonly radius: number };

export function plainMatches(condition: Condition, document: PlainDocument): boolean {
  switch (condition.is) {
    case 'all':
      return true;
    case 'and':
      return condition.of.every((part) => plainMatches(part, document));
    case 'or':
      return condition.of.some((part) => plainMatches(part, document));
    case 'not':
      return !plainMatches(condition.of, document);
    case 'tag':
      return condition.values.some((wanted) =>
        (document.tags ?? []).some((tag) => (condition.prefix ? tag.startsWith(wanted) : tag === wanted)),
      );
    case 'between': {
      const { number } = document;
      if (number === undefined) return false;
      const { low, high, open } = condition;
      return open ? low < number && number < high : low <= number && number <= high;
    }
    case 'near':
      return document.vector !== undefined && plainSquared(document.vector, condition.vector) <= condition.radius;
  }
}

/** The query text of a condition. Vectors go into `parameters`. */
export function plainText(condition: Condition, parameters: Map<string, Uint8Array>): string {
  switch (condition.is) {
    case 'all':
      return '*';
    case 'and':
      return `(${condition.of.map((part) => plainText(part, parameters)).join(' ')})`;
    case 'or':
      return `(${condition.of.map((part) => plainText(part, parameters)).join(' | ')})`;
    case 'not':
      return `-${plainText(condition.of, parameters)}`;
    case 'tag':
      return `@tags:{${condition.values.map((value) => (condition.prefix ? `${value}*` : value)).join('|')}}`;
    case 'between': {
      const mark = condition.open ? '(' : '';
      return `@number:[${mark}${condition.low} ${mark}${condition.high}]`;
    }
    case 'near': {
      const name = `p${parameters.size}`;
      const { buffer, byteOffset, byteLength } = condition.vector;
      parameters.set(name, new Uint8Array(buffer, byteOffset, byteLength));
      return `@vector:[VECTOR_RANGE ${condition.radius} $${name}]`;
    }
  }
}

/** In double precision, rounded once, as a distance is reported. */
export function plainSquared(a: Float32Array, b: Float32Array): number {
  return Math.fround(a.reduce((sum, x, at) => sum + (x - (b[at] ?? 0)) ** 2, 0));
}
