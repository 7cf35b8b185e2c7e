/**
 * An error that a native function raises in the script that called it. `LuaMachine` turns it into Lua's own; `pcall` in the
 * script can catch it.
 */
export class LuaError {
  /**
   * @param message one character a byte
   * @param shape `text`: a message with the place of the call in front, as luaL_error makes it; `bare`: without; `table`: a
   *   table with the message in its field `err`, as the redis functions raise
   */
  constructor(
    readonly message: string,
    readonly shape: 'text' | 'bare' | 'table' = 'text',
  ) {}
}

/** A wrong argument of a native function, in Lua's words. */
export class LuaArgumentError {
  /** @param argument from 1 */
  constructor(
    readonly argument: number,
    readonly message: string,
  ) {}
}
