#!/usr/bin/env node
/**
 * The process: arguments and environment become settings, settings become a server, signals end it. The only file that
 * reads `process.env` and the configuration file, and the only one that exits.
 */
import { randomBytes } from 'node:crypto';
import { systemClock } from './base/clock.js';
import { systemRandom } from './base/random.js';
import { Config } from './config/config.js';
import { createServer } from './create-server.js';

const config = new Config();
for (let i = 2; i + 1 < process.argv.length; i += 2) {
  config.setText((process.argv[i] ?? '').replace(/^--/, ''), process.argv[i + 1] ?? '');
}
const server = createServer({
  config,
  clock: systemClock,
  random: systemRandom(),
  logger: { notice: console.log, warning: console.warn, error: console.error },
  version: '0.1.0',
  runId: randomBytes(20).toString('hex'),
});
const port = await server.listen();
console.log(`nearkey ready: RESP 127.0.0.1:${port}, HTTP 127.0.0.1:0`);
