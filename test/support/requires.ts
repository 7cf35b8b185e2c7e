/**
 * Suites that need a program which npm does not install. Without the program the suite is skipped and says so on
 * stderr, where nobody overlooks it; with NEARKEY_REQUIRE_ALL=1 (the full check) its absence is a failure.
 */
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Program to the Debian package that carries it. */
const packages = {
  'redis-server': 'redis-server',
  'redis-benchmark': 'redis-tools',
  taskset: 'util-linux',
  chromium: 'chromium',
} as const;

export type Program = keyof typeof packages;

export function isInstalled(program: Program): boolean {
  return find(program) !== undefined;
}

/** Where an installed program lies. */
export function pathOf(program: Program): string {
  const path = find(program);
  if (path === undefined) throw new Error(`${program} is not installed`);
  return path;
}

function find(program: Program): string | undefined {
  const candidates = (process.env.PATH ?? '').split(delimiter).map((directory) => join(directory, program));
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** `describe` for a suite that cannot run without `program`. */
export function describeWith(program: Program, name: string, body: () => void): void {
  if (isInstalled(program)) {
    describe(name, body);
    return;
  }
  const advice = `"${name}" needs the program ${program} (apt-get install ${packages[program]})`;
  if (process.env.NEARKEY_REQUIRE_ALL === '1') {
    describe(name, () => {
      test(`${program} is installed`, () => {
        throw new Error(`${advice}, and NEARKEY_REQUIRE_ALL=1 forbids skipping it`);
      });
    });
    return;
  }
  process.stderr.write(`\n**** SKIPPED: ${advice} ****\n\n`);
  describe.skip(name, body);
}
