/**
 * The smallest wire format: a question `{ask, model, stream?}`, an answer `{say}`; a stream is a line a word and a line with a
 * full stop at its end. What the pipeline does is under test with it, not what a provider's format looks like.
 */

import { z } from 'zod';
import type { AnswerReading, FrontDoor, IncomingCall, ParsedCall, StreamDecoder } from '#sdk/llm/doors/front-door.js';

const question = z.looseObject({ ask: z.string(), model: z.string(), stream: z.boolean().default(false) });
const answer = z.object({ say: z.string() });

export const plainDoor: FrontDoor = {
  format: 'plain',
  jsonType: 'application/json',
  streamType: 'text/plain',
  parse,
  read(body) {
    const parsed = answer.safeParse(JSON.parse(body));
    return parsed.success ? reading(parsed.data.say, undefined) : { outcome: 'none', reason: 'unreadable' };
  },
  streamDecoder,
  assemble(events) {
    const words = events.map(({ data }) => data);
    return words.at(-1) === '.'
      ? reading(words.slice(0, -1).join(' '), words)
      : { outcome: 'none', reason: 'incomplete' };
  },
  encode: ({ data }) => Buffer.from(`${data}\n`),
  forward: (event) => event,
  replayJson: (kept) => kept.body,
  replayStream: (kept) => kept.events ?? [...kept.text.split(' '), '.'].map((data) => ({ data })),
  problem: (status, message) => JSON.stringify({ status, message }),
};

function parse(call: IncomingCall): ParsedCall | undefined {
  let body: unknown;
  try {
    body = JSON.parse(Buffer.from(call.body).toString());
  } catch {
    return undefined;
  }
  const parsed = question.safeParse(body);
  if (!parsed.success) return undefined;
  const { ask, model, stream, temperature } = parsed.data;
  return {
    body: { ask, model, stream },
    upstreamBody: call.body,
    passedBody: call.body,
    question: {
      provider: 'plain',
      format: 'plain',
      model,
      tools: [],
      sampling: typeof temperature === 'number' ? { temperature } : {},
      conversation: [],
      lastUserTurn: ask,
      media: [],
      other: {},
      delivery: { isStream: stream },
    },
  };
}

function streamDecoder(): StreamDecoder {
  let rest = '';
  return {
    push(bytes) {
      const lines = (rest + Buffer.from(bytes).toString()).split('\n');
      rest = lines.pop() ?? '';
      return lines.map((data) => ({ data }));
    },
  };
}

function reading(text: string, words: readonly string[] | undefined): AnswerReading {
  const events = words?.map((data) => ({ data }));
  const usage = { inputTokens: 3, outputTokens: 5 };
  return { outcome: 'answer', answer: { format: 'plain', text, body: JSON.stringify({ say: text }), events, usage } };
}
