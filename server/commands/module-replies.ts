/**
 * Which replies a client reads of commands that are a module's elsewhere. In RESP3 Redis's modules answer with the types of
 * RESP3; Valkey's answer as in RESP2, which is all that Valkey GLIDE's clients understand. GLIDE names itself by CLIENT
 * SETINFO before anything else, so every connection can have the replies its client reads.
 */
import type { Context } from './command.js';

const LIBRARIES_OF_RESP2 = 'glide';

/** Whether this client reads the types of RESP3. */
export function readsModuleTypes({ reply, client }: Pick<Context, 'reply' | 'client'>): boolean {
  return reply.protocol === 3 && !client.libraryName.toLowerCase().startsWith(LIBRARIES_OF_RESP2);
}
