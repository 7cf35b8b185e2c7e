/** Reads the source files of this repository from disk. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readFacts, type SourceFacts } from './source-facts.js';

/** The repository: this file is compiled to test/dist/tidy/. */
export const repository = fileURLToPath(new URL('../../..', import.meta.url));

const roots = ['server', 'index', 'sdk', 'test'];
const built = ['node_modules', 'dist'];

/** Every TypeScript file, by path from the root, in order. */
export function readSources(): SourceFacts[] {
  return roots.flatMap(filesIn).map((path) => readFacts(path, readFileSync(join(repository, path), 'utf8')));
}

function filesIn(folder: string): string[] {
  const entries = readdirSync(join(repository, folder), { withFileTypes: true });
  const names = entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return names.flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return built.includes(entry.name) ? [] : filesIn(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

/** Source files that package.json files name: exports, programs and scripts. */
export function namedByPackages(): Set<string> {
  const named = new Set<string>();
  for (const folder of ['', 'server/', 'index/', 'sdk/']) {
    const manifest: unknown = JSON.parse(readFileSync(join(repository, folder, 'package.json'), 'utf8'));
    for (const value of leavesOf(manifest)) {
      for (const [, before = '', after = ''] of value.matchAll(/([\w./-]*)dist\/([\w./-]+)\.js\b/g)) {
        named.add(`${folder}${before.replace(/^\.\//, '')}${after}.ts`);
      }
    }
  }
  return named;
}

/** What the documents name of a package.json file. @param folder from the root, empty for the root itself */
export function readManifest(folder: string): {
  readonly version: string;
  readonly scripts: Readonly<Record<string, unknown>>;
} {
  const manifest: unknown = JSON.parse(readFileSync(join(repository, folder, 'package.json'), 'utf8'));
  const isManifest = typeof manifest === 'object' && manifest !== null && 'version' in manifest;
  if (!isManifest || typeof manifest.version !== 'string') throw new Error(`${folder}/package.json has no version`);
  const scripts = 'scripts' in manifest && typeof manifest.scripts === 'object' ? { ...manifest.scripts } : {};
  return { version: manifest.version, scripts };
}

function leavesOf(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leavesOf);
  return typeof value === 'string' ? [value] : [];
}
