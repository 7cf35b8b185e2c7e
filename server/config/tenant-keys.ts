import { ConfigError } from './config-error.js';

export interface TenantKey {
  readonly tenant: string;
  readonly key: string;
}

/**
 * Reads `llm-tenant-key`: a line for each key, the tenant's name and the key.
 * @throws ConfigError when a line is neither empty nor two words
 */
export function tenantKeys(lines: string): TenantKey[] {
  return lines
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([first]) => first !== '' && first !== undefined)
    .map(([tenant, key, ...more]) => {
      if (tenant === undefined || key === undefined || more.length > 0) {
        throw new ConfigError('argument must be the name of a tenant and a key, divided by a blank');
      }
      return { tenant, key };
    });
}
