/**
 * Bedrock's Converse and ConverseStream, one wire format: the path says whether an answer streams, and an answer that came one way is
 * replayed the other way, too.
 *
 * A stream is a message that grows block by block: `messageStart`, for each block its deltas and `contentBlockStop`, `messageStop` says why it
 * ends, `metadata` what it used. Only blocks that are more than text begin with `contentBlockStart`.
 *
 * `requestMetadata` is what a caller notes for his logs. Members that begin with `nearkey-` are for the cache (`nearkey-namespace`,
 * `nearkey-ttl`, `nearkey-no-cache`, `nearkey-no-store`): callers of an AWS SDK have no other place to say such a thing.
 */
import type { JsonValue } from '../../semantic-cache/cache-scope.js';
import type { JsonMembers, LlmQuestion, LlmTool } from '../llm-request.js';
import type { StoredAnswer, StreamEvent } from '../stored-answer.js';
import { awsEventDecoder, awsEventStreamType, encodeAwsEvent } from './aws-event-stream.js';
import { bedrockProblem, bedrockTarget, isStreamOperation } from './bedrock-call.js';
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
import { wholeStopReasons } from './request-names.js';

const format = 'bedrock-converse';

/** How an answer travels, who pays, and what is noted. */
const deliveryNames = ['requestMetadata', 'performanceConfig', 'serviceTier'];
const knownNames: ReadonlySet<string> = new Set([
  ...['messages', 'system', 'toolConfig', 'inferenceConfig', 'outputConfig'],
  ...deliveryNames,
]);
const toolConfigNames: ReadonlySet<string> = new Set(['tools', 'toolChoice']);
const contentName: ReadonlySet<string> = new Set(['content']);
const metadataPrefix = 'nearkey-';

/** Why a message ends, and whether it is whole. */
const stopReasons: Readonly<Record<string, NotStorable | 'whole'>> = {
  ...wholeStopReasons,
  guardrail_intervened: 'filtered',
  content_filtered: 'filtered',
};

export const bedrockConverseDoor: FrontDoor = {
  format,
  jsonType: 'application/json',
  streamType: awsEventStreamType,
  parse,
  read: (body) => readConverse(body, undefined),
  streamDecoder: awsEventDecoder,
  assemble: assembleConverse,
  encode: encodeAwsEvent,
  forward: (event) => event,
  replayJson: ({ body }) => body,
  replayStream: (answer) => answer.events ?? converseEvents(answer),
  problem: bedrockProblem,
};

function parse(call: IncomingCall): ParsedCall | undefined {
  const target = bedrockTarget(call.path);
  const body = parseMembers(Buffer.from(call.body).toString());
  if (target === undefined || body === undefined) return undefined;
  const question = converseQuestion(body, target.model, isStreamOperation(target.operation));
  if (question === undefined) return undefined;
  return {
    body: { ...body, cache: cacheControlOf(membersOf(body.requestMetadata) ?? {}) },
    passedBody: call.body,
    upstreamBody: call.body,
    question,
  };
}

/** Controls of the cache among what a caller notes, in LiteLLM's names for them. */
function cacheControlOf(metadata: JsonMembers): JsonMembers {
  const named = Object.entries(metadata).filter(([name]) => name.startsWith(metadataPrefix));
  return Object.fromEntries(named.map(([name, value]) => [name.slice(metadataPrefix.length), value]));
}

/** Also of a body of InvokeModel in Amazon Nova's form. @returns undefined when it is not understood */
export function converseQuestion(body: JsonMembers, model: string, isStream: boolean): LlmQuestion | undefined {
  const messages = membersList(body.messages);
  if (messages.length === 0 || messages.length !== listOf(body.messages).length) return undefined;
  const last = messages.findLastIndex(isUserTurn);
  const turn = messages[last];
  const { text, media, frame } = contentOf(turn?.content);
  const inference = membersOf(body.inferenceConfig) ?? {};
  const further = membersOf(body.additionalModelRequestFields) ?? {};
  const toolConfig = membersOf(body.toolConfig) ?? {};
  return {
    provider: 'bedrock',
    format,
    model,
    systemPrompt: body.system === undefined ? undefined : JSON.stringify(body.system),
    tools: listOf(toolConfig.tools).map(toolOf),
    toolChoice: toolConfig.toolChoice,
    responseFormat: body.outputConfig,
    sampling: { ...inference, temperature: numberOf(inference.temperature) ?? numberOf(further.temperature) },
    conversation:
      turn === undefined
        ? messages
        : [messages.slice(0, last), { ...without(turn, contentName), frame }, messages.slice(last + 1)],
    lastUserTurn: text,
    media,
    other: { ...without(body, knownNames), toolConfig: without(toolConfig, toolConfigNames) },
    delivery: { isStream },
  };
}

/** A turn that brings nothing but results of tools continues the one before it. */
function isUserTurn({ role, content }: JsonMembers): boolean {
  return role === 'user' && membersList(content).some((block) => block.toolResult === undefined);
}

interface TurnContent {
  readonly text: string;
  readonly media: readonly JsonValue[];
  /** What is around the texts, results of tools included: part of the conversation. */
  readonly frame: readonly JsonValue[];
}

function contentOf(content: JsonValue | undefined): TurnContent {
  const texts: string[] = [];
  const media: JsonValue[] = [];
  const frame: JsonValue[] = [];
  for (const block of listOf(content)) {
    const { text, guardContent, toolResult, cachePoint } = membersOf(block) ?? {};
    const guarded = membersOf(membersOf(guardContent)?.text);
    if (typeof text === 'string') {
      texts.push(text);
      frame.push('text');
    } else if (typeof guarded?.text === 'string') {
      texts.push(guarded.text);
      frame.push({ guardContent: without(guarded, new Set(['text'])) });
    } else if (toolResult !== undefined || cachePoint !== undefined) frame.push(block);
    else media.push(block);
  }
  return { text: texts.join('\n'), media, frame };
}

/** A tool without a specification of its own is the provider's; points of its prompt cache stand among them and are none. */
function toolOf(definition: JsonValue): LlmTool {
  const { toolSpec, cachePoint } = membersOf(definition) ?? {};
  const name = stringOf(membersOf(toolSpec)?.name) ?? '';
  return { name, isHosted: toolSpec === undefined && cachePoint === undefined, definition };
}

/** Also of an answer of InvokeModel in Amazon Nova's form. */
export function readConverse(body: string, events: readonly StreamEvent[] | undefined): AnswerReading {
  const answered = parseMembers(body);
  const content = membersOf(membersOf(answered?.output)?.message)?.content;
  if (answered === undefined || content === undefined) return { outcome: 'none', reason: 'unreadable' };
  const ending = stopReasons[stringOf(answered.stopReason) ?? ''] ?? 'incomplete';
  if (ending !== 'whole') return { outcome: 'none', reason: ending };
  const usage = membersOf(answered.usage) ?? {};
  const answer: StoredAnswer = {
    format,
    text: membersList(content).map(saidBy).filter(Boolean).join('\n'),
    body,
    events,
    usage: { inputTokens: numberOf(usage.inputTokens) ?? 0, outputTokens: numberOf(usage.outputTokens) ?? 0 },
  };
  return { outcome: 'answer', answer };
}

function saidBy({ text, toolUse, citationsContent }: JsonMembers): string {
  const used = membersOf(toolUse);
  if (used !== undefined) return `${stringOf(used.name) ?? ''}(${JSON.stringify(used.input)})`;
  const cited = membersList(membersOf(citationsContent)?.content).map((part) => stringOf(part.text) ?? '');
  return stringOf(text) ?? cited.join('');
}

/** A block as it grows; the input of a tool comes as pieces of JSON text. */
interface GrowingBlock {
  toolUse: JsonMembers | undefined;
  inputJson: string;
  text: string;
  isReasoning: boolean;
  readonly reasoning: { [name: string]: JsonValue };
  redacted: JsonValue | undefined;
  readonly citations: JsonValue[];
}

interface GrowingAnswer {
  role: JsonValue;
  /** What stands beside the message. */
  readonly members: { [name: string]: JsonValue };
  readonly blocks: Map<number, GrowingBlock>;
}

/** Also of the events of InvokeModel in Amazon Nova's form. */
export function assembleConverse(events: readonly StreamEvent[]): AnswerReading {
  const answer: GrowingAnswer = { role: 'assistant', members: {}, blocks: new Map() };
  let isEnded = false;
  for (const { name = '', data } of events) {
    const event = parseMembers(data);
    const grow = growers[name];
    if (event === undefined || grow === undefined) return { outcome: 'none', reason: 'incomplete' };
    if (!grow(answer, event)) return { outcome: 'none', reason: 'unreadable' };
    isEnded ||= name === 'messageStop';
  }
  if (!isEnded) return { outcome: 'none', reason: 'incomplete' };
  const content = [...answer.blocks].sort(([a], [b]) => a - b).map(([, block]) => grown(block));
  const body = { output: { message: { role: answer.role, content } }, ...answer.members };
  return readConverse(JSON.stringify(body), events);
}

/** By event type; false when an event holds what an answer in one piece could not be made of. */
const growers: Readonly<Record<string, (answer: GrowingAnswer, event: JsonMembers) => boolean>> = {
  messageStart(answer, { role = 'assistant' }) {
    answer.role = role;
    return true;
  },
  contentBlockStart(answer, event) {
    const { toolUse, ...rest } = membersOf(event.start) ?? {};
    blockOf(answer, event).toolUse = membersOf(toolUse);
    return Object.keys(rest).length === 0;
  },
  contentBlockDelta: (answer, event) => growBlock(blockOf(answer, event), membersOf(event.delta) ?? {}),
  contentBlockStop: () => true,
  messageStop(answer, event) {
    setMembers(answer.members, picked(event, ['stopReason', 'additionalModelResponseFields']));
    return true;
  },
  metadata(answer, event) {
    setMembers(answer.members, picked(event, ['usage', 'metrics', 'trace', 'performanceConfig', 'serviceTier']));
    return true;
  },
};

function blockOf({ blocks }: GrowingAnswer, { contentBlockIndex }: JsonMembers): GrowingBlock {
  const index = numberOf(contentBlockIndex) ?? 0;
  const block = blocks.get(index) ?? {
    toolUse: undefined,
    inputJson: '',
    text: '',
    isReasoning: false,
    reasoning: {},
    redacted: undefined,
    citations: [],
  };
  blocks.set(index, block);
  return block;
}

function growBlock(block: GrowingBlock, delta: JsonMembers): boolean {
  const { text, toolUse, reasoningContent, citation, ...rest } = delta;
  block.text += stringOf(text) ?? '';
  block.inputJson += stringOf(membersOf(toolUse)?.input) ?? '';
  if (citation !== undefined) block.citations.push(citation);
  const reasoning = membersOf(reasoningContent);
  if (reasoning !== undefined) {
    block.isReasoning = true;
    block.redacted ??= reasoning.redactedContent;
    for (const name of ['text', 'signature']) {
      const more = stringOf(reasoning[name]);
      if (more !== undefined) block.reasoning[name] = (stringOf(block.reasoning[name]) ?? '') + more;
    }
  }
  return Object.keys(rest).length === 0;
}

function grown(block: GrowingBlock): JsonMembers {
  const { toolUse, inputJson, text, isReasoning, reasoning, redacted, citations } = block;
  if (toolUse !== undefined) return { toolUse: { ...toolUse, input: inputJson === '' ? {} : parseJson(inputJson) } };
  if (redacted !== undefined) return { reasoningContent: { redactedContent: redacted } };
  if (isReasoning) return { reasoningContent: { reasoningText: { text: '', ...reasoning } } };
  return citations.length > 0 ? { citationsContent: { content: [{ text }], citations } } : { text };
}

/** A stream made of an answer that came in one piece. @throws Error when there is a block no stream is known to have */
export function converseEvents({ body }: StoredAnswer): StreamEvent[] {
  const answered = parseMembers(body) ?? {};
  const message = membersOf(membersOf(answered.output)?.message) ?? {};
  const event = (name: string, members: JsonMembers): StreamEvent => ({ name, data: JSON.stringify(members) });
  return [
    event('messageStart', { role: message.role ?? 'assistant' }),
    ...membersList(message.content).flatMap((block, contentBlockIndex) => {
      const { start, deltas } = partsOf(block);
      return [
        ...(start === undefined ? [] : [event('contentBlockStart', { start, contentBlockIndex })]),
        ...deltas.map((delta) => event('contentBlockDelta', { delta, contentBlockIndex })),
        event('contentBlockStop', { contentBlockIndex }),
      ];
    }),
    event('messageStop', picked(answered, ['stopReason', 'additionalModelResponseFields'])),
    event('metadata', picked(answered, ['usage', 'metrics', 'trace', 'performanceConfig', 'serviceTier'])),
  ];
}

function partsOf(block: JsonMembers): { readonly start?: JsonMembers; readonly deltas: readonly JsonMembers[] } {
  const toolUse = membersOf(block.toolUse);
  if (toolUse !== undefined) {
    const { input = {}, ...start } = toolUse;
    return { start: { toolUse: start }, deltas: [{ toolUse: { input: JSON.stringify(input) } }] };
  }
  const reasoning = membersOf(block.reasoningContent);
  if (reasoning !== undefined) return { deltas: reasoningDeltas(reasoning) };
  const cited = membersOf(block.citationsContent);
  if (cited !== undefined) {
    const texts = membersList(cited.content).map((part) => ({ text: stringOf(part.text) ?? '' }));
    return { deltas: [...texts, ...listOf(cited.citations).map((citation) => ({ citation }))] };
  }
  const text = stringOf(block.text);
  if (text === undefined) throw new Error(`a block of ${Object.keys(block).join()} cannot be streamed`);
  return { deltas: pieces(text).map((piece) => ({ text: piece })) };
}

function reasoningDeltas(reasoning: JsonMembers): JsonMembers[] {
  const { text, signature } = membersOf(reasoning.reasoningText) ?? {};
  const parts: JsonMembers[] = pieces(stringOf(text) ?? '').map((piece) => ({ text: piece }));
  if (signature !== undefined) parts.push({ signature });
  if (reasoning.redactedContent !== undefined) parts.push({ redactedContent: reasoning.redactedContent });
  return parts.map((reasoningContent) => ({ reasoningContent }));
}
