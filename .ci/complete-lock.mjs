/**
 * Completes package-lock.json after `npm install`: run `node .ci/complete-lock.mjs`.
 *
 * A registry mirror may lack the optional packages of other platforms. npm then leaves them out of the lock file, and
 * `npm ci` refuses that lock file. This adds an entry for each one left out, marked with the platform its name states, so
 * that npm skips it here and fetches it where it belongs.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const OS = [
  'android',
  'darwin',
  'freebsd',
  'linux',
  'win32',
  'openharmony',
  'wasm32',
  'aix',
  'openbsd',
  'netbsd',
  'sunos',
];
const CPU = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el'];

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));
let added = 0;
for (const [place, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const isThere = [`${place}/node_modules/${name}`, `node_modules/${name}`].some((key) => key in lock.packages);
    if (isThere) continue;
    const words = name.split(/[/-]/);
    const os = OS.find((candidate) => words.includes(candidate));
    const cpu = CPU.find((candidate) => words.some((word) => word.startsWith(candidate)));
    if (os === undefined) throw new Error(`${name}: no platform in its name`);
    lock.packages[`node_modules/${name}`] = {
      version: version.replace(/^[\^~]/, ''),
      ...(cpu === undefined ? {} : { cpu: [cpu] }),
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
      os: [os === 'wasm32' ? 'none' : os],
      ...(words.includes('musl') ? { libc: ['musl'] } : {}),
    };
    added++;
  }
}
const sorted = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify({ ...lock, packages: sorted }, null, 2)}\n`);
console.log(`${added} entries added`);
