/**
 * A provider of models on a port of its own, which speaks the wire formats of OpenAI and Anthropic as their services do: in one
 * piece or as a stream, with tool calls, usage and finish reasons. What it says follows from what it is asked, so answers can be
 * compared; what it does wrong, a test tells it to.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

/** What a provider can do to a call. */
export interface Fault {
  /** Answers with this status and no answer. */
  readonly status?: number;
  /** Closes the connection after so many events of a stream; after the headers when the answer is in one piece. */
  readonly cutAfter?: number;
  /** Ends as an answer does that reached its limit. */
  readonly isCutShort?: boolean;
}

export interface FakeModel {
  readonly port: number;
  /** What was asked, in order: the path and the body. */
  readonly calls: { readonly path: string; readonly headers: IncomingMessage['headers']; readonly body: AskedBody }[];
  /** For the calls to come, until it is set anew. */
  fault: Fault;
  /** While it is set, calls are answered when it resolves. */
  gate: Promise<void> | undefined;
  /** While it is set, a stream waits for it after its first two events. */
  streamGate: Promise<void> | undefined;
  /** What is said to a text; by default the text in other words. */
  say: (text: string) => string;
  stop(): Promise<void>;
}

const bodySchema = z.looseObject({
  model: z.string().default('none'),
  stream: z.boolean().optional(),
  stream_options: z.looseObject({ include_usage: z.boolean().optional() }).optional(),
  messages: z.array(z.looseObject({ role: z.string(), content: z.unknown() })).optional(),
  input: z.unknown().optional(),
  tools: z.array(z.looseObject({})).optional(),
});

export type AskedBody = z.infer<typeof bodySchema>;

interface Turn {
  readonly body: AskedBody;
  readonly text: string;
  readonly number: number;
  readonly isCutShort: boolean;
}

/** An event of a stream, as its lines. */
type Frame = string;

export async function startFakeModel(): Promise<FakeModel> {
  const server = createServer((request, response) => {
    void answer(model, request, response).catch(() => response.destroy());
  });
  server.listen({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const address = server.address();
  const model: FakeModel = {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    calls: [],
    fault: {},
    gate: undefined,
    streamGate: undefined,
    say: (text) => `You asked about ${text.toLowerCase()}, and here is an answer of several words.`,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return model;
}

async function answer(model: FakeModel, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url ?? '';
  if (request.method === 'GET') {
    sendJson(response, 200, { object: 'list', data: [{ id: 'gpt-5', object: 'model', created: 1, owned_by: 'fake' }] });
    return;
  }
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  const body = bodySchema.parse(JSON.parse(Buffer.concat(parts).toString()));
  model.calls.push({ path, headers: request.headers, body });
  const number = model.calls.length;
  const { fault } = model;
  await model.gate;
  if (fault.status !== undefined) {
    sendJson(response, fault.status, { error: { message: 'no', type: 'fake_error', param: null, code: null } });
    return;
  }
  const turn: Turn = { body, number, text: model.say(lastText(body)), isCutShort: fault.isCutShort === true };
  const wire = wires[path.split('?')[0] ?? ''];
  if (wire === undefined) sendJson(response, 404, { error: { message: 'no such path' } });
  else if (body.stream === true) await sendStream(model, response, wire.frames(turn), fault);
  else if (fault.cutAfter !== undefined) cutJson(response);
  else sendJson(response, 200, wire.body(turn));
}

async function sendStream(model: FakeModel, response: ServerResponse, frames: readonly Frame[], fault: Fault) {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-fake': 'yes' });
  for (const [index, frame] of frames.entries()) {
    if (index === fault.cutAfter) {
      response.destroy();
      return;
    }
    if (index === 2) await model.streamGate;
    // Each leaves by itself: what is sent before a cut has been sent.
    await new Promise<void>((resolve) => response.write(frame, () => resolve()));
  }
  response.end();
}

function cutJson(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"id":', () => response.destroy());
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-fake': 'yes' }).end(JSON.stringify(body));
}

/** The text of the last turn of a user. */
function lastText(body: AskedBody): string {
  const items = body.messages ?? (Array.isArray(body.input) ? z.array(z.looseObject({})).parse(body.input) : []);
  const content = items.findLast((item) => item.role === 'user')?.content ?? body.input;
  if (typeof content === 'string') return content;
  const texts = z.array(z.looseObject({ text: z.string().default('') })).safeParse(content);
  return texts.success ? texts.data.map(({ text }) => text).join(' ') : '';
}

function words(text: string): string[] {
  return text.match(/\S+\s*/g) ?? [];
}

/** A model that is given tools calls the first of them, unless it has a result. */
function calledTool({ body }: Turn): string | undefined {
  const [tool] = body.tools ?? [];
  const last = body.messages?.at(-1);
  const hasResult = last?.role === 'tool' || JSON.stringify(last?.content ?? '').includes('tool_result');
  const outputs = JSON.stringify(body.input ?? '').includes('function_call_output');
  if (tool === undefined || hasResult || outputs) return undefined;
  const described = z.looseObject({ name: z.string() }).safeParse(tool.function ?? tool);
  return described.success ? described.data.name : undefined;
}

interface Wire {
  body(turn: Turn): object;
  frames(turn: Turn): Frame[];
}

const toolInput = '{"city":"Paris"}';
const usage = { prompt_tokens: 11, completion_tokens: 22, total_tokens: 33 };

const chat: Wire = {
  body(turn) {
    const tool = calledTool(turn);
    const calls = [{ id: `call_${turn.number}`, type: 'function', function: { name: tool, arguments: toolInput } }];
    return {
      id: `chatcmpl-${turn.number}`,
      object: 'chat.completion',
      created: 1_700_000_000,
      model: turn.body.model,
      choices: [
        {
          index: 0,
          message:
            tool === undefined
              ? { role: 'assistant', content: turn.text, refusal: null }
              : { role: 'assistant', content: null, refusal: null, tool_calls: calls },
          logprobs: null,
          finish_reason: turn.isCutShort ? 'length' : tool === undefined ? 'stop' : 'tool_calls',
        },
      ],
      usage,
    };
  },
  frames(turn) {
    const tool = calledTool(turn);
    const wantsUsage = turn.body.stream_options?.include_usage === true;
    const frame = (choices: readonly object[], more: object): Frame =>
      sse(undefined, {
        id: `chatcmpl-${turn.number}`,
        object: 'chat.completion.chunk',
        created: 1_700_000_000,
        model: turn.body.model,
        choices,
        ...(wantsUsage ? { usage: null } : {}),
        ...more,
      });
    const delta = (members: object, finishReason: string | null = null): Frame =>
      frame([{ index: 0, delta: members, logprobs: null, finish_reason: finishReason }], {});
    const called = { index: 0, id: `call_${turn.number}`, type: 'function' };
    const body =
      tool === undefined
        ? words(turn.text).map((content) => delta({ content }))
        : [
            delta({ tool_calls: [{ ...called, function: { name: tool, arguments: '' } }] }),
            ...['{"city":', '"Paris"}'].map((more) =>
              delta({ tool_calls: [{ index: 0, function: { arguments: more } }] }),
            ),
          ];
    return [
      delta({ role: 'assistant', content: tool === undefined ? '' : null, refusal: null }),
      ...body,
      delta({}, turn.isCutShort ? 'length' : tool === undefined ? 'stop' : 'tool_calls'),
      ...(wantsUsage ? [frame([], { usage })] : []),
      'data: [DONE]\n\n',
    ];
  },
};

const responses: Wire = {
  body(turn) {
    const tool = calledTool(turn);
    const { number, text } = turn;
    const message = {
      id: `msg_${number}`,
      type: 'message',
      status: 'completed',
      role: 'assistant',
      content: [{ type: 'output_text', text, annotations: [], logprobs: [] }],
    };
    const call = {
      id: `fc_${number}`,
      type: 'function_call',
      status: 'completed',
      call_id: `call_${number}`,
      name: tool,
      arguments: toolInput,
    };
    return {
      id: `resp_${number}`,
      object: 'response',
      created_at: 1_700_000_000,
      status: turn.isCutShort ? 'incomplete' : 'completed',
      error: null,
      incomplete_details: turn.isCutShort ? { reason: 'max_output_tokens' } : null,
      instructions: null,
      metadata: {},
      model: turn.body.model,
      output: [tool === undefined ? message : call],
      parallel_tool_calls: true,
      temperature: 1,
      tool_choice: 'auto',
      tools: [],
      top_p: 1,
      usage: {
        input_tokens: 11,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 22,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 33,
      },
    };
  },
  frames(turn) {
    const response = responses.body(turn);
    const tool = calledTool(turn);
    const frames: Frame[] = [];
    const send = (type: string, members: object): void => {
      frames.push(sse(type, { type, sequence_number: frames.length, ...members }));
    };
    const begun = { ...response, status: 'in_progress', output: [], usage: null };
    const [item] = z.object({ output: z.array(z.looseObject({ id: z.string() })) }).parse(response).output;
    const at = { item_id: item?.id, output_index: 0 };
    send('response.created', { response: begun });
    send('response.in_progress', { response: begun });
    if (tool === undefined) {
      const part = { type: 'output_text', text: '', annotations: [], logprobs: [] };
      send('response.output_item.added', { output_index: 0, item: { ...item, content: [], status: 'in_progress' } });
      send('response.content_part.added', { ...at, content_index: 0, part });
      for (const delta of words(turn.text)) {
        send('response.output_text.delta', { ...at, content_index: 0, delta, logprobs: [] });
      }
      send('response.output_text.done', { ...at, content_index: 0, text: turn.text, logprobs: [] });
      send('response.content_part.done', { ...at, content_index: 0, part: { ...part, text: turn.text } });
    } else {
      send('response.output_item.added', { output_index: 0, item: { ...item, arguments: '', status: 'in_progress' } });
      for (const delta of ['{"city":', '"Paris"}']) send('response.function_call_arguments.delta', { ...at, delta });
      send('response.function_call_arguments.done', { ...at, name: tool, arguments: toolInput });
    }
    send('response.output_item.done', { output_index: 0, item });
    send(turn.isCutShort ? 'response.incomplete' : 'response.completed', { response });
    return frames;
  },
};

const messages: Wire = {
  body(turn) {
    const tool = calledTool(turn);
    const block =
      tool === undefined
        ? { type: 'text', text: turn.text }
        : { type: 'tool_use', id: `toolu_${turn.number}`, name: tool, input: JSON.parse(toolInput) };
    return {
      id: `msg_${turn.number}`,
      type: 'message',
      role: 'assistant',
      model: turn.body.model,
      content: [block],
      stop_reason: turn.isCutShort ? 'max_tokens' : tool === undefined ? 'end_turn' : 'tool_use',
      stop_sequence: null,
      usage: { input_tokens: 11, output_tokens: 22 },
    };
  },
  frames(turn) {
    const tool = calledTool(turn);
    const message = z.looseObject({ stop_reason: z.string() }).parse(messages.body(turn));
    const frame = (type: string, members: object): Frame => sse(type, { type, ...members });
    const delta = (members: object): Frame => frame('content_block_delta', { index: 0, delta: members });
    const begun = { ...message, content: [], stop_reason: null, usage: { input_tokens: 11, output_tokens: 1 } };
    const block =
      tool === undefined
        ? { type: 'text', text: '' }
        : { type: 'tool_use', id: `toolu_${turn.number}`, name: tool, input: {} };
    return [
      frame('message_start', { message: begun }),
      frame('content_block_start', { index: 0, content_block: block }),
      frame('ping', {}),
      ...(tool === undefined
        ? words(turn.text).map((text) => delta({ type: 'text_delta', text }))
        : ['{"city":', '"Paris"}'].map((json) => delta({ type: 'input_json_delta', partial_json: json }))),
      frame('content_block_stop', { index: 0 }),
      frame('message_delta', {
        delta: { stop_reason: message.stop_reason, stop_sequence: null },
        usage: { output_tokens: 22 },
      }),
      frame('message_stop', {}),
    ];
  },
};

const embeddings: Wire = {
  body: ({ body }) => ({
    object: 'list',
    data: [{ object: 'embedding', index: 0, embedding: [0.25, -0.5] }],
    model: body.model,
    usage: { prompt_tokens: 1, total_tokens: 1 },
  }),
  frames: () => [],
};

const wires: Readonly<Record<string, Wire>> = {
  '/v1/chat/completions': chat,
  '/v1/responses': responses,
  '/v1/messages': messages,
  '/v1/embeddings': embeddings,
};

function sse(name: string | undefined, data: object): Frame {
  return `${name === undefined ? '' : `event: ${name}\n`}data: ${JSON.stringify(data)}\n\n`;
}
