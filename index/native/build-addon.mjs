/**
 * Builds an addon in C++ with the node-gyp that comes with npm. This package builds its vector engine with it, the server its
 * front end. What the compiler says is printed, and what it means is guessed.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

const prefix = dirname(dirname(realpathSync(process.execPath)));

/** What node-gyp and the compiler say, and what it means. */
const MISSING = [
  [/could not find any python|find python/i, 'Python 3 (Debian: python3)'],
  [/not found: make|make: not found|spawn make ENOENT/i, 'make (Debian: make)'],
  [/(g\+\+|c\+\+|clang\+\+|cc): (command |No such|not found)|g\+\+: not found/i, 'a C++17 compiler (Debian: g++)'],
  [
    /node_api\.h|uv\.h|nodejs\.org|headers\.tar/i,
    "Node's headers (set npm_config_nodedir to a folder with include/node)",
  ],
  [/node-addon-api/i, 'the package node-addon-api'],
];

/** npm says where its node-gyp is; run by hand, it lies with the npm beside this Node. */
function nodeGyp() {
  const candidates = [
    process.env.npm_config_node_gyp,
    process.env.npm_execpath && join(dirname(process.env.npm_execpath), '../node_modules/node-gyp/bin/node-gyp.js'),
    join(prefix, 'lib/node_modules/npm/node_modules/node-gyp/bin/node-gyp.js'),
  ];
  return candidates.find((path) => path !== undefined && existsSync(path));
}

/** Headers that were installed with Node spare their download. */
function headers() {
  if (process.env.npm_config_nodedir) return [];
  return existsSync(join(prefix, 'include/node/node_api.h')) ? [`--nodedir=${prefix}`] : [];
}

/**
 * Builds the addon whose binding.gyp is in a folder.
 * @param {string} folder
 * @returns {string | undefined} why it was not built
 */
export function buildAddon(folder) {
  const gyp = nodeGyp();
  if (gyp === undefined) return 'missing: node-gyp, which comes with npm';
  const args = [gyp, 'rebuild', '--silent', ...headers()];
  const { status, error, stdout, stderr } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
  if (status === 0) return undefined;
  const output = `${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`;
  const missing = MISSING.filter(([pattern]) => pattern.test(output)).map(([, what]) => what);
  const guess = missing.length > 0 ? `probably missing: ${missing.join('; ')}` : 'see the output above';
  process.stderr.write(output);
  return guess;
}
