/** Reads `feature-grant`: who may do what with which groups of the feature store. */
import { ConfigError } from './config-error.js';

const rights = ['read', 'write', 'admin'] as const;

export interface FeatureGrant {
  /** An access key id, or the name of an API key. */
  readonly caller: string;
  readonly rights: readonly (typeof rights)[number][];
  readonly groups: readonly string[];
}

/**
 * A line for each: a caller, rights, groups; commas divide several.
 * @throws ConfigError when a line is neither empty nor that
 */
export function featureGrants(lines: string): FeatureGrant[] {
  return lines
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([first]) => first !== '' && first !== undefined)
    .map(([caller, rightsText, groupsText, ...more]) => {
      if (caller === undefined || rightsText === undefined || groupsText === undefined || more.length > 0) {
        throw new ConfigError('argument must be a caller, rights and groups, divided by blanks');
      }
      return { caller, rights: words(rightsText).map(rightOf), groups: words(groupsText).map(groupOf) };
    });
}

function words(text: string): string[] {
  return text.split(',');
}

function rightOf(text: string): FeatureGrant['rights'][number] {
  const right = rights.find((each) => each === text);
  if (right === undefined)
    throw new ConfigError(`argument must have rights of ${rights.join(', ')}, divided by commas`);
  return right;
}

function groupOf(text: string): string {
  if (/^[\w-]*\*?$/.test(text) && text !== '') return text;
  throw new ConfigError('argument must have names of groups, divided by commas; a star may end one');
}
