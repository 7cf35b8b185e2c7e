/**
 * What the tidy rules need to know of a source file: its imports, functions, comments, and the names it uses. Facts are
 * read off the syntax tree, so a word in a string or a comment is never taken for a call.
 *
 * Uses have one spelling each, so that rules are plain lists:
 *   `Date.now`        a property of a named object, read or called
 *   `setTimeout()`    a call, bare or of a property: `timers.setTimeout()` is `setTimeout()` too
 *   `new Date()`      a construction without arguments; with some it is `new Date`
 *   `import node:fs`  a module, imported in any form
 *   `{ randomUUID }`  a name that is imported from anywhere
 *   `any`, `as`, `!`  the type, a cast other than `as const`, a non-null assertion
 *   `ignore comment`  a comment that silences the compiler or the linter
 */
import { posix } from 'node:path';
import { parse } from '@babel/parser';

export interface ImportFact {
  /** As written. */
  readonly specifier: string;
  /** The file of the repository it means, or the package. */
  readonly target: string;
  readonly typeOnly: boolean;
  /** Started as a program or thread of its own, by its URL. */
  readonly started: boolean;
  readonly line: number;
}

export interface FunctionFact {
  readonly name: string;
  readonly line: number;
  readonly lineCount: number;
  /** An argument of a call, as the body of a `describe` is. */
  readonly isCallback: boolean;
}

export interface UseFact {
  readonly name: string;
  readonly line: number;
}

export interface SourceFacts {
  /** From the root of the repository, with slashes. */
  readonly path: string;
  readonly imports: readonly ImportFact[];
  readonly functions: readonly FunctionFact[];
  readonly uses: readonly UseFact[];
  readonly comments: readonly { readonly text: string; readonly line: number }[];
  /** Names of its classes, interfaces and types. */
  readonly declarations: readonly string[];
  /** False for a file of types and re-exports: nothing in it runs. */
  readonly hasRuntimeCode: boolean;
}

interface SyntaxNode {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface Collected {
  readonly path: string;
  readonly imports: ImportFact[];
  readonly functions: FunctionFact[];
  readonly uses: UseFact[];
  readonly declarations: string[];
}

/** @throws when the text is not TypeScript */
export function readFacts(path: string, text: string): SourceFacts {
  const tree: unknown = parse(text, { sourceType: 'module', plugins: ['typescript'], attachComment: false });
  const program = nodeAt(isNode(tree) ? tree : undefined, 'program');
  if (program === undefined || !isNode(tree)) throw new Error(`${path}: no syntax tree`);
  const collected: Collected = { path, imports: [], functions: [], uses: [], declarations: [] };
  visit(program, undefined, collected);
  const comments = nodesAt(tree, 'comments').map((comment) => ({
    text: String(comment.value),
    line: lineOf(comment, 'start'),
  }));
  for (const { text: comment, line } of comments) {
    if (/@ts-(ignore|expect-error|nocheck)|biome-ignore/.test(comment)) {
      collected.uses.push({ name: 'ignore comment', line });
    }
  }
  return { ...collected, comments, hasRuntimeCode: nodesAt(program, 'body').some(runs) };
}

function visit(node: SyntaxNode, parent: SyntaxNode | undefined, into: Collected): void {
  collectImport(node, into);
  collectFunction(node, parent, into);
  collectUses(node, into);
  if (/^(Class|TSInterface|TSTypeAlias)Declaration$/.test(node.type)) {
    into.declarations.push(nameOf(nodeAt(node, 'id')) ?? '');
  }
  for (const [field, value] of Object.entries(node)) {
    if (field === 'loc') continue;
    for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, node, into);
  }
}

function collectImport(node: SyntaxNode, into: Collected): void {
  const source = nodeAt(node, 'source') ?? (startsModule(node) ? nodesAt(node, 'arguments')[0] : undefined);
  if (typeof source?.value !== 'string') return;
  const specifiers = nodesAt(node, 'specifiers');
  const typeOnly =
    node.importKind === 'type' ||
    node.exportKind === 'type' ||
    (specifiers.length > 0 && specifiers.every(({ importKind, exportKind }) => (importKind ?? exportKind) === 'type'));
  const specifier = source.value;
  const line = lineOf(node, 'start');
  const target = resolveSpecifier(into.path, specifier);
  into.imports.push({ specifier, target, typeOnly, started: node.type === 'NewExpression', line });
  into.uses.push({ name: `import ${specifier}`, line });
}

/** `import('./a.js')`, and `new URL('./worker.js', import.meta.url)`, a module that is started instead of imported. */
function startsModule(node: SyntaxNode): boolean {
  const callee = nodeAt(node, 'callee');
  if (callee?.type === 'Import') return true;
  const path = nodesAt(node, 'arguments')[0]?.value;
  return node.type === 'NewExpression' && callee?.name === 'URL' && typeof path === 'string' && path.endsWith('.js');
}

/** `./a.js` and `#server/a.js` mean files of the repository; everything else is a package. */
export function resolveSpecifier(from: string, specifier: string): string {
  const toSource = (path: string): string => path.replace(/\.js$/, '.ts');
  if (specifier.startsWith('.')) return toSource(posix.join(posix.dirname(from), specifier));
  if (specifier.startsWith('#')) return toSource(specifier.slice(1));
  return specifier;
}

function collectFunction(node: SyntaxNode, parent: SyntaxNode | undefined, into: Collected): void {
  if (!/Function|Method/.test(node.type) || nodeAt(node, 'body') === undefined) return;
  const line = lineOf(node, 'start');
  const isCallback = parent?.type === 'CallExpression' || parent?.type === 'NewExpression';
  const name = nameOf(nodeAt(node, 'id')) ?? nameOf(nodeAt(node, 'key')) ?? nameOf(parent) ?? 'a function';
  into.functions.push({ name, line, lineCount: lineOf(node, 'end') - line + 1, isCallback });
}

function collectUses(node: SyntaxNode, into: Collected): void {
  const name = usedName(node);
  if (name !== undefined) into.uses.push({ name, line: lineOf(node, 'start') });
}

function usedName(node: SyntaxNode): string | undefined {
  const callee = nodeAt(node, 'callee');
  switch (node.type) {
    case 'MemberExpression':
    case 'OptionalMemberExpression': {
      const object = nodeAt(node, 'object')?.name;
      const property = nodeAt(node, 'property')?.name;
      return typeof object === 'string' && typeof property === 'string' ? `${object}.${property}` : undefined;
    }
    case 'CallExpression':
    case 'OptionalCallExpression': {
      const called = nameOf(callee) ?? nameOf(nodeAt(callee, 'property'));
      return called === undefined ? undefined : `${called}()`;
    }
    case 'NewExpression':
      return `new ${nameOf(callee)}${nodesAt(node, 'arguments').length === 0 ? '()' : ''}`;
    case 'ImportSpecifier':
      return `{ ${nameOf(nodeAt(node, 'imported'))} }`;
    case 'TSAnyKeyword':
      return 'any';
    case 'TSNonNullExpression':
      return '!';
    case 'TSAsExpression':
    case 'TSTypeAssertion': {
      const isConst = nodeAt(nodeAt(node, 'typeAnnotation'), 'typeName')?.name === 'const';
      return isConst ? undefined : 'as';
    }
    default:
      return undefined;
  }
}

/** Whether a top-level statement leaves anything in the compiled file but imports and exports of other files. */
function runs(statement: SyntaxNode): boolean {
  if (statement.declare === true || /^(TSInterface|TSTypeAlias|Import)/.test(statement.type)) return false;
  if (!/^Export/.test(statement.type)) return true;
  const declaration = nodeAt(statement, 'declaration');
  return declaration !== undefined && runs(declaration);
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function nodeAt(node: SyntaxNode | undefined, field: string): SyntaxNode | undefined {
  const value = node?.[field];
  return isNode(value) ? value : undefined;
}

function nodesAt(node: SyntaxNode, field: string): SyntaxNode[] {
  const value = node[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

function nameOf(node: SyntaxNode | undefined): string | undefined {
  if (node === undefined) return undefined;
  if (node.type === 'PrivateName') return nameOf(nodeAt(node, 'id'));
  if (typeof node.name === 'string') return node.name;
  return node.type === 'VariableDeclarator' ? nameOf(nodeAt(node, 'id')) : nameOf(nodeAt(node, 'key'));
}

function lineOf(node: SyntaxNode, end: 'start' | 'end'): number {
  const { loc } = node;
  if (typeof loc !== 'object' || loc === null) return 0;
  const place: unknown = Reflect.get(loc, end);
  if (typeof place !== 'object' || place === null || !('line' in place)) return 0;
  return typeof place.line === 'number' ? place.line : 0;
}
