/** What each rule of `rules.ts` means. Pure functions from the facts of all files to what is wrong with them. */
import { posix } from 'node:path';
import type { Reasons, Restriction } from './rules.js';
import type { ImportFact, SourceFacts } from './source-facts.js';

export interface Violation {
  readonly rule: string;
  readonly path: string;
  readonly line: number;
  /** What is wrong, and what to do. */
  readonly message: string;
}

export function describeViolation({ rule, path, line, message }: Violation): string {
  return `${path}:${line} [${rule}] ${message}`;
}

type Arrows = Readonly<Record<string, readonly string[]>>;

/** The part a path belongs to: the longest folder or file of the table that holds it. */
export function partOf(path: string, arrows: Arrows): string | undefined {
  const parts = Object.keys(arrows).filter((part) => path === part || path.startsWith(`${part}/`));
  return parts.sort((a, b) => b.length - a.length)[0];
}

/** Each import goes along an arrow. */
export function checkArrows(files: readonly SourceFacts[], arrows: Arrows): Violation[] {
  return files.flatMap(({ path, imports }) => {
    const part = partOf(path, arrows);
    if (part === undefined) {
      const message = 'is in a folder without arrows; add the folder to test/tidy/rules.ts and to ARCHITECTURE.md';
      return [{ rule: 'arrows', path, line: 1, message }];
    }
    return imports.flatMap((imported) => {
      const to = isOurs(imported) ? (partOf(imported.target, arrows) ?? imported.target) : imported.specifier;
      const allowed = arrows[part] ?? [];
      const goes =
        to === part || ['*', to, ...(imported.typeOnly ? [`type ${to}`] : [])].some((x) => allowed.includes(x));
      if (goes) return [];
      const onlyTypes = allowed.includes(`type ${to}`) ? 'values of ' : '';
      const message = `${part} may not import ${onlyTypes}${to} (${imported.specifier}); pass it in, or move the code`;
      return [{ rule: 'arrows', path, line: imported.line, message }];
    });
  });
}

function isOurs({ specifier }: ImportFact): boolean {
  return specifier.startsWith('.') || specifier.startsWith('#');
}

/**
 * No file imports itself by way of others. Types alone may do so inside one folder: two halves of a vocabulary may
 * name each other, and nothing of it is left when the program runs.
 */
export function checkCycles(
  files: readonly SourceFacts[],
  packageEntries: Readonly<Record<string, string>>,
): Violation[] {
  const edges = new Map(
    files.map(({ path, imports }) => [
      path,
      imports
        .filter(({ started }) => !started)
        .map(({ target, typeOnly }) => ({ target: packageEntries[target] ?? target, typeOnly }))
        .filter(({ target, typeOnly }) => !typeOnly || posix.dirname(target) !== posix.dirname(path))
        .map(({ target }) => target),
    ]),
  );
  return cyclesOf(edges).map((cycle) => ({
    rule: 'cycles',
    path: cycle[0] ?? '',
    line: 1,
    message: `imports itself: ${cycle.join(' -> ')}; move what both need into a file of its own`,
  }));
}

/** One path from a node back to itself for each group of nodes that reach one another. */
export function cyclesOf(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>();
  const path: string[] = [];
  const cycles: string[][] = [];
  const follow = (node: string): void => {
    const at = path.indexOf(node);
    if (at >= 0) cycles.push([...path.slice(at), node]);
    if (at >= 0 || done.has(node)) return;
    path.push(node);
    for (const next of edges.get(node) ?? []) follow(next);
    path.pop();
    done.add(node);
  };
  for (const node of edges.keys()) follow(node);
  return cycles;
}

/** Restricted names are used in their homes only, and every home uses one. */
export function checkRestrictions(files: readonly SourceFacts[], restrictions: readonly Restriction[]): Violation[] {
  return restrictions.flatMap(({ rule, names, where, instead, homes }) => {
    const inUse = new Set<string>();
    const violations = files
      .filter(({ path }) => where.some((folder) => path.startsWith(`${folder}/`)))
      .flatMap(({ path, uses }) =>
        uses
          .filter(({ name }) => names.includes(name))
          .flatMap(({ name, line }): Violation[] => {
            inUse.add(path);
            return path in homes ? [] : [{ rule, path, line, message: `uses ${name}; ${instead}` }];
          }),
      );
    return [...violations, ...stale(rule, homes, inUse)];
  });
}

/** No function is longer than `linesMax` without a reason. */
export function checkFunctionLength(files: readonly SourceFacts[], linesMax: number, reasons: Reasons): Violation[] {
  const rule = 'function length';
  const inUse = new Set<string>();
  const violations = files.flatMap(({ path, functions }) =>
    functions
      .filter(({ lineCount, isCallback }) => lineCount > linesMax && !(isCallback && path.startsWith('test/')))
      .flatMap(({ name, line, lineCount }): Violation[] => {
        inUse.add(`${path}#${name}`);
        if (`${path}#${name}` in reasons) return [];
        const message = `${name} has ${lineCount} lines of ${linesMax}; take a step of it out, or give a reason in rules.ts`;
        return [{ rule, path, line, message }];
      }),
  );
  return [...violations, ...stale(rule, reasons, inUse)];
}

/** Every file in which something runs has its test at the same path under test/. */
export function checkMirrors(files: readonly SourceFacts[], reasons: Reasons): Violation[] {
  const rule = 'mirror';
  const paths = new Set(files.map(({ path }) => path));
  const missing = files.filter(
    ({ path, hasRuntimeCode }) =>
      hasRuntimeCode && !path.startsWith('test/') && !paths.has(`test/${path.replace(/\.ts$/, '.test.ts')}`),
  );
  const violations = missing
    .filter(({ path }) => !(path in reasons))
    .map(({ path }) => {
      const message = `has no test; write test/${path.replace(/\.ts$/, '.test.ts')}`;
      return { rule, path, line: 1, message };
    });
  return [...violations, ...stale(rule, reasons, new Set(missing.map(({ path }) => path)))];
}

/** Every file is a test, an entry point, or imported by another file. */
export function checkReach(
  files: readonly SourceFacts[],
  packageEntries: Readonly<Record<string, string>>,
  named: ReadonlySet<string>,
  reasons: Reasons,
): Violation[] {
  const rule = 'dead file';
  const imported = new Set(
    files.flatMap(({ imports }) => imports.map(({ target }) => packageEntries[target] ?? target)),
  );
  const alone = files.filter(
    ({ path }) => !imported.has(path) && !named.has(path) && !path.endsWith('.test.ts') && !path.endsWith('.d.ts'),
  );
  const violations = alone
    .filter(({ path }) => !(path in reasons))
    .map(({ path }) => ({
      rule,
      path,
      line: 1,
      message: 'nothing imports it; delete it, or give a reason in rules.ts',
    }));
  return [...violations, ...stale(rule, reasons, new Set(alone.map(({ path }) => path)))];
}

/** Names say what a file is. */
export function checkNames(files: readonly SourceFacts[], emptyNames: readonly string[]): Violation[] {
  return files.flatMap(({ path }) => {
    const words = path.replace(/(\.test|\.d)?\.ts$/, '').split(/[/-]/);
    const empty = words.find((word) => emptyNames.includes(word));
    const isKebab = /^[a-z0-9/-]+$/.test(words.join('-'));
    if (empty !== undefined)
      return [{ rule: 'names', path, line: 1, message: `'${empty}' says nothing; name the thing` }];
    return isKebab ? [] : [{ rule: 'names', path, line: 1, message: 'file names are lower case words with hyphens' }];
  });
}

/** Comments leave nothing open. */
export function checkComments(files: readonly SourceFacts[], openEnds: readonly string[]): Violation[] {
  const pattern = new RegExp(`\\b(${openEnds.join('|')})\\b`);
  return files.flatMap(({ path, comments }) =>
    comments
      .filter(({ text }) => pattern.test(text))
      .map(({ line }) => ({ rule: 'open end', path, line, message: 'finish it, or take the comment away' })),
  );
}

function stale(rule: string, reasons: Reasons, inUse: ReadonlySet<string>): Violation[] {
  return Object.keys(reasons)
    .filter((place) => !inUse.has(place))
    .map((place) => {
      const message = 'is excepted in test/tidy/rules.ts and no longer needs to be; take the exception away';
      return { rule, path: place.split('#')[0] ?? place, line: 1, message };
    });
}
