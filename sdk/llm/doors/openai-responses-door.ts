/**
 * OpenAI's responses. The last event of a stream holds the whole response, so a stream is read by its end alone.
 */
import type { JsonValue } from '../../semantic-cache/cache-scope.js';
import type { JsonMembers, LlmQuestion, LlmTool } from '../llm-request.js';
import type { StoredAnswer, StreamEvent } from '../stored-answer.js';
import type { AnswerReading, FrontDoor, IncomingCall, ParsedCall } from './front-door.js';
import {
  listOf,
  membersList,
  membersOf,
  numberOf,
  parseMembers,
  picked,
  pieces,
  stringOf,
  without,
} from './json-reading.js';
import { contentOf } from './openai-content.js';
import { openAiProblem } from './openai-problem.js';
import { gatewayNames, openAiDeliveryNames, passedBodyOf } from './request-names.js';
import { encodeServerSentEvent, eventStreamDecoder, eventStreamType } from './server-sent-events.js';

const format = 'openai-responses';
const completed = 'response.completed';

const samplingNames = ['temperature', 'top_p', 'max_output_tokens', 'max_tool_calls', 'reasoning', 'top_logprobs'];
const toolChoiceNames = ['tool_choice', 'parallel_tool_calls'];
const knownNames: ReadonlySet<string> = new Set([
  ...['model', 'input', 'instructions', 'tools', 'text'],
  ...gatewayNames,
  ...samplingNames,
  ...toolChoiceNames,
  ...openAiDeliveryNames,
]);
const textTypes: ReadonlySet<string> = new Set(['input_text', 'text']);

export const openAiResponsesDoor: FrontDoor = {
  format,
  jsonType: 'application/json',
  streamType: eventStreamType,
  parse,
  read: (body) => readResponse(body, undefined),
  streamDecoder: eventStreamDecoder,
  assemble,
  encode: encodeServerSentEvent,
  forward: (event) => event,
  replayJson: ({ body }) => body,
  replayStream: (answer) => answer.events ?? eventsOf(answer),
  problem: openAiProblem,
};

function parse(call: IncomingCall): ParsedCall | undefined {
  const body = parseMembers(Buffer.from(call.body).toString());
  if (body === undefined || typeof body.model !== 'string' || body.input === undefined) return undefined;
  const passedBody = passedBodyOf(call.body, body);
  return { body, passedBody, upstreamBody: passedBody, question: question(body, body.model) };
}

function question(body: JsonMembers, model: string): LlmQuestion {
  const items = typeof body.input === 'string' ? [{ role: 'user', content: body.input }] : listOf(body.input);
  const last = items.findLastIndex((item) => membersOf(item)?.role === 'user');
  const turn = membersOf(items[last]);
  const { text, media } = contentOf(turn?.content, textTypes);
  return {
    provider: 'openai',
    format,
    model,
    systemPrompt: stringOf(body.instructions),
    tools: listOf(body.tools).map(toolOf),
    toolChoice: picked(body, toolChoiceNames),
    responseFormat: body.text,
    sampling: { ...picked(body, samplingNames), temperature: numberOf(body.temperature) },
    conversation:
      turn === undefined
        ? items
        : [items.slice(0, last), without(turn, new Set(['content', 'type'])), items.slice(last + 1)],
    lastUserTurn: text,
    media,
    other: without(body, knownNames),
    delivery: { isStream: body.stream === true, endUser: stringOf(body.user) },
  };
}

function toolOf(definition: JsonValue): LlmTool {
  const { type, name } = membersOf(definition) ?? {};
  return { name: stringOf(name) ?? '', isHosted: type !== 'function' && type !== 'custom', definition };
}

function readResponse(body: string, events: readonly StreamEvent[] | undefined): AnswerReading {
  const response = parseMembers(body);
  if (response?.object !== 'response') return { outcome: 'none', reason: 'unreadable' };
  if (response.status !== 'completed') return { outcome: 'none', reason: 'incomplete' };
  const texts: string[] = [];
  for (const item of membersList(response.output)) {
    if (item.type === 'function_call') texts.push(`${stringOf(item.name) ?? ''}(${stringOf(item.arguments) ?? ''})`);
    for (const part of membersList(item.content)) {
      if (part.type === 'refusal') return { outcome: 'none', reason: 'filtered' };
      if (part.type === 'output_text') texts.push(stringOf(part.text) ?? '');
    }
  }
  const usage = membersOf(response.usage) ?? {};
  const answer: StoredAnswer = {
    format,
    text: texts.join('\n'),
    body,
    events,
    usage: { inputTokens: numberOf(usage.input_tokens) ?? 0, outputTokens: numberOf(usage.output_tokens) ?? 0 },
  };
  return { outcome: 'answer', answer };
}

function assemble(events: readonly StreamEvent[]): AnswerReading {
  const last = parseMembers(events.at(-1)?.data ?? '');
  const response = membersOf(last?.response);
  if (last?.type !== completed || response === undefined) return { outcome: 'none', reason: 'incomplete' };
  return readResponse(JSON.stringify(response), events);
}

/** A stream made of a response that came in one piece. */
function eventsOf({ body }: StoredAnswer): StreamEvent[] {
  const response = parseMembers(body) ?? {};
  const events: StreamEvent[] = [];
  const send = (type: string, members: JsonMembers): void => {
    events.push({ name: type, data: JSON.stringify({ type, sequence_number: events.length, ...members }) });
  };
  const begun = { ...response, status: 'in_progress', output: [], usage: null };
  send('response.created', { response: begun });
  send('response.in_progress', { response: begun });
  for (const [index, item] of membersList(response.output).entries()) sendItem(send, index, item);
  send(completed, { response });
  return events;
}

type Send = (type: string, members: JsonMembers) => void;

function sendItem(send: Send, outputIndex: number, item: JsonMembers): void {
  const at = { item_id: item.id, output_index: outputIndex };
  const empty =
    item.type === 'function_call'
      ? { ...item, arguments: '', status: 'in_progress' }
      : item.type === 'message'
        ? { ...item, content: [], status: 'in_progress' }
        : item;
  send('response.output_item.added', { output_index: outputIndex, item: empty });
  if (item.type === 'function_call') {
    const { arguments: given, name } = item;
    for (const delta of pieces(stringOf(given) ?? '')) send('response.function_call_arguments.delta', { ...at, delta });
    send('response.function_call_arguments.done', { ...at, name, arguments: given });
  }
  if (item.type === 'message') {
    for (const [index, part] of membersList(item.content).entries())
      sendPart(send, { ...at, content_index: index }, part);
  }
  send('response.output_item.done', { output_index: outputIndex, item });
}

function sendPart(send: Send, at: JsonMembers, part: JsonMembers): void {
  const { text } = part;
  send('response.content_part.added', { ...at, part: { ...part, text: '', annotations: [] } });
  for (const delta of pieces(stringOf(text) ?? '')) send('response.output_text.delta', { ...at, delta, logprobs: [] });
  for (const [index, annotation] of listOf(part.annotations).entries()) {
    send('response.output_text.annotation.added', { ...at, annotation_index: index, annotation });
  }
  send('response.output_text.done', { ...at, text, logprobs: [] });
  send('response.content_part.done', { ...at, part });
}
