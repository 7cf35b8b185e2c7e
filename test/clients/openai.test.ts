/** OpenAI's own client, its address changed and nothing else. */
import OpenAI from 'openai';
import { all } from '../support/all.js';
import { startTestGateway, type TestGateway } from '../support/llm-gateway.js';

const question = 'How do I reset my password please?';
const paraphrase = 'Please, how do I reset my password?';
const weather = {
  type: 'function' as const,
  function: { name: 'get_weather', description: 'Weather of a city', parameters: { type: 'object', properties: {} } },
};

let gateway: TestGateway;
let openai: OpenAI;

beforeEach(async () => {
  gateway = await startTestGateway();
  openai = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'sk-one', maxRetries: 0 });
});
afterEach(() => gateway.stop());

const asked = (content: string) => ({ model: 'gpt-5', messages: [{ role: 'user' as const, content }] });

describe('chat completions', () => {
  test('ask the model once, and answer a paraphrase alike', async () => {
    const first = await openai.chat.completions.create(asked(question)).withResponse();
    expect(first.response.headers.get('x-nearkey-cache')).toBe('miss');
    expect(first.response.headers.get('x-fake')).toBe('yes');
    const second = await openai.chat.completions.create(asked(paraphrase)).withResponse();
    expect(second.response.headers.get('x-nearkey-cache')).toBe('hit');
    expect(second.response.headers.get('x-nearkey-cache-tier')).toBe('semantic');
    expect(second.data).toEqual(first.data);
    expect(first.data.choices[0]?.message.content).toContain('reset my password');
    expect(first.data.usage?.total_tokens).toBe(33);
    const third = await openai.chat.completions.create(asked(question)).withResponse();
    expect(third.response.headers.get('x-nearkey-cache-tier')).toBe('exact');
    expect(gateway.model.calls.length).toBe(1);
  });

  test('stream a paraphrase in the same pieces and order', async () => {
    const first = await all(await openai.chat.completions.create({ ...asked(question), stream: true }));
    const second = await openai.chat.completions.create({ ...asked(paraphrase), stream: true }).withResponse();
    expect(second.response.headers.get('x-nearkey-cache')).toBe('hit');
    expect(await all(second.data)).toEqual(first);
    expect(first.length).toBeGreaterThan(5);
    expect(first.every((chunk) => !('usage' in chunk))).toBe(true);
  });

  test('show usage at the end of a stream to those who ask for it, whoever asked first', async () => {
    const wanting = { ...asked(question), stream: true as const, stream_options: { include_usage: true } };
    await all(await openai.chat.completions.create({ ...asked(question), stream: true }));
    const chunks = await all(await openai.chat.completions.create(wanting));
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: 33 } });
    expect(gateway.model.calls.length).toBe(1);
  });

  test('replay a stream as one piece, and one piece as a stream', async () => {
    const streamed = await all(await openai.chat.completions.create({ ...asked(question), stream: true }));
    const whole = await openai.chat.completions.create(asked(question));
    const text = streamed.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('');
    expect(whole).toMatchObject({ object: 'chat.completion', usage: { total_tokens: 33 } });
    expect(whole.choices[0]).toMatchObject({ finish_reason: 'stop', message: { role: 'assistant', content: text } });
    const other = 'Which planets have rings?';
    const piece = await openai.chat.completions.create(asked(other));
    const runner = openai.chat.completions.stream({ ...asked(other), stream_options: { include_usage: true } });
    const replayed = await runner.finalChatCompletion();
    expect(replayed.choices[0]?.message.content).toBe(piece.choices[0]?.message.content);
    expect(replayed.usage).toEqual(piece.usage);
    expect(gateway.model.calls.length).toBe(2);
  });

  test('keep tool calls and finish reasons, in one piece and streamed', async () => {
    const withTool = (content: string) => ({ ...asked(content), tools: [weather] });
    const first = await openai.chat.completions.create(withTool(question));
    expect(first.choices[0]).toMatchObject({
      finish_reason: 'tool_calls',
      message: { tool_calls: [{ function: { name: 'get_weather', arguments: '{"city":"Paris"}' } }] },
    });
    expect(await openai.chat.completions.create(withTool(paraphrase))).toEqual(first);
    const runner = openai.chat.completions.stream(withTool(paraphrase));
    const streamed = await runner.finalChatCompletion();
    expect(streamed.choices[0]?.finish_reason).toBe('tool_calls');
    expect(streamed.choices[0]?.message.tool_calls?.[0]).toMatchObject(first.choices[0]?.message.tool_calls?.[0] ?? {});
    expect(gateway.model.calls.length).toBe(1);
  });

  test('tell tenants, models, system prompts and tools apart', async () => {
    await openai.chat.completions.create(asked(question));
    const other = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: 'sk-two', maxRetries: 0 });
    const system = { role: 'system' as const, content: 'Be brief.' };
    await other.chat.completions.create(asked(question));
    await openai.chat.completions.create({ ...asked(question), model: 'gpt-4' });
    await openai.chat.completions.create({ ...asked(question), messages: [system, ...asked(question).messages] });
    await openai.chat.completions.create({ ...asked(question), tools: [weather] });
    await openai.chat.completions.create({ ...asked(question), temperature: 0.2 });
    await openai.chat.completions.create({ ...asked(question), user: 'someone' });
    expect(gateway.model.calls.length).toBe(6);
  });

  test('say why a request was not cached, and pass it on all the same', async () => {
    const reasonOf = async (more: object, headers: Record<string, string> = {}) => {
      const { response } = await openai.chat.completions
        .create({ ...asked(question), ...more }, { headers })
        .withResponse();
      return [response.headers.get('x-nearkey-cache'), response.headers.get('x-nearkey-cache-reason')];
    };
    const mail = { type: 'function', function: { name: 'send_mail', parameters: {} } };
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } };
    const pictured = [{ role: 'user', content: [{ type: 'text', text: 'What is this?' }, image] }];
    expect(await reasonOf({ temperature: 1.5 })).toEqual(['bypass', 'temperature']);
    expect(await reasonOf({ tools: [mail] })).toEqual(['bypass', 'side-effects']);
    expect(await reasonOf({ messages: pictured })).toEqual(['bypass', 'media']);
    expect(await reasonOf({}, { 'cache-control': 'no-store' })).toEqual(['bypass', 'no-store']);
    expect(await reasonOf({ cache: { 'no-store': true } })).toEqual(['bypass', 'no-store']);
    expect(gateway.model.calls.at(-1)?.body).not.toHaveProperty('cache');
    expect(await reasonOf({})).toEqual(['miss', 'no-candidate']);
  });

  test('raise the errors of the model as they are', async () => {
    gateway.model.fault = { status: 429 };
    await expect(openai.chat.completions.create(asked(question))).rejects.toThrow(OpenAI.RateLimitError);
    gateway.model.fault = {};
    expect((await openai.chat.completions.create(asked(question))).choices.length).toBe(1);
  });
});

describe('responses', () => {
  test('ask the model once, and answer a paraphrase alike', async () => {
    const first = await openai.responses.create({ model: 'gpt-5', input: question });
    const second = await openai.responses.create({ model: 'gpt-5', input: paraphrase }).withResponse();
    expect(second.response.headers.get('x-nearkey-cache')).toBe('hit');
    expect(second.data).toEqual(first);
    expect(first.output_text).toContain('reset my password');
    expect(gateway.model.calls.length).toBe(1);
  });

  test('stream a paraphrase in the same events and order', async () => {
    const first = await all(await openai.responses.create({ model: 'gpt-5', input: question, stream: true }));
    const second = await all(await openai.responses.create({ model: 'gpt-5', input: paraphrase, stream: true }));
    expect(second).toEqual(first);
    expect(first.at(-1)?.type).toBe('response.completed');
    expect(gateway.model.calls.length).toBe(1);
  });

  test('make a stream of one piece, tool calls included', async () => {
    const tools = [{ type: 'function' as const, name: 'get_weather', parameters: {}, strict: false }];
    for (const more of [{}, { tools }]) {
      const whole = await openai.responses.create({ model: 'gpt-5', input: question, ...more });
      const streamed = await openai.responses.stream({ model: 'gpt-5', input: question, ...more }).finalResponse();
      expect(streamed.output).toMatchObject(JSON.parse(JSON.stringify(whole.output)));
      expect(streamed.usage).toEqual(whole.usage);
    }
    expect(gateway.model.calls.length).toBe(2);
  });

  test('do not share what depends on an earlier response', async () => {
    const more = { model: 'gpt-5', input: question, previous_response_id: 'resp_0' };
    const { response } = await openai.responses.create(more).withResponse();
    expect(response.headers.get('x-nearkey-cache-reason')).toBe('state');
  });
});

describe('embeddings and models', () => {
  test('embed with the packaged model, in base64 as the client asks and in numbers', async () => {
    const { data } = await openai.embeddings.create({ model: 'nearkey', input: ['one two', 'three'] });
    const numbers = await openai.embeddings.create({ model: 'nearkey', input: 'three', encoding_format: 'float' });
    expect(data.map(({ index, embedding }) => [index, embedding.length])).toEqual([
      [0, 256],
      [1, 256],
    ]);
    expect(data[1]?.embedding).toEqual(numbers.data[0]?.embedding);
    expect(gateway.model.calls.length).toBe(0);
  });

  test('leave other models to the provider', async () => {
    const embedding = { model: 'text-embedding-3-small', input: 'one', encoding_format: 'float' as const };
    const { data } = await openai.embeddings.create(embedding);
    expect(data[0]?.embedding).toEqual([0.25, -0.5]);
    expect((await openai.models.list()).data.map(({ id }) => id)).toEqual(['gpt-5', 'words-1']);
  });

  test('refuse what is no text', async () => {
    await expect(openai.embeddings.create({ model: 'nearkey', input: [[1, 2]] })).rejects.toThrow('a list of texts');
    await expect(openai.embeddings.create({ model: 'nearkey', input: 'x', dimensions: 7 })).rejects.toThrow('256');
  });
});
