/**
 * The way back to a caller, over HTTP/1.1 or HTTP/2: what the pipeline needs of a response.
 */

/** Whoever asked does not wait for the answer. */
export const nobody: ClientReply = {
  isOpen: true,
  hasBegun: false,
  start: () => undefined,
  write: () => Promise.resolve(),
  end: () => undefined,
  abort: () => undefined,
  onGone: () => undefined,
};

export interface ClientReply {
  /** False when the caller is gone or the reply has ended. */
  readonly isOpen: boolean;
  /** Whether something has been sent. */
  readonly hasBegun: boolean;
  /** Nothing is sent yet: who has not begun may start again. */
  start(status: number, headers: Readonly<Record<string, string>>): void;
  /** Resolves when there is room for more, or nobody to read it. */
  write(bytes: Uint8Array): Promise<void>;
  /** @param whole the body; after `write`, none */
  end(whole?: Uint8Array | string): void;
  /** Breaks off, so that the caller sees that the answer is not whole. */
  abort(): void;
  /** Told once when the caller goes before the reply has ended. */
  onGone(listener: () => void): void;
}
