/**
 * Builds the native vector engine when the package is installed (`npm ci`), or by hand: `node index/native/install.mjs`.
 * A build that fails is no failure of the install: it says what is missing, and indexes are made by hnswlib-node.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAddon } from './build-addon.mjs';

const failure = buildAddon(dirname(fileURLToPath(import.meta.url)));
if (failure !== undefined) {
  process.stderr.write(`nearkey: the native vector engine was not built (${failure}).\n`);
  process.stderr.write('nearkey: vector indexes work without it, by hnswlib-node, which is slower.\n');
}
