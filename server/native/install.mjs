/**
 * Builds the native front end, and the arithmetic of the packaged embedder, when the package is installed (`npm ci`), or by hand:
 * `node server/native/install.mjs`. A build that fails is no failure of the install: it says what is missing, and the server runs on the
 * transport `net` and embeds in WebAssembly.
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
  process.stderr.write(
    'nearkey: the server runs without it, on the transport `net` and with embeddings by WebAssembly, which are slower.\n',
  );
}
