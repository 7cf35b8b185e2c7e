/** What a document answers for a field whose values it shows as a list, or shows the first of only: others than those that are indexed. */
export class ListedValues {
  /** @param bytes the values, divided as those of other documents are */
  constructor(readonly bytes: Uint8Array) {}
}
