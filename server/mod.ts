/** The public face of `@nearkey/server`: a server to embed in a program or a test. */
export { Config } from './config/config.js';
export { ConfigError } from './config/config-error.js';
export { type RunningNearkey, StartError, startNearkey } from './start.js';
