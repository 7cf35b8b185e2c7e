/** Every source file keeps the rules of test/tidy/rules.ts; and every rule notices when a file does not. */
import {
  checkArrows,
  checkComments,
  checkCycles,
  checkFunctionLength,
  checkMirrors,
  checkNames,
  checkReach,
  checkRestrictions,
  cyclesOf,
  describeViolation,
  partOf,
  type Violation,
} from './tidy/checks.js';
import { namedByPackages, readSources } from './tidy/project.js';
import {
  arrows,
  emptyNames,
  entryPoints,
  functionLinesMax,
  longFunctions,
  openEnds,
  packageEntries,
  restrictions,
  untested,
} from './tidy/rules.js';
import { readFacts, type SourceFacts } from './tidy/source-facts.js';

const sources = readSources();

function expectNone(violations: readonly Violation[]): void {
  expect(violations.map(describeViolation)).toEqual([]);
}

describe('the source files', () => {
  test('are found, all four folders of them', () => {
    for (const folder of ['server', 'index', 'sdk', 'test']) {
      expect(sources.filter(({ path }) => path.startsWith(`${folder}/`)).length).toBeGreaterThan(30);
    }
  });

  test('import along the arrows only', () => expectNone(checkArrows(sources, arrows)));
  test('have no import cycles', () => expectNone(checkCycles(sources, packageEntries)));
  test('use clock, chance, process, files and network where they are at home', () =>
    expectNone(checkRestrictions(sources, restrictions)));
  test('have short functions', () => expectNone(checkFunctionLength(sources, functionLinesMax, longFunctions)));
  test('each have their test', () => expectNone(checkMirrors(sources, untested)));
  test('are all in use', () => expectNone(checkReach(sources, packageEntries, namedByPackages(), entryPoints)));
  test('have names that say something', () => expectNone(checkNames(sources, emptyNames)));
  test('leave nothing open', () => expectNone(checkComments(sources, openEnds)));
});

describe('the table of arrows', () => {
  test('names parts that exist', () => {
    const inUse = new Set(sources.map(({ path }) => partOf(path, arrows)));
    expect(Object.keys(arrows).filter((part) => !inUse.has(part))).toEqual([]);
  });

  test('has no cycle itself', () => {
    const edges = Object.entries(arrows).map(([part, allowed]): [string, string[]] => {
      const targets = allowed.map((to) => to.replace(/^type /, '')).map((to) => packageEntries[to] ?? to);
      return [part, targets.map((to) => partOf(to, arrows) ?? to)];
    });
    expect(cyclesOf(new Map(edges))).toEqual([]);
  });
});

/** Files of a small project that breaks one rule. */
function files(texts: Readonly<Record<string, string>>): SourceFacts[] {
  return Object.entries(texts).map(([path, text]) => readFacts(path, text));
}

/** The violations as `file:line [rule]`. */
function found(violations: readonly Violation[]): string[] {
  return violations.map(({ path, line, rule }) => `${path}:${line} [${rule}]`);
}

describe('the arrows', () => {
  const table = { 'a/low': [], 'a/high': ['a/low', 'type a/types', 'node:net'], 'a/types': [], 'a/types/inner': [] };
  const check = (path: string, text: string): string[] => found(checkArrows(files({ [path]: text }), table));

  test('let a part import itself and what is listed', () => {
    const text = "import { x } from '../low/x.js';\nimport type { T } from '../types/t.js';\nimport 'node:net';";
    expect(check('a/high/f.ts', text)).toEqual([]);
    expect(check('a/high/f.ts', "export { y } from './y.js';")).toEqual([]);
  });

  test('find an import against the direction, whatever its form', () => {
    for (const text of [
      "import { x } from '../high/x.js';",
      "import type { T } from '../high/x.js';",
      "export * from '../high/x.js';",
      "const x = await import('../high/x.js');",
      "const worker = new Worker(new URL('../high/x.js', import.meta.url));",
      "import { x } from '#a/high/x.js';",
    ]) {
      expect(check('a/low/f.ts', text)).toEqual(['a/low/f.ts:1 [arrows]']);
    }
  });

  test('find a package, a value where only types may go, and a deeper part', () => {
    expect(check('a/low/f.ts', "\nimport { z } from 'zod';")).toEqual(['a/low/f.ts:2 [arrows]']);
    expect(check('a/high/f.ts', "import { t } from '../types/t.js';")).toEqual(['a/high/f.ts:1 [arrows]']);
    expect(check('a/high/f.ts', "import { type T, t } from '../types/t.js';")).toEqual(['a/high/f.ts:1 [arrows]']);
    expect(check('a/high/f.ts', "import { type T } from '../types/t.js';")).toEqual([]);
    expect(check('a/high/f.ts', "import type { T } from '../types/inner/t.js';")).toEqual(['a/high/f.ts:1 [arrows]']);
  });

  test('find a file in a folder they do not know', () => {
    expect(check('b/f.ts', '')).toEqual(['b/f.ts:1 [arrows]']);
  });
});

describe('the other rules', () => {
  test('find a cycle, also by way of a package, and one of types between folders', () => {
    const a = "import { b } from './b.js';";
    const b = "import { a } from './a.js';";
    expect(found(checkCycles(files({ 'x/a.ts': a, 'x/b.ts': b }), {}))).toEqual(['x/a.ts:1 [cycles]']);
    const types = { 'x/a.ts': "import type { B } from './b.js';", 'x/b.ts': b };
    expect(found(checkCycles(files(types), {}))).toEqual([]);
    const apart = { 'x/a.ts': "import type { B } from '../y/b.js';", 'y/b.ts': "import { a } from '../x/a.js';" };
    expect(found(checkCycles(files(apart), {}))).toEqual(['x/a.ts:1 [cycles]']);
    const started = { 'x/a.ts': "new Worker(new URL('./b.js', import.meta.url));", 'x/b.ts': b };
    expect(found(checkCycles(files(started), {}))).toEqual([]);
    const packages = { 'x/a.ts': "import { b } from 'y';", 'y/mod.ts': "import { a } from '../x/a.js';" };
    expect(found(checkCycles(files(packages), { y: 'y/mod.ts' }))).toEqual(['x/a.ts:1 [cycles]']);
  });

  test.each([
    ['clock', 'server/f.ts', 'const t = Date.now();'],
    ['clock', 'sdk/f.ts', 'const clock = performance.now;'],
    ['clock', 'index/f.ts', 'const t = new Date();'],
    ['random', 'index/f.ts', 'const r = Math.random();'],
    ['random', 'server/f.ts', 'const r = crypto.randomBytes(4);'],
    ['random', 'server/f.ts', "import { randomUUID } from 'node:crypto';"],
    ['timers', 'index/f.ts', 'globalThis.setTimeout(f, 1);'],
    ['process', 'server/commands/f.ts', 'const x = process.env.X;'],
    ['process', 'server/net/f.ts', 'process.exit(1);'],
    ['process', 'sdk/f.ts', 'console.log(1);'],
    ['files', 'server/keyspace/f.ts', "import { readFileSync } from 'node:fs';"],
    ['network', 'server/commands/f.ts', "import { connect } from 'node:net';"],
    ['network', 'sdk/f.ts', 'await fetch(url);'],
    ['error texts', 'server/commands/f.ts', "throw new ReplyError('ERR no');"],
    ['native engine', 'index/search.ts', "import hnswlib from 'hnswlib-node';"],
    ['untyped', 'sdk/f.ts', 'let x: any;'],
    ['untyped', 'test/f.ts', 'const x = y as unknown;'],
    ['untyped', 'server/f.ts', 'const x = y!;'],
    ['untyped', 'server/f.ts', '// @ts-expect-error why'],
    ['skipped test', 'test/f.test.ts', "test.skip('x', f);"],
    ['skipped test', 'test/f.test.ts', "describe.only('x', f);"],
  ])('find a use of: %s in %s: %s', (rule, path, text) => {
    const withoutHomes = restrictions.map((restriction) => ({ ...restriction, homes: {} }));
    expect(found(checkRestrictions(files({ [path]: text }), withoutHomes))).toEqual([`${path}:1 [${rule}]`]);
  });

  test('do not take a string, a comment, a date of a time or a const for a use', () => {
    const text = "const s = 'Date.now()'; // setTimeout(f)\nconst d = new Date(0);\nconst c = [1] as const;";
    const withoutHomes = restrictions.map((restriction) => ({ ...restriction, homes: {} }));
    expect(found(checkRestrictions(files({ 'server/f.ts': text }), withoutHomes))).toEqual([]);
  });

  test('find a home that no longer is one', () => {
    const restriction = { rule: 'r', names: ['f()'], where: ['a'], instead: '', homes: { 'a/f.ts': 'why' } };
    expect(found(checkRestrictions(files({ 'a/f.ts': 'g();' }), [restriction]))).toEqual(['a/f.ts:1 [r]']);
    expect(found(checkRestrictions(files({ 'a/f.ts': 'f();' }), [restriction]))).toEqual([]);
  });

  test('find a long function, but not the body of a suite', () => {
    const body = '{\n1;\n2;\n}';
    const check = (path: string, text: string, reasons = {}): string[] =>
      found(checkFunctionLength(files({ [path]: text }), 3, reasons));
    expect(check('a/f.ts', `function f() ${body}`)).toEqual(['a/f.ts:1 [function length]']);
    expect(check('a/f.ts', `class C { m() ${body} }`)).toEqual(['a/f.ts:1 [function length]']);
    expect(check('a/f.ts', `each(() => ${body});`)).toEqual(['a/f.ts:1 [function length]']);
    expect(check('a/f.ts', `const f = () => ${body};`, { 'a/f.ts#f': 'why' })).toEqual([]);
    expect(check('a/f.ts', '', { 'a/f.ts#f': 'why' })).toEqual(['a/f.ts:1 [function length]']);
    expect(check('test/f.test.ts', `describe('x', () => ${body});`)).toEqual([]);
  });

  test('find a file without a test, unless nothing in it runs', () => {
    const check = (texts: Record<string, string>, reasons = {}): string[] => found(checkMirrors(files(texts), reasons));
    expect(check({ 'a/f.ts': 'export const x = 1;' })).toEqual(['a/f.ts:1 [mirror]']);
    expect(check({ 'a/f.ts': 'export const x = 1;', 'test/a/f.test.ts': '' })).toEqual([]);
    expect(check({ 'a/f.ts': "export interface X {}\nexport type Y = X;\nexport { z } from './z.js';" })).toEqual([]);
    expect(check({ 'a/f.ts': 'f();' }, { 'a/f.ts': 'why' })).toEqual([]);
    expect(check({ 'a/f.ts': 'type X = 1;' }, { 'a/f.ts': 'why' })).toEqual(['a/f.ts:1 [mirror]']);
  });

  test('find a file that nothing imports', () => {
    const texts = { 'a/f.ts': "import './g.js';", 'a/g.ts': '', 'a/h.ts': '', 'a/h.test.ts': '' };
    const check = (named: string[], reasons = {}): string[] =>
      found(checkReach(files(texts), {}, new Set(named), reasons));
    expect(check(['a/f.ts'])).toEqual(['a/h.ts:1 [dead file]']);
    expect(check(['a/f.ts', 'a/h.ts'])).toEqual([]);
    expect(check(['a/f.ts'], { 'a/h.ts': 'why' })).toEqual([]);
  });

  test('find an empty name, a name in capitals and an open end', () => {
    const named = [
      'a/utils.ts',
      'helpers/f.ts',
      'a/key-manager.test.ts',
      'a/Big.ts',
      'a/common-subsequence.ts',
      'a/f.d.ts',
    ];
    const texts = Object.fromEntries(named.map((path) => [path, '']));
    expect(found(checkNames(files(texts), ['utils', 'helpers', 'manager']))).toEqual([
      'a/utils.ts:1 [names]',
      'helpers/f.ts:1 [names]',
      'a/key-manager.test.ts:1 [names]',
      'a/Big.ts:1 [names]',
    ]);
    expect(found(checkComments(files({ 'a/f.ts': "const s = 'TODO';\n// TODO later" }), ['TODO']))).toEqual([
      'a/f.ts:2 [open end]',
    ]);
  });
});
