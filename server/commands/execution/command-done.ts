/** The end of a command or transaction: what is done because of it before its reply leaves, so that nothing lags behind. */
import type { ServerFacilities } from '../command.js';

/** What was written is indexed, and whoever waited for it is served. */
export function commandDone({ keyspace, blocked }: ServerFacilities): void {
  keyspace.events.commandDone();
  if (blocked.hasReady) blocked.serve();
}
