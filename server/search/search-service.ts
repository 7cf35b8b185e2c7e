/**
 * The search indexes of a server, tied to its keyspace: which documents belong to which index, kept true under every
 * write before the writer hears its reply.
 */

import type { Config } from '../config/config.js';
import type { Keyspace } from '../keyspace/keyspace.js';

export class SearchService {
  constructor(
    readonly keyspace: Keyspace,
    readonly config: Config,
  ) {}
}
