/** How a client that caches keys wants to hear of their changes (CLIENT TRACKING). */
export interface TrackingState {
  /**
   * Which keys: those of all its read-only commands (`default`), of those it announces (`optin`), of all but those it
   * announces (`optout`), or all under its prefixes, read or not (`bcast`).
   */
  readonly mode: 'default' | 'optin' | 'optout' | 'bcast';
  /** Its own changes are of no interest. */
  readonly noLoop: boolean;
  /** Id of the client that gets the messages; 0: itself. */
  readonly redirectTo: number;
  /** The client they should go to is gone. */
  redirectBroken: boolean;
  /** CLIENT CACHING was called: it is about the next command. */
  caching: boolean;
  /** With `bcast`; one character a byte. */
  readonly prefixes: ReadonlySet<string>;
}
