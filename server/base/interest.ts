/**
 * Whether somebody has a use for what is told often. Most listeners have none most of the time: nobody watches a key, nothing
 * is indexed. Whoever the listener works for keeps this true, and who tells looks here first: a look costs a tenth of a call
 * (docs/decisions/0027).
 */
export class Interest {
  constructor(public exists = false) {}
}
