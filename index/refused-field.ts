/** What a document answers for a field whose value is of a kind that the field cannot hold: it is refused with the reason. */
export class RefusedField {
  /** @param reason worded for FT.INFO's `last indexing error` */
  constructor(readonly reason: string) {}
}
