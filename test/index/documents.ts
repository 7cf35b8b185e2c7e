/** Documents and bytes as tests write them. */
import type { Document } from '#index/mod.js';

export function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

export function floats(values: Iterable<number>): Uint8Array {
  return new Uint8Array(Float32Array.from(values).buffer);
}

/** Strings become UTF-8, arrays of numbers become float32. */
export function document(fields: Record<string, string | Iterable<number> | undefined>): Document {
  const bytes = new Map<string, Uint8Array>();
  for (const [name, value] of Object.entries(fields)) {
    if (value !== undefined) bytes.set(name, typeof value === 'string' ? text(value) : floats(value));
  }
  return bytes;
}

/** PARAMS: strings become UTF-8, arrays of numbers become float32. */
export function parameters(values: Record<string, string | Iterable<number>>): Map<string, Uint8Array> {
  return new Map(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'string' ? text(value) : floats(value)]),
  );
}
