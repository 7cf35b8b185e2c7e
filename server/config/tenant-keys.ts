import { ConfigError } from './config-error.js';

export interface TenantKey {
  readonly tenant: string;
  readonly key: string;
}

/**
 * Reads `llm-tenant-key`, `feature-key` and `llm-bedrock-caller-key`: a line for each, a name (a tenant, or an access key id) and its key.
 * @throws ConfigError when a line is neither empty nor two words
 */
export function tenantKeys(lines: string): TenantKey[] {
  return lines
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([first]) => first !== '' && first !== undefined)
    .map(([tenant, key, ...more]) => {
      if (tenant === undefined || key === undefined || more.length > 0) {
        throw new ConfigError('argument must be a name and a key, divided by a blank');
      }
      return { tenant, key };
    });
}
