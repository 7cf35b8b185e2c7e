/**
 * OpenAI's chat completions, which every OpenAI-compatible server speaks.
 *
 * The model is always asked for usage at the end of a stream, so that what is kept has it; callers who did not ask do not see it.
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

const format = 'openai-chat';
const done: StreamEvent = { data: '[DONE]' };

const samplingNames = [
  ...['temperature', 'top_p', 'max_tokens', 'max_completion_tokens', 'stop', 'seed', 'n', 'reasoning_effort'],
  ...['frequency_penalty', 'presence_penalty', 'logit_bias', 'logprobs', 'top_logprobs', 'verbosity'],
];
const toolChoiceNames = ['tool_choice', 'parallel_tool_calls', 'function_call'];
const knownNames: ReadonlySet<string> = new Set([
  ...['model', 'messages', 'tools', 'functions', 'response_format'],
  ...gatewayNames,
  ...samplingNames,
  ...toolChoiceNames,
  ...openAiDeliveryNames,
]);
const textTypes: ReadonlySet<string> = new Set(['text']);
const systemRoles: ReadonlySet<string> = new Set(['system', 'developer']);

/** How choices end, and whether the answer is whole. */
const finishReasons: Readonly<Record<string, NotStorable | 'whole'>> = {
  stop: 'whole',
  tool_calls: 'whole',
  function_call: 'whole',
  length: 'incomplete',
  content_filter: 'filtered',
};

export const openAiChatDoor: FrontDoor = {
  format,
  jsonType: 'application/json',
  streamType: eventStreamType,
  parse,
  read: (body) => readCompletion(body, undefined),
  streamDecoder: eventStreamDecoder,
  assemble,
  encode: encodeServerSentEvent,
  forward,
  replayJson: ({ body }) => body,
  replayStream: (answer, call) => (answer.events ?? eventsOf(answer)).flatMap((event) => forward(event, call) ?? []),
  problem: openAiProblem,
};

function parse(call: IncomingCall): ParsedCall | undefined {
  const body = parseMembers(Buffer.from(call.body).toString());
  if (body === undefined || typeof body.model !== 'string') return undefined;
  const messages = membersList(body.messages);
  if (messages.length === 0 || messages.length !== listOf(body.messages).length) return undefined;
  const isStream = body.stream === true;
  const passedBody = passedBodyOf(call.body, body);
  return {
    body,
    passedBody,
    upstreamBody: isStream && !wantsUsage(body) ? withUsage(body) : passedBody,
    question: question(body, body.model, messages),
  };
}

function question(body: JsonMembers, model: string, messages: readonly JsonMembers[]): LlmQuestion {
  const firstTurn = messages.findIndex(({ role }) => !systemRoles.has(stringOf(role) ?? ''));
  const start = firstTurn === -1 ? messages.length : firstTurn;
  const system = messages.slice(0, start);
  const last = messages.findLastIndex(({ role }) => role === 'user');
  const turn = messages[last];
  const { text, media } = contentOf(turn?.content, textTypes);
  return {
    provider: 'openai',
    format,
    model,
    systemPrompt: system.length === 0 ? undefined : JSON.stringify(system),
    tools: toolsOf(body),
    toolChoice: picked(body, toolChoiceNames),
    responseFormat: body.response_format,
    sampling: { ...picked(body, samplingNames), temperature: numberOf(body.temperature) },
    conversation:
      turn === undefined
        ? messages.slice(start)
        : [messages.slice(start, last), without(turn, new Set(['content'])), messages.slice(last + 1)],
    lastUserTurn: text,
    media,
    other: without(body, knownNames),
    delivery: { isStream: body.stream === true, endUser: stringOf(body.user) },
  };
}

function toolsOf(body: JsonMembers): LlmTool[] {
  const tools = listOf(body.tools).map((definition) => {
    const members = membersOf(definition) ?? {};
    const described = membersOf(members.function) ?? membersOf(members.custom);
    return { name: stringOf(described?.name) ?? '', isHosted: described === undefined, definition };
  });
  const functions = listOf(body.functions).map((definition) => {
    return { name: stringOf(membersOf(definition)?.name) ?? '', isHosted: false, definition };
  });
  return [...tools, ...functions];
}

function wantsUsage(body: JsonMembers): boolean {
  return membersOf(body.stream_options)?.include_usage === true;
}

function withUsage(body: JsonMembers): Uint8Array {
  const options = { ...membersOf(body.stream_options), include_usage: true };
  return Buffer.from(JSON.stringify({ ...without(body, gatewayNames), stream_options: options }));
}

function forward(event: StreamEvent, { body }: ParsedCall): StreamEvent | undefined {
  if (wantsUsage(body) || !event.data.includes('"usage"')) return event;
  const chunk = parseMembers(event.data);
  if (chunk === undefined || chunk.usage === undefined) return event;
  if (listOf(chunk.choices).length === 0) return undefined;
  return { ...event, data: JSON.stringify(without(chunk, new Set(['usage']))) };
}

function readCompletion(body: string, events: readonly StreamEvent[] | undefined): AnswerReading {
  const completion = parseMembers(body);
  const choices = membersList(completion?.choices);
  if (completion === undefined || choices.length === 0) return { outcome: 'none', reason: 'unreadable' };
  const texts: string[] = [];
  for (const choice of choices) {
    const ending = finishReasons[stringOf(choice.finish_reason) ?? ''] ?? 'incomplete';
    const message = membersOf(choice.message) ?? {};
    if (ending !== 'whole') return { outcome: 'none', reason: ending };
    if (typeof message.refusal === 'string') return { outcome: 'none', reason: 'filtered' };
    texts.push(stringOf(message.content) ?? '', ...membersList(message.tool_calls).map(callText));
  }
  const usage = membersOf(completion.usage) ?? {};
  const answer: StoredAnswer = {
    format,
    text: texts.filter((text) => text !== '').join('\n'),
    body,
    events,
    usage: { inputTokens: numberOf(usage.prompt_tokens) ?? 0, outputTokens: numberOf(usage.completion_tokens) ?? 0 },
  };
  return { outcome: 'answer', answer };
}

function callText(call: JsonMembers): string {
  const { name, arguments: given } = membersOf(call.function) ?? {};
  return `${stringOf(name) ?? ''}(${stringOf(given) ?? ''})`;
}

/** A choice as it grows. */
interface GrowingChoice {
  readonly message: { [name: string]: JsonValue };
  readonly toolCalls: Map<number, { [name: string]: JsonValue }>;
  readonly logprobs: { [name: string]: JsonValue[] };
  finishReason: JsonValue;
}

function assemble(events: readonly StreamEvent[]): AnswerReading {
  if (events.at(-1)?.data !== done.data) return { outcome: 'none', reason: 'incomplete' };
  const head: { [name: string]: JsonValue } = {};
  const choices = new Map<number, GrowingChoice>();
  for (const { data } of events.slice(0, -1)) {
    const chunk = parseMembers(data);
    if (chunk === undefined) return { outcome: 'none', reason: 'unreadable' };
    if (chunk.error !== undefined) return { outcome: 'none', reason: 'incomplete' };
    Object.assign(head, picked(chunk, ['id', 'created', 'model', 'service_tier', 'system_fingerprint']));
    if (membersOf(chunk.usage) !== undefined) Object.assign(head, picked(chunk, ['usage']));
    for (const choice of membersList(chunk.choices)) grow(choices, choice);
  }
  const { usage, ...rest } = head;
  const body = JSON.stringify({
    ...rest,
    object: 'chat.completion',
    choices: [...choices].sort(([a], [b]) => a - b).map(([index, choice]) => grown(index, choice)),
    usage,
  });
  return readCompletion(body, events);
}

function grow(choices: Map<number, GrowingChoice>, chunk: JsonMembers): void {
  const index = numberOf(chunk.index) ?? 0;
  const choice: GrowingChoice = choices.get(index) ?? newChoice();
  choices.set(index, choice);
  choice.finishReason = chunk.finish_reason ?? choice.finishReason;
  const delta: JsonMembers = membersOf(chunk.delta) ?? {};
  append(choice.message, without(delta, new Set(['tool_calls', 'role'])));
  if (delta.role !== undefined) choice.message.role = delta.role;
  for (const call of membersList(delta.tool_calls)) {
    const at = numberOf(call.index) ?? 0;
    const growing = choice.toolCalls.get(at) ?? {};
    choice.toolCalls.set(at, growing);
    Object.assign(growing, picked(call, ['id', 'type']));
    const called: { [name: string]: JsonValue } = {};
    append(called, membersOf(growing.function) ?? {});
    append(called, membersOf(call.function) ?? {});
    growing.function = called;
  }
  const { logprobs } = choice;
  for (const [name, tokens] of Object.entries(membersOf(chunk.logprobs) ?? {})) {
    logprobs[name] = [...(logprobs[name] ?? []), ...listOf(tokens)];
  }
}

function newChoice(): GrowingChoice {
  return { message: {}, toolCalls: new Map(), logprobs: {}, finishReason: null };
}

/** Texts grow, everything else is replaced. */
function append(members: { [name: string]: JsonValue }, more: JsonMembers): void {
  for (const [name, value] of Object.entries(more)) {
    const before = members[name];
    if (value === undefined || (value === null && before !== undefined)) continue;
    members[name] = typeof before === 'string' && typeof value === 'string' ? before + value : value;
  }
}

function grown(index: number, { message, toolCalls, logprobs, finishReason }: GrowingChoice): JsonMembers {
  const calls = [...toolCalls].sort(([a], [b]) => a - b).map(([, call]) => call);
  return {
    index,
    message: {
      role: 'assistant',
      content: null,
      refusal: null,
      ...message,
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    },
    logprobs: Object.keys(logprobs).length === 0 ? null : logprobs,
    finish_reason: finishReason,
  };
}

/** A stream made of an answer that came in one piece. */
function eventsOf({ body }: StoredAnswer): StreamEvent[] {
  const completion = parseMembers(body) ?? {};
  const head = {
    ...picked(completion, ['id', 'created', 'model', 'service_tier', 'system_fingerprint']),
    object: 'chat.completion.chunk',
  };
  const chunk = (choices: readonly JsonValue[], more: JsonMembers): StreamEvent => ({
    data: JSON.stringify({ ...head, choices, ...more }),
  });
  const events: StreamEvent[] = [];
  for (const choice of membersList(completion.choices)) {
    const index = numberOf(choice.index) ?? 0;
    const deltas = deltasOf(membersOf(choice.message) ?? {});
    const step = (delta: JsonMembers, finishReason: JsonValue): void => {
      events.push(chunk([{ index, delta, logprobs: null, finish_reason: finishReason }], { usage: null }));
    };
    for (const delta of deltas) step(delta, null);
    step({}, choice.finish_reason ?? null);
  }
  events.push(chunk([], { usage: completion.usage ?? null }), done);
  return events;
}

function deltasOf(message: JsonMembers): JsonMembers[] {
  const { content, tool_calls: toolCalls, role: _role, refusal: _refusal, ...others } = message;
  const calls = membersList(toolCalls).map((call, index) => ({ tool_calls: [{ index, ...call }] }));
  const first: JsonMembers = { role: 'assistant', content: calls.length > 0 ? null : '', refusal: null };
  return [
    first,
    ...Object.entries(others).flatMap(([name, value]) => (value === null ? [] : [{ [name]: value }])),
    ...pieces(stringOf(content) ?? '').map((piece) => ({ content: piece })),
    ...calls,
  ];
}
