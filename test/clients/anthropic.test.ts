/** Anthropic's own client, its address changed and nothing else. */
import Anthropic from '@anthropic-ai/sdk';
import { all } from '../support/all.js';
import { startTestGateway, type TestGateway } from '../support/llm-gateway.js';

const question = 'How do I reset my password please?';
const paraphrase = 'Please, how do I reset my password?';
const weather = { name: 'get_weather', input_schema: { type: 'object' as const } };

let gateway: TestGateway;
let anthropic: Anthropic;

beforeEach(async () => {
  gateway = await startTestGateway();
  anthropic = new Anthropic({ baseURL: gateway.url, apiKey: 'key-one', maxRetries: 0 });
});
afterEach(() => gateway.stop());

const asked = (content: string) => ({
  model: 'claude-fake',
  max_tokens: 100,
  messages: [{ role: 'user' as const, content }],
});

describe('messages', () => {
  test('ask the model once, and answer a paraphrase alike', async () => {
    const first = await anthropic.messages.create(asked(question));
    const { data, response } = await anthropic.messages.create(asked(paraphrase)).withResponse();
    expect(response.headers.get('x-nearkey-cache')).toBe('hit');
    expect(data).toMatchObject(JSON.parse(JSON.stringify(first)));
    expect(first.usage).toMatchObject({ input_tokens: 11, output_tokens: 22 });
    expect(gateway.model.calls.length).toBe(1);
  });

  test('stream a paraphrase in the same events and order', async () => {
    const first = await all(await anthropic.messages.create({ ...asked(question), stream: true }));
    const second = await all(await anthropic.messages.create({ ...asked(paraphrase), stream: true }));
    expect(second).toEqual(first);
    expect(first.at(-1)?.type).toBe('message_stop');
    expect(gateway.model.calls.length).toBe(1);
  });

  test('replay a stream as one piece, and one piece as a stream, tool calls included', async () => {
    for (const more of [{}, { tools: [weather] }]) {
      const streamed = await anthropic.messages.stream({ ...asked(question), ...more }).finalMessage();
      const whole = await anthropic.messages.create({ ...asked(question), ...more });
      expect(whole.content).toMatchObject(JSON.parse(JSON.stringify(streamed.content)));
      expect([whole.stop_reason, whole.usage.output_tokens]).toEqual([streamed.stop_reason, 22]);
      const other = 'Which planets have rings?';
      const piece = await anthropic.messages.create({ ...asked(other), ...more });
      const replayed = await anthropic.messages.stream({ ...asked(other), ...more }).finalMessage();
      expect(replayed.content).toMatchObject(JSON.parse(JSON.stringify(piece.content)));
      expect(replayed.usage.output_tokens).toBe(22);
    }
    expect(gateway.model.calls.length).toBe(4);
  });

  test('take the results of tools for conversation: the question is the turn before', async () => {
    const turns = (result: string) => ({
      ...asked(question),
      tools: [weather],
      messages: [
        ...asked(question).messages,
        {
          role: 'assistant' as const,
          content: [{ type: 'tool_use' as const, id: 't1', name: 'get_weather', input: {} }],
        },
        { role: 'user' as const, content: [{ type: 'tool_result' as const, tool_use_id: 't1', content: result }] },
      ],
    });
    await anthropic.messages.create(turns('sunny'));
    await anthropic.messages.create(turns('sunny'));
    await anthropic.messages.create(turns('rain'));
    expect(gateway.model.calls.length).toBe(2);
  });
});
