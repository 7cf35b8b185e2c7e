/** What a vote came to, as callers are told. */
import type { VoteOutcome } from '@nearkey/sdk';
import type { Problem, VoteReply } from '@nearkey/sdk/contract';

export function voteReply(outcome: VoteOutcome): VoteReply | { readonly problem: Problem } {
  switch (outcome.outcome) {
    case 'counted':
      return { outcome: 'counted', isQuarantined: outcome.isQuarantined };
    case 'repeated':
      return { outcome: 'repeated', isQuarantined: false };
    case 'unknown':
      return {
        problem: {
          title: 'Resource not found',
          status: 404,
          type: '/errors/resource/not-found',
          detail: 'There is no such hit, or not any more',
        },
      };
    default:
      return {
        problem: {
          title: 'Too many requests',
          status: 429,
          type: '/errors/too-many-requests',
          detail: 'There were too many votes in this minute',
        },
      };
  }
}
