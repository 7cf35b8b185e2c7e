/**
 * Every door of the gateway to models by which a provider's answer comes: how a question is put to it over a socket, how to tell that an answer is whole, and
 * what it must say.
 */
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import type { StoredAnswer } from '@nearkey/sdk';
import {
  anthropicMessagesDoor,
  bedrockConverseDoor,
  bedrockInvokeDoor,
  type FrontDoor,
  openAiChatDoor,
  openAiResponsesDoor,
} from '@nearkey/sdk/llm';

export interface ModelDoor {
  readonly name: string;
  readonly format: FrontDoor;
  /** Which of the fakes answers. */
  readonly provider: 'model' | 'bedrock';
  readonly isStream: boolean;
  readonly path: string;
  readonly body: (question: string) => object;
  /** In every question to this door, so that no other door's embedding is at hand. */
  readonly city: string;
}

const turn = (content: unknown) => [{ role: 'user', content }];
const chat = (content: string) => ({ model: 'gpt-5', messages: turn(content) });
const responses = (input: string) => ({ model: 'gpt-5', input });
const messages = (content: string) => ({ model: 'claude-fake', max_tokens: 200, messages: turn(content) });
const converse = (text: string) => ({ messages: turn([{ text }]) });
const invoke = (content: string) => ({
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 200,
  messages: turn(content),
});
const streamed = (of: (question: string) => object) => (question: string) => ({ ...of(question), stream: true });

const bedrockPath = '/model/anthropic.claude-fake-v1';

type Row = readonly [string, FrontDoor, ModelDoor['provider'], boolean, string, ModelDoor['body'], string];

const rows: readonly Row[] = [
  ['chat completions', openAiChatDoor, 'model', false, '/v1/chat/completions', chat, 'Paris'],
  ['chat completions, a stream', openAiChatDoor, 'model', true, '/v1/chat/completions', streamed(chat), 'London'],
  ['responses', openAiResponsesDoor, 'model', false, '/v1/responses', responses, 'Berlin'],
  ['responses, a stream', openAiResponsesDoor, 'model', true, '/v1/responses', streamed(responses), 'Madrid'],
  ['messages', anthropicMessagesDoor, 'model', false, '/v1/messages', messages, 'Vienna'],
  ['messages, a stream', anthropicMessagesDoor, 'model', true, '/v1/messages', streamed(messages), 'Lisbon'],
  ['Converse', bedrockConverseDoor, 'bedrock', false, `${bedrockPath}/converse`, converse, 'Dublin'],
  ['ConverseStream', bedrockConverseDoor, 'bedrock', true, `${bedrockPath}/converse-stream`, converse, 'Warsaw'],
  ['InvokeModel', bedrockInvokeDoor, 'bedrock', false, `${bedrockPath}/invoke`, invoke, 'Athens'],
  [
    ...(['InvokeModelWithResponseStream', bedrockInvokeDoor, 'bedrock', true] as const),
    ...([`${bedrockPath}/invoke-with-response-stream`, invoke, 'Oslo'] as const),
  ],
];

export const modelDoors: readonly ModelDoor[] = rows.map(([name, format, provider, isStream, path, body, city]) => ({
  name,
  format,
  provider,
  isStream,
  path,
  body,
  city,
}));

export interface Answered {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The connection ended before the answer did. */
  readonly isBroken: boolean;
}

/** Puts a body to a path, over a connection of its own. */
export async function post(
  port: number,
  path: string,
  body: object | Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answered> {
  const { response } = posted(port, path, body, headers);
  const parts: Buffer[] = [];
  let isBroken = false;
  try {
    for await (const part of await response) parts.push(Buffer.from(part));
  } catch {
    isBroken = true;
  }
  const { statusCode = 0, headers: answered } = await response;
  return { status: statusCode, headers: answered, body: Buffer.concat(parts), isBroken };
}

/** A request that has left; its answer may never come. */
export function posted(
  port: number,
  path: string,
  body: object | Buffer,
  more: Readonly<Record<string, string>> = {},
): { readonly response: Promise<IncomingMessage>; readonly go: () => void } {
  const headers = { 'content-type': 'application/json', ...more };
  const request = httpRequest({ port, host: '127.0.0.1', path, method: 'POST', headers, agent: false });
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.on('error', reject);
  });
  // Who goes does not look at what becomes of it.
  response.catch(() => undefined);
  request.end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
  return { response, go: () => request.destroy() };
}

/** What an answer says; undefined when it is not whole. */
export function saidBy({ format, isStream }: ModelDoor, { status, body, isBroken }: Answered): string | undefined {
  if (status !== 200 || isBroken) return undefined;
  const reading = isStream ? format.assemble(format.streamDecoder().push(body)) : format.read(body.toString());
  return reading.outcome === 'answer' ? reading.answer.text : undefined;
}

/** Whether this is the whole of what the provider says to a question. */
export function isAnswerTo({ provider }: ModelDoor, question: string, said: string | undefined): boolean {
  if (said === undefined) return false;
  if (provider === 'bedrock') return said.replace(/^Answer \d+ to: /, '') === question;
  return said === `You asked about ${question.toLowerCase()}, and here is an answer of several words.`;
}

/** What a kept answer says in both of its forms; undefined when one of them is not whole. */
export function keptSays(
  { format, body, path }: ModelDoor,
  answer: StoredAnswer,
  question: string,
): string | undefined {
  const parsed = format.parse({ path, headers: {}, body: Buffer.from(JSON.stringify(body(question))) });
  if (parsed === undefined) return undefined;
  const whole = format.read(format.replayJson(answer, parsed));
  const events = format.assemble(format.replayStream(answer, parsed));
  if (whole.outcome !== 'answer' || events.outcome !== 'answer') return undefined;
  return whole.answer.text === events.answer.text ? whole.answer.text : undefined;
}
