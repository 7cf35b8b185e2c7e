/**
 * Which replies a client reads of commands that are a module's elsewhere. In RESP3 Redis's modules answer with the types of
 * RESP3; Valkey's answer as in RESP2, which is all that Valkey GLIDE's clients understand. GLIDE names itself by CLIENT
 * SETINFO before anything else, so every connection can have the replies its client reads.
 */
import type { Context } from './command.js';

/** As its libraries for every language call themselves, with a tag behind it where the application wants one. */
const GLIDE = 'glide';

/** Whether the client is Valkey GLIDE, which converts replies to the types of its methods and refuses others. */
export function isGlide({ client }: Pick<Context, 'client'>): boolean {
  return client.libraryName.toLowerCase().startsWith(GLIDE);
}

/** Whether this client reads the types of RESP3. */
export function readsModuleTypes(context: Pick<Context, 'reply' | 'client'>): boolean {
  return context.reply.protocol === 3 && !isGlide(context);
}
