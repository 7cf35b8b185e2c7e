/**
 * The file of `aclfile`: a line a user, as ACL LIST tells them. Written beside itself and then put in its place, so that a
 * crash leaves the old one or the new one.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { AccessControl } from './access-control.js';
import { AclError } from './access-control.js';
import type { User } from './user.js';

/** @returns see `AccessControl.load`. @throws AclError */
export function loadAclFile(access: AccessControl, path: string): User[] {
  return access.load(readText(path), path);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    throw new AclError(`Error loading ACLs, opening file '${path}': ${reasonOf(error)}`);
  }
}

/** @throws the system's error */
export function saveAclFile(access: AccessControl, path: string): void {
  const beside = `${path}.tmp`;
  const text = access.lines().map((line) => `${line}\n`);
  try {
    writeFileSync(beside, text.join(''), { encoding: 'latin1', mode: 0o600, flush: true });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

function reasonOf(error: unknown): string {
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  if (!hasCode) return String(error);
  return error.code === 'ENOENT' ? 'No such file or directory' : String(error.code);
}
