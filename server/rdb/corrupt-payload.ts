/** What is thrown when bytes are not what their format says. Whoever reads a payload catches it; it means no more. */
export class CorruptPayload extends Error {}

/** @throws CorruptPayload unless `condition` */
export function demand(condition: boolean, what: string): asserts condition {
  if (!condition) throw new CorruptPayload(what);
}
