import { voteReply } from '#server/gateway/routes/vote-reply.js';

test('a vote that counts is told, and so is why one does not', () => {
  expect(voteReply({ outcome: 'counted', isQuarantined: true })).toEqual({ outcome: 'counted', isQuarantined: true });
  expect(voteReply({ outcome: 'repeated' })).toEqual({ outcome: 'repeated', isQuarantined: false });
  expect(voteReply({ outcome: 'unknown' })).toMatchObject({ problem: { status: 404 } });
  expect(voteReply({ outcome: 'too-many' })).toMatchObject({ problem: { status: 429 } });
});
