/**
 * The documents that every client stores and finds, and the answer each must get: of the three nearest to `query` one
 * carries another tag, so the filter before the arrow decides.
 */

export const dimensions = 4;
export const prefix = 'doc:';

export interface Document {
  readonly key: string;
  readonly tag: string;
  readonly price: number;
  readonly vector: readonly number[];
}

export const documents: readonly Document[] = [
  { key: 'doc:north', tag: 'a', price: 10, vector: [1, 0, 0, 0] },
  { key: 'doc:north-east', tag: 'b', price: 20, vector: [0.8, 0.6, 0, 0] },
  { key: 'doc:east', tag: 'a', price: 30, vector: [0, 1, 0, 0] },
  { key: 'doc:south', tag: 'a', price: 40, vector: [-1, 0, 0, 0] },
];

export const query = '(@tag:{a})=>[KNN 2 @vector $q AS distance]';
export const queryVector: readonly number[] = [1, 0, 0, 0];

/** Squared Euclidean distances of the two nearest documents with the tag. */
export const nearest = [
  { key: 'doc:north', price: '10', distance: 0 },
  { key: 'doc:east', price: '30', distance: 2 },
];

/** A vector as a field holds it: little-endian 32-bit floats. */
export function vectorBytes(vector: readonly number[]): Buffer {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, component] of vector.entries()) bytes.writeFloatLE(component, index * 4);
  return bytes;
}

export interface Found {
  readonly key: string;
  readonly price: string;
  readonly distance: number;
}

/** An FT.SEARCH reply as `call` hands it out: an array of RESP2, or a RESP3 map that the client flattened. */
export function readSearchReply(reply: unknown): { total: number; found: Found[] } {
  const [first, ...rest] = asList(reply);
  if (typeof first === 'number') {
    const found = rest.flatMap((key, index) => (index % 2 === 0 ? [foundOf(key, rest[index + 1])] : []));
    return { total: first, found };
  }
  const map = asRecord(reply);
  const found = asList(map.get('results')).map((row) => {
    const entries = asRecord(row);
    return foundOf(entries.get('id'), entries.get('extra_attributes'));
  });
  return { total: Number(map.get('total_results')), found };
}

function foundOf(key: unknown, flatFields: unknown): Found {
  const fields = asRecord(flatFields);
  return { key: String(key), price: String(fields.get('price')), distance: Number(fields.get('distance')) };
}

function asList(reply: unknown): readonly unknown[] {
  if (!Array.isArray(reply)) throw new Error(`not a list: ${JSON.stringify(reply)}`);
  return reply;
}

function asRecord(reply: unknown): Map<string, unknown> {
  const items = asList(reply);
  return new Map(items.flatMap((key, index) => (index % 2 === 0 ? [[String(key), items[index + 1]] as const] : [])));
}
