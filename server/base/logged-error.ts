/**
 * A failure as the log has it: its name, code, message and stack, and the same of what caused it. Other properties stay out: clients of
 * stores hang the whole command on their errors, and in that are the prompts of callers.
 */

/** Deeper chains are cut off; one may lead back to itself. */
const causesMax = 4;

interface LoggedError {
  readonly name: string;
  readonly code?: string | undefined;
  readonly message: string;
  readonly stack?: string | undefined;
  readonly cause?: unknown;
}

/** What is no error stays what it is. */
export function loggedError(error: unknown, causesLeft: number = causesMax): unknown {
  if (!isError(error)) return error;
  const { name, message, stack } = error;
  const logged: LoggedError = {
    name,
    code: 'code' in error ? String(error.code) : undefined,
    message,
    stack,
    cause: causesLeft > 0 && error.cause !== undefined ? loggedError(error.cause, causesLeft - 1) : undefined,
  };
  return logged;
}

/** Also one of another realm, where `instanceof` does not know it. */
function isError(error: unknown): error is Error {
  return typeof error === 'object' && error !== null && 'message' in error && 'stack' in error;
}
