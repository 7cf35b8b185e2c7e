/** How replies show members of a sorted set, with or without their scores. */
import type { ReplyWriter } from '../protocol/reply-writer.js';
import type { MemberVisitor } from '../types/scored-members.js';

/** The head of a list of members: with scores pairs in RESP3, and one list of both in turn in RESP2. */
export function writeMembersHead(reply: ReplyWriter, count: number, withScores: boolean): void {
  reply.array(withScores && reply.protocol === 2 ? count * 2 : count);
}

/** Writes one member after another behind such a head. */
export function memberWriter(reply: ReplyWriter, withScores: boolean): MemberVisitor {
  if (!withScores) return (member) => reply.bulk(member);
  return (member, score) => {
    if (reply.protocol === 3) reply.array(2);
    reply.bulk(member);
    reply.double(score);
  };
}
