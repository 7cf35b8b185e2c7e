/** What a document answers for a vector field of which it has several values: the nearest of them counts. */
export class SeveralVectors {
  /** @param vectors the bytes of each */
  constructor(readonly vectors: readonly Uint8Array[]) {}
}

/** A document cannot have more of one field: each of them is searched. */
export const vectorsPerDocumentMax = 1024;
