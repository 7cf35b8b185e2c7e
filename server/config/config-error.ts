/** A setting that does not exist or a value that does not fit. The message names the directive. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}
