/**
 * Builds the native front end when the package is installed (`npm ci`), or by hand: `node server/native/install.mjs`.
 * A build that fails is no failure of the install: it says what is missing, and the server runs on the transport `net`.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAddon } from '@nearkey/index/build-addon';

const isPossible = process.platform === 'linux';
const failure = isPossible
  ? buildAddon(dirname(fileURLToPath(import.meta.url)))
  : `it is made for Linux, this is ${process.platform}`;
if (failure !== undefined) {
  process.stderr.write(`nearkey: the native front end was not built (${failure}).\n`);
  process.stderr.write('nearkey: the server runs without it, on the transport `net`, which is slower.\n');
}
