import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AccessControl } from '#server/acl/access-control.js';
import { loadAclFile, saveAclFile } from '#server/acl/acl-file.js';
import { Config } from '#server/config/config.js';
import { fewCommands } from '../../support/acl-commands.js';

const folder = mkdtempSync(join(tmpdir(), 'nearkey-test-'));
const path = join(folder, 'users.acl');
afterAll(() => rmSync(folder, { recursive: true }));

test('what is saved is loaded again, bytes and all, and only its owner may read it', () => {
  const access = new AccessControl(fewCommands, new Config());
  access.setUser('\xff', ['on', '>x', '~\xfe*', '+get']);
  saveAclFile(access, path);
  expect(readFileSync(path, 'latin1')).toBe(
    access
      .lines()
      .map((line) => `${line}\n`)
      .join(''),
  );
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['users.acl']);
  const other = new AccessControl(fewCommands, new Config());
  loadAclFile(other, path);
  expect(other.lines()).toEqual(access.lines());
});

test('a file that is not there, or wrong, is an error that names it', () => {
  const access = new AccessControl(fewCommands, new Config());
  const missing = join(folder, 'missing');
  expect(() => loadAclFile(access, missing)).toThrow(
    `Error loading ACLs, opening file '${missing}': No such file or directory`,
  );
  const wrong = join(folder, 'wrong');
  writeFileSync(wrong, 'user a bogus\n');
  expect(() => loadAclFile(access, wrong)).toThrow(`${wrong}:1: Syntax error. `);
});

test('a file that cannot be written leaves nothing behind', () => {
  const access = new AccessControl(fewCommands, new Config());
  expect(() => saveAclFile(access, join(folder, 'no', 'such', 'folder'))).toThrow('ENOENT');
  expect(() => saveAclFile(access, folder)).toThrow();
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(['users.acl']));
});
