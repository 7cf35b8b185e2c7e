import { ConfigError } from './config-error.js';

export interface TenantQuota {
  /** `*` for each tenant that no other line names. */
  readonly tenant: string;
  /** 0: as many as they like. */
  readonly requestsPerMinute: number;
  readonly tokensPerDay: number;
}

/**
 * Reads `llm-tenant-quota`: a line for each tenant, its name, requests a minute and tokens a day.
 * @throws ConfigError when a line is neither empty nor a name and two whole numbers
 */
export function tenantQuotas(lines: string): TenantQuota[] {
  return lines
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([tenant]) => tenant !== undefined && tenant !== '')
    .map(([tenant = '', requests = '', tokens = '', ...more]) => {
      const [requestsPerMinute, tokensPerDay] = [wholeNumber(requests), wholeNumber(tokens)];
      if (requestsPerMinute === undefined || tokensPerDay === undefined || more.length > 0) {
        throw new ConfigError('argument must be a tenant, requests a minute and tokens a day, divided by blanks');
      }
      return { tenant, requestsPerMinute, tokensPerDay };
    });
}

function wholeNumber(text: string): number | undefined {
  const number = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(number) ? number : undefined;
}
