/** The documents say what the code is, and the code what the documents say: both ways. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { environmentName } from '#server/config/command-line.js';
import { SETTING_NAMES, settingNamed } from '#server/config/config-table.js';
import { errorFor, errors } from '#server/errors.js';
import { searchErrorFor, searchErrors } from '#server/search/search-errors.js';
import {
  codeWords,
  type Document,
  linkedPaths,
  namedPaths,
  namedScripts,
  readDocument,
  readDocuments,
} from './docs/documents.js';
import { generatedPages } from './docs/pages.js';
import { readManifest, readSources, repository } from './tidy/project.js';
import { arrows } from './tidy/rules.js';

const documents = readDocuments();
const sources = readSources();
const readme = readDocument('README.md');
const contributing = readDocument('CONTRIBUTING.md');
const architecture = readDocument('ARCHITECTURE.md');

/** What `find` finds in the documents and `isThere` does not know, with the document's name. */
function missing(find: (document: Document) => string[], isThere: (found: string) => boolean): string[] {
  return documents.flatMap((document) =>
    find(document)
      .filter((found) => !isThere(found))
      .map((found) => `${document.path}: ${found}`),
  );
}

const exists = (path: string): boolean => existsSync(join(repository, path));

describe('the generated pages', () => {
  test.each(generatedPages())('$path is what `npm run docs` writes', ({ path, text }) => {
    expect(readDocument(path).text).toBe(text);
  });

  test('list errors that are answered somewhere', () => {
    const uses = new Set(
      sources.flatMap(({ path, uses: used }) => (path.startsWith('server/') ? used : []).map((use) => use.name)),
    );
    const tables = { errors, errorFor, searchErrors, searchErrorFor };
    const names = Object.entries(tables).flatMap(([table, rows]) => Object.keys(rows).map((row) => `${table}.${row}`));
    expect(names.filter((name) => !uses.has(name))).toEqual([]);
  });
});

describe('the documents', () => {
  test('link to what is there', () => {
    expect(missing(linkedPaths, exists)).toEqual([]);
  });

  test('name files and folders that are there', () => {
    expect(missing(namedPaths, exists)).toEqual([]);
  });

  test('name scripts that are in package.json, and each of those is explained', () => {
    const scripts = Object.keys(readManifest('').scripts);
    expect(missing(namedScripts, (name) => scripts.includes(name))).toEqual([]);
    const explained = [readme, contributing].flatMap(namedScripts);
    expect(scripts.filter((name) => !explained.includes(name))).toEqual([]);
  });

  test('name options and variables that are settings', () => {
    const own = ['help', 'version'];
    const options = ({ text }: Document): string[] =>
      [...text.matchAll(/(?:npm start -- |nearkey |`)(.*)/g)].flatMap(([, rest = '']) =>
        [...rest.matchAll(/(?<![\w-])--(?:no-)?([a-z][\w-]*)/g)].map(([, name = '']) => name),
      );
    const known = (name: string): boolean => own.includes(name) || settingNamed(name) !== undefined;
    expect(options(readme).filter((name) => !known(name))).toEqual([]);
    const variables = new Set([...SETTING_NAMES.map(environmentName), 'NEARKEY_REQUIRE_ALL', 'NEARKEY_FUZZ_SEED']);
    expect(
      missing(
        ({ text }) => text.match(/\bNEARKEY_[A-Z_]+/g) ?? [],
        (name) => variables.has(name),
      ),
    ).toEqual([]);
  });

  test('index every decision', () => {
    const records = readdirSync(join(repository, 'docs/decisions')).filter((name) => /^\d{4}-.*\.md$/.test(name));
    const indexed = linkedPaths(readDocument('docs/decisions/README.md'));
    expect(records.filter((name) => !indexed.includes(`docs/decisions/${name}`))).toEqual([]);
    const numbers = records.map((name) => name.slice(0, 4));
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('begin the changelog with the version of the packages', () => {
    const [, newest] = /^## (\S+)/m.exec(readDocument('CHANGELOG.md').text) ?? [];
    for (const folder of ['', 'server', 'index', 'sdk']) expect(readManifest(folder).version).toBe(newest);
  });
});

describe('comments', () => {
  test('and documents cite decisions that are recorded', () => {
    const recorded = new Set(readdirSync(join(repository, 'docs/decisions')).map((name) => name.slice(0, 4)));
    const cited = (text: string): string[] =>
      [...text.matchAll(/\b(?:docs\/decisions\/|record |decision )(\d{4})\b/g)].map(([, number = '']) => number);
    const texts = [
      ...sources.map(({ path, comments }) => ({ path, text: comments.map(({ text }) => text).join('\n') })),
      ...documents,
    ];
    const missingRecords = texts.flatMap(({ path, text }) =>
      cited(text)
        .filter((number) => !recorded.has(number))
        .map((number) => `${path}: ${number}`),
    );
    expect(missingRecords).toEqual([]);
  });
});

describe('the architecture', () => {
  test('names every part of the arrows and every folder of the tests', () => {
    const named = new Set(codeWords(architecture).map((word) => word.replace(/\/$/, '')));
    const folders = readdirSync(join(repository, 'test'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !['dist', 'server', 'index', 'sdk'].includes(entry.name))
      .map(({ name }) => `test/${name}`);
    const parts = Object.keys(arrows).filter((part) => part !== 'sdk/mod.ts');
    expect([...parts, ...folders].filter((part) => !named.has(part))).toEqual([]);
  });

  test('has a row for every folder of the server', () => {
    const rows = new Set([...architecture.text.matchAll(/^\| `(server\/[\w-]+)\/` \|/gm)].map(([, folder]) => folder));
    const folders = readdirSync(join(repository, 'server'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !['dist', 'node_modules'].includes(entry.name))
      .map(({ name }) => `server/${name}`);
    expect(folders.filter((folder) => !rows.has(folder))).toEqual([]);
  });

  test('names functions and types that are there', () => {
    const functions = new Set(sources.flatMap((source) => source.functions.map(({ name }) => name)));
    const types = new Set(sources.flatMap(({ declarations }) => declarations));
    const unknown = codeWords(architecture).filter((word) => {
      const [, type, called] = /^(?:([A-Z]\w+)\.|\w+\.)?(\w+)\(\)$/.exec(word) ?? [];
      if (called !== undefined) return !functions.has(called) || (type !== undefined && !types.has(type));
      return /^[A-Z][a-z]+[A-Za-z]*$/.test(word) && !types.has(word);
    });
    expect(unknown).toEqual([]);
  });
});
