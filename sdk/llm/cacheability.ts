/**
 * Whether a request may be answered from the cache at all, and if not, why: the first rule of the table that objects.
 * The reason is a stable word, sent to the caller in a header.
 */
import type { LlmRequest, LlmTool } from './llm-request.js';

export type NotCacheable =
  /** There is no turn of a user to compare with. */
  | 'no-user-turn'
  /** Hotter than the limit: the caller wants another answer each time. */
  | 'temperature'
  /** A tool the provider runs, or one whose call does something. */
  | 'side-effects'
  /** The last turn holds images, audio or documents. */
  | 'media'
  /** The answer depends on what the provider keeps, not only on the request. */
  | 'state';

export interface CacheabilityRules {
  /** Of a request that names one; the provider's default counts as within the limit. */
  readonly temperatureMax: number;
  readonly areMediaAllowed: boolean;
  /** Tools the caller knows to be harmless, or harmful, whatever their names say. */
  readonly harmlessTools: readonly string[];
  readonly harmfulTools: readonly string[];
}

export const defaultCacheabilityRules: CacheabilityRules = {
  temperatureMax: 1,
  areMediaAllowed: false,
  harmlessTools: [],
  harmfulTools: [],
};

/** Members of a request by which a provider continues what it keeps, or works on it later. */
const stateMembers = ['previous_response_id', 'conversation', 'background', 'container', 'prompt'];

/** First words of the names of tools that do something: calling one again because a cache said so does it again. */
const actingWords: ReadonlySet<string> = new Set(
  (
    'add append apply approve assign book buy cancel charge close commit confirm create delete deploy disable drop edit ' +
    'email enable exec execute grant insert install invite kill launch make mark merge message modify move notify open ' +
    'order pay place post publish purchase push put refund register remove rename reply reset restart revoke run save ' +
    'schedule send set share shell start stop submit subscribe transfer trigger unsubscribe update upload withdraw write'
  ).split(' '),
);

/** @returns undefined when the request may be answered from the cache */
export function cacheability(request: LlmRequest, rules: CacheabilityRules): NotCacheable | undefined {
  if (request.lastUserTurn.trim() === '') return 'no-user-turn';
  const { temperature } = request.sampling;
  if (temperature !== undefined && !(temperature <= rules.temperatureMax)) return 'temperature';
  if (request.tools.some((tool) => hasSideEffects(tool, rules))) return 'side-effects';
  if (request.media.length > 0 && !rules.areMediaAllowed) return 'media';
  if (stateMembers.some((name) => isGiven(request.other[name]))) return 'state';
  return undefined;
}

/** The first word of a name decides: `sendEmail`, `send_email` and `send` do something, `list_sent_mails` does not. */
function hasSideEffects({ name, isHosted }: LlmTool, rules: CacheabilityRules): boolean {
  if (rules.harmfulTools.includes(name)) return true;
  if (rules.harmlessTools.includes(name)) return false;
  const [first = ''] = name.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])/g) ?? [];
  return isHosted || actingWords.has(first.toLowerCase());
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false;
}
