/** What the gateway and HTTP clients import from `@nearkey/sdk/contract`. */
export {
  type CacheRouteLimits,
  type CacheRoutes,
  type CacheStatisticsReply,
  cacheRoutes,
  type FoundEntry,
  feedbackRoute,
  type SearchBody,
  type VoteReply,
} from './cache-routes.js';
export { type Explanation, explainPrefix, explainRoutes, explanation } from './explain-routes.js';
export {
  fieldError,
  type Problem,
  type ProblemStatus,
  type ProblemType,
  problemSchema,
  problemTypes,
} from './problem.js';
export { type AnyRouteContract, defineRoute, nothing, type RouteContract } from './route-contract.js';
