/** The Markdown documents of this repository, and what they say about its code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { repository } from '../tidy/project.js';

export interface Document {
  readonly path: string;
  readonly text: string;
}

const folders = ['', 'docs', 'docs/decisions', 'notebooks'];

export function readDocuments(): Document[] {
  return folders.flatMap((folder) =>
    readdirSync(join(repository, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => readDocument(posix.join(folder, name))),
  );
}

export function readDocument(path: string): Document {
  return { path, text: readFileSync(join(repository, path), 'utf8') };
}

/** Targets of relative links, from the root of the repository. */
export function linkedPaths({ path, text }: Document): string[] {
  return [...text.matchAll(/\]\(([^)#\s]+)[^)]*\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => posix.join(posix.dirname(path), target));
}

/** What stands between single backticks outside of code blocks. */
export function codeWords({ text }: Document): string[] {
  return [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, word = '']) => word);
}

/** Paths of the repository that are named in code, compiled ones excepted. */
export function namedPaths(document: Document): string[] {
  return codeWords(document).filter(
    (word) => /^(server|index|sdk|test|docs|notebooks|\.ci)\/[\w./-]*$/.test(word) && !word.includes('/dist'),
  );
}

/** Names of package.json scripts, in code and in code blocks: `npm run x`, `npm test`, `npm start`. */
export function namedScripts({ text }: Document): string[] {
  return [...text.matchAll(/\bnpm (?:run (?:-\S+ )*([\w:-]+)|(test|start)\b)/g)].map(
    ([, run, own]) => run ?? own ?? '',
  );
}

/** The code blocks of a language. */
export function codeBlocks({ text }: Document, language: string): string[] {
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , code = '']) => code);
}

function withoutBlocks(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, '');
}
