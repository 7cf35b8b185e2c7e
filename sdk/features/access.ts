/**
 * What a caller may do with which groups. Whoever has any right on a group sees that it is there, and what it is made of; a group
 * that a caller has no right on is refused in the same words whether it is there or not.
 */
import { FeatureError } from './feature-error.js';

/** Reading records; writing and deleting them; creating, changing and deleting the group itself. */
export type Right = 'read' | 'write' | 'admin';

/** Whether the caller has the right on the group of this name; without a right: at least one of them. */
export type Access = (groupName: string, right: Right | undefined) => boolean;

export interface Grant {
  readonly rights: readonly Right[];
  /** Names of groups; a star at the end stands for any rest. */
  readonly groups: readonly string[];
}

const deeds: Readonly<Record<Right, string>> = {
  read: 'read the records of',
  write: 'write records of',
  admin: 'create, change or delete',
};

/** What several grants allow together. Names are compared without regard to case, as groups are. */
export function accessBy(grants: readonly Grant[]): Access {
  const rules = grants.map(({ rights, groups }) => ({ rights, holds: groups.map(matcherOf) }));
  return (groupName, right) => {
    const name = groupName.toLowerCase();
    return rules.some(
      ({ rights, holds }) => (right === undefined || rights.includes(right)) && holds.some((matches) => matches(name)),
    );
  };
}

/** @throws FeatureError AccessForbidden */
export function checkAccess(access: Access | undefined, groupName: string, right: Right | undefined): void {
  if (access === undefined || access(groupName, right)) return;
  const deed = right === undefined ? 'see' : deeds[right];
  throw new FeatureError('AccessForbidden', `The caller is not authorized to ${deed} the feature group ${groupName}`);
}

function matcherOf(pattern: string): (name: string) => boolean {
  const lower = pattern.toLowerCase();
  if (!lower.endsWith('*')) return (name) => name === lower;
  const start = lower.slice(0, -1);
  return (name) => name.startsWith(start);
}
