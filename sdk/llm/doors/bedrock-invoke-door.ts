/**
 * Bedrock's InvokeModel and InvokeModelWithResponseStream: an envelope around the wire formats of the models themselves, which are the table
 * of families (bedrock-families.ts). A body of no family goes to its model as it is, uncached: embeddings and images do, too.
 *
 * A stream is a binary event stream of `chunk` events, each of which holds one event of the model in base64; here the data of
 * an event is what is inside.
 */
import type { StoredAnswer, StreamEvent } from '../stored-answer.js';
import { awsEventDecoder, awsEventStreamType, encodeAwsEvent } from './aws-event-stream.js';
import { bedrockProblem, bedrockTarget, isStreamOperation } from './bedrock-call.js';
import { families } from './bedrock-families.js';
import type { AnswerReading, FrontDoor, IncomingCall, ParsedCall, StreamDecoder } from './front-door.js';
import { parseMembers, picked, stringOf } from './json-reading.js';

const format = 'bedrock-invoke';
const chunk = 'chunk';
/** Headers that choose how the model behaves. */
const shapingHeaders = [
  'x-amzn-bedrock-guardrailidentifier',
  'x-amzn-bedrock-guardrailversion',
  'x-amzn-bedrock-trace',
];
/** Bytes that are no text could not be wrapped again as they were. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const bedrockInvokeDoor: FrontDoor = {
  format,
  jsonType: 'application/json',
  streamType: awsEventStreamType,
  parse,
  read: (body) => readAnswer(body, undefined),
  streamDecoder,
  assemble,
  encode: (event) => encodeAwsEvent(event.name === chunk ? wrapped(event) : event),
  forward: (event) => event,
  replayJson: ({ body }) => body,
  replayStream: (answer) => answer.events ?? eventsOf(answer),
  problem: bedrockProblem,
};

function parse(call: IncomingCall): ParsedCall | undefined {
  const target = bedrockTarget(call.path);
  const body = parseMembers(Buffer.from(call.body).toString());
  if (target === undefined || body === undefined) return undefined;
  for (const family of families) {
    const question = family.question(body, target.model);
    if (question === undefined) continue;
    const headers = picked(call.headers, shapingHeaders);
    return {
      body,
      passedBody: call.body,
      upstreamBody: call.body,
      question: {
        ...question,
        provider: 'bedrock',
        format,
        model: target.model,
        other: { ...question.other, family: family.name, headers },
        delivery: { isStream: isStreamOperation(target.operation) },
      },
    };
  }
  return undefined;
}

function readAnswer(body: string, events: readonly StreamEvent[] | undefined): AnswerReading {
  const answered = parseMembers(body);
  const family = answered === undefined ? undefined : families.find((candidate) => candidate.answers(answered));
  if (family === undefined) return { outcome: 'none', reason: 'unreadable' };
  return inThisFormat(family.read(body), events);
}

function assemble(events: readonly StreamEvent[]): AnswerReading {
  if (events.some(({ name }) => name !== chunk)) return { outcome: 'none', reason: 'incomplete' };
  const inner = events.map(({ data }) => parseMembers(data) ?? {});
  const [first = {}] = inner;
  const family = families.find((candidate) => candidate.streams(first));
  if (family === undefined) return { outcome: 'none', reason: 'unreadable' };
  return inThisFormat(family.assemble(inner), events);
}

function inThisFormat(reading: AnswerReading, events: readonly StreamEvent[] | undefined): AnswerReading {
  return reading.outcome === 'none' ? reading : { outcome: 'answer', answer: { ...reading.answer, format, events } };
}

/** @throws Error when no family has such an answer, or its family no such stream */
function eventsOf(answer: StoredAnswer): StreamEvent[] {
  const answered = parseMembers(answer.body) ?? {};
  const family = families.find((candidate) => candidate.answers(answered));
  if (family === undefined) throw new Error('an answer of no family cannot be streamed');
  return family.events(answer).map((event) => ({ name: chunk, data: JSON.stringify(event) }));
}

function streamDecoder(): StreamDecoder {
  const frames = awsEventDecoder();
  return { push: (bytes) => frames.push(bytes).map((event) => (event.name === chunk ? unwrapped(event) : event)) };
}

function unwrapped({ data }: StreamEvent): StreamEvent {
  const bytes = stringOf(parseMembers(data)?.bytes);
  if (bytes === undefined) throw new Error('a chunk without bytes');
  return { name: chunk, data: utf8.decode(Buffer.from(bytes, 'base64')) };
}

function wrapped({ data }: StreamEvent): StreamEvent {
  return { name: chunk, data: JSON.stringify({ bytes: Buffer.from(data).toString('base64') }) };
}
