/** Checks a programmer's assumption. A failure is a bug of ours, never a reply to a client. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}
