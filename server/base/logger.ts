/** What the server says about itself while it runs. Never keys, values or prompts. */
export interface Logger {
  notice(message: string): void;
  warning(message: string): void;
  /** A bug of ours or a failure of the system: message, and what failed. */
  error(message: string, failure: unknown): void;
}
