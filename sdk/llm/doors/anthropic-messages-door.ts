/**
 * Anthropic's messages. A stream is a message that grows block by block: `message_start` has its head, deltas its blocks,
 * `message_delta` how it ends, and `message_stop` says that it is whole.
 */
import type { JsonValue } from '../../semantic-cache/cache-scope.js';
import type { JsonMembers, LlmQuestion, LlmTool } from '../llm-request.js';
import type { StoredAnswer, StreamEvent } from '../stored-answer.js';
import type { AnswerReading, FrontDoor, IncomingCall, NotStorable, ParsedCall } from './front-door.js';
import {
  listOf,
  membersList,
  membersOf,
  numberOf,
  parseJson,
  parseMembers,
  picked,
  pieces,
  setMembers,
  stringOf,
  without,
} from './json-reading.js';
import { gatewayNames, passedBodyOf, wholeStopReasons } from './request-names.js';
import { encodeServerSentEvent, eventStreamDecoder, eventStreamType } from './server-sent-events.js';

const format = 'anthropic-messages';

const samplingNames = ['temperature', 'top_p', 'top_k', 'max_tokens', 'stop_sequences', 'thinking'];
const deliveryNames = ['stream', 'metadata', 'service_tier'];
const knownNames: ReadonlySet<string> = new Set([
  ...['model', 'messages', 'system', 'tools', 'tool_choice'],
  ...gatewayNames,
  ...samplingNames,
  ...deliveryNames,
]);
/** Headers that choose how the model behaves. */
const shapingHeaders = ['anthropic-version', 'anthropic-beta'];

/** Why a message ends, and whether it is whole. */
const stopReasons: Readonly<Record<string, NotStorable | 'whole'>> = {
  ...wholeStopReasons,
  refusal: 'filtered',
};

/** By status, what the provider calls such an error. */
const errorTypes: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
};

export const anthropicMessagesDoor: FrontDoor = {
  format,
  jsonType: 'application/json',
  streamType: eventStreamType,
  parse,
  read: (body) => readMessage(body, undefined),
  streamDecoder: eventStreamDecoder,
  assemble,
  encode: encodeServerSentEvent,
  forward: (event) => event,
  replayJson: ({ body }) => body,
  replayStream: (answer) => answer.events ?? eventsOf(answer),
  problem: (status, message) =>
    JSON.stringify({ type: 'error', error: { type: errorTypes[status] ?? 'api_error', message } }),
};

function parse(call: IncomingCall): ParsedCall | undefined {
  const body = parseMembers(Buffer.from(call.body).toString());
  if (body === undefined || typeof body.model !== 'string') return undefined;
  const messages = membersList(body.messages);
  if (messages.length === 0 || messages.length !== listOf(body.messages).length) return undefined;
  const passedBody = passedBodyOf(call.body, body);
  return {
    body,
    passedBody,
    upstreamBody: passedBody,
    question: question(body, body.model, messages, picked(call.headers, shapingHeaders)),
  };
}

function question(
  body: JsonMembers,
  model: string,
  messages: readonly JsonMembers[],
  headers: JsonMembers,
): LlmQuestion {
  const last = messages.findLastIndex(isUserTurn);
  const turn = messages[last];
  const { text, media, results } = contentOf(turn?.content);
  const { system } = body;
  return {
    provider: 'anthropic',
    format,
    model,
    systemPrompt: system === undefined ? undefined : JSON.stringify(system),
    tools: listOf(body.tools).map(toolOf),
    toolChoice: body.tool_choice,
    sampling: { ...picked(body, samplingNames), temperature: numberOf(body.temperature) },
    conversation:
      turn === undefined
        ? messages
        : [messages.slice(0, last), { ...without(turn, new Set(['content'])), results }, messages.slice(last + 1)],
    lastUserTurn: text,
    media,
    other: { ...without(body, knownNames), headers },
    delivery: { isStream: body.stream === true, endUser: stringOf(membersOf(body.metadata)?.user_id) },
  };
}

/** A turn that brings nothing but results of tools continues the one before it. */
function isUserTurn({ role, content }: JsonMembers): boolean {
  if (role !== 'user') return false;
  const blocks = membersList(content);
  return blocks.length === 0 || blocks.some(({ type }) => type !== 'tool_result');
}

interface TurnContent {
  readonly text: string;
  readonly media: readonly JsonValue[];
  /** Of tools: part of the conversation. */
  readonly results: readonly JsonValue[];
}

function contentOf(content: JsonValue | undefined): TurnContent {
  if (typeof content === 'string') return { text: content, media: [], results: [] };
  const texts: string[] = [];
  const media: JsonValue[] = [];
  const results: JsonValue[] = [];
  for (const block of listOf(content)) {
    const { type, text } = membersOf(block) ?? {};
    if (type === 'text' && typeof text === 'string') texts.push(text);
    else if (type === 'tool_result') results.push(block);
    else media.push(block);
  }
  return { text: texts.join('\n'), media, results };
}

/** Tools with a type of their own are the provider's, or drive a computer. */
function toolOf(definition: JsonValue): LlmTool {
  const { type, name } = membersOf(definition) ?? {};
  return { name: stringOf(name) ?? '', isHosted: type !== undefined && type !== 'custom', definition };
}

function readMessage(body: string, events: readonly StreamEvent[] | undefined): AnswerReading {
  const message = parseMembers(body);
  if (message?.type !== 'message') return { outcome: 'none', reason: 'unreadable' };
  const ending = stopReasons[stringOf(message.stop_reason) ?? ''] ?? 'incomplete';
  if (ending !== 'whole') return { outcome: 'none', reason: ending };
  const texts = membersList(message.content).map((block) =>
    block.type === 'tool_use' ? `${stringOf(block.name) ?? ''}(${JSON.stringify(block.input)})` : stringOf(block.text),
  );
  const usage = membersOf(message.usage) ?? {};
  const answer: StoredAnswer = {
    format,
    text: texts.filter((text) => text !== undefined).join('\n'),
    body,
    events,
    usage: { inputTokens: numberOf(usage.input_tokens) ?? 0, outputTokens: numberOf(usage.output_tokens) ?? 0 },
  };
  return { outcome: 'answer', answer };
}

/** A block as it grows; the input of a tool comes as pieces of JSON text. */
interface GrowingBlock {
  readonly members: { [name: string]: JsonValue };
  inputJson: string;
}

interface GrowingMessage {
  readonly members: { [name: string]: JsonValue };
  readonly blocks: Map<number, GrowingBlock>;
}

function assemble(events: readonly StreamEvent[]): AnswerReading {
  if (parseMembers(events.at(-1)?.data ?? '')?.type !== 'message_stop') {
    return { outcome: 'none', reason: 'incomplete' };
  }
  const message: GrowingMessage = { members: {}, blocks: new Map() };
  for (const { data } of events) {
    const event = parseMembers(data);
    if (event === undefined || event.type === 'error') return { outcome: 'none', reason: 'incomplete' };
    grow(message, event);
  }
  const content = [...message.blocks].sort(([a], [b]) => a - b).map(([, block]) => grown(block));
  return readMessage(JSON.stringify({ ...message.members, content }), events);
}

function grow({ members, blocks }: GrowingMessage, event: JsonMembers): void {
  const block = blocks.get(numberOf(event.index) ?? -1);
  switch (event.type) {
    case 'message_start':
      setMembers(members, membersOf(event.message));
      break;
    case 'content_block_start':
      blocks.set(numberOf(event.index) ?? 0, newBlock(membersOf(event.content_block)));
      break;
    case 'content_block_delta':
      if (block !== undefined) growBlock(block, membersOf(event.delta) ?? {});
      break;
    case 'message_delta':
      setMembers(members, membersOf(event.delta));
      members.usage = { ...membersOf(members.usage), ...membersOf(event.usage) };
      break;
  }
}

function newBlock(members: JsonMembers | undefined): GrowingBlock {
  const block: GrowingBlock = { members: {}, inputJson: '' };
  setMembers(block.members, members);
  return block;
}

function growBlock(block: GrowingBlock, delta: JsonMembers): void {
  const { members } = block;
  for (const name of ['text', 'thinking', 'signature']) {
    const more = stringOf(delta[name]);
    if (more !== undefined) members[name] = (stringOf(members[name]) ?? '') + more;
  }
  block.inputJson += stringOf(delta.partial_json) ?? '';
  if (delta.citation !== undefined) members.citations = [...listOf(members.citations), delta.citation];
}

function grown({ members, inputJson }: GrowingBlock): JsonMembers {
  return inputJson === '' ? members : { ...members, input: parseJson(inputJson) };
}

/** A stream made of a message that came in one piece. */
function eventsOf({ body }: StoredAnswer): StreamEvent[] {
  const message = parseMembers(body) ?? {};
  const usage = membersOf(message.usage) ?? {};
  const event = (type: string, members: JsonMembers): StreamEvent => ({
    name: type,
    data: JSON.stringify({ type, ...members }),
  });
  const begun = {
    ...message,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: 0 },
  };
  return [
    event('message_start', { message: begun }),
    ...membersList(message.content).flatMap((block, index) => [
      event('content_block_start', { index, content_block: emptyBlock(block) }),
      ...deltasOf(block).map((delta) => event('content_block_delta', { index, delta })),
      event('content_block_stop', { index }),
    ]),
    event('message_delta', {
      delta: { stop_reason: message.stop_reason, stop_sequence: message.stop_sequence ?? null },
      usage: { output_tokens: numberOf(usage.output_tokens) ?? 0 },
    }),
    event('message_stop', {}),
  ];
}

function emptyBlock(block: JsonMembers): JsonMembers {
  switch (block.type) {
    case 'text':
      return { ...without(block, new Set(['citations'])), text: '' };
    case 'thinking':
      return { ...block, thinking: '', signature: '' };
    case 'tool_use':
      return { ...block, input: {} };
    default:
      return block;
  }
}

function deltasOf(block: JsonMembers): JsonMembers[] {
  switch (block.type) {
    case 'text':
      return [
        ...listOf(block.citations).map((citation) => ({ type: 'citations_delta', citation })),
        ...pieces(stringOf(block.text) ?? '').map((text) => ({ type: 'text_delta', text })),
      ];
    case 'thinking':
      return [
        ...pieces(stringOf(block.thinking) ?? '').map((thinking) => ({ type: 'thinking_delta', thinking })),
        { type: 'signature_delta', signature: block.signature ?? '' },
      ];
    case 'tool_use':
      return [{ type: 'input_json_delta', partial_json: JSON.stringify(block.input) }];
    default:
      return [];
  }
}
