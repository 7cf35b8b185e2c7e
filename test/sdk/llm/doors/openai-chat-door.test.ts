import { cacheability, defaultCacheabilityRules, type LlmQuestion, llmScope, scopeDigest } from '@nearkey/sdk';
import { openAiChatDoor as door } from '#sdk/llm/doors/openai-chat-door.js';

const base = {
  model: 'gpt-5',
  messages: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hello?' },
    { role: 'assistant', content: 'Hi.' },
    { role: 'user', content: 'What is the capital of France?' },
  ],
};

const parsed = (body: object) => {
  const call = door.parse({ path: '/v1/chat/completions', headers: {}, body: Buffer.from(JSON.stringify(body)) });
  if (call === undefined) throw new Error('not understood');
  return call;
};
const digest = (question: LlmQuestion) => scopeDigest(llmScope({ ...question, attributes: {} }).scope);
const scopeOf = (more: object) => digest(parsed({ ...base, ...more }).question);

describe('chat completions, parsed', () => {
  test('have the last turn of the user for a prompt', () => {
    const { question } = parsed(base);
    expect(question.lastUserTurn).toBe('What is the capital of France?');
    expect(question.systemPrompt).toContain('Be brief.');
    const parts = [
      { type: 'text', text: 'What is' },
      { type: 'text', text: 'this?' },
      { type: 'image_url', image_url: { url: 'x' } },
    ];
    const pictured = parsed({ ...base, messages: [{ role: 'user', content: parts }] }).question;
    expect([pictured.lastUserTurn, pictured.media.length]).toEqual(['What is\nthis?', 1]);
  });

  test.each([
    [{ temperature: 0.1 }],
    [{ max_completion_tokens: 5 }],
    [{ tools: [{ type: 'function', function: { name: 'a' } }] }],
    [{ tool_choice: 'none' }],
    [{ response_format: { type: 'json_object' } }],
    [{ n: 2 }],
    [{ unheard_of: 1 }],
    [{ messages: base.messages.slice(1) }],
    [{ messages: [...base.messages, { role: 'assistant', content: 'Par' }] }],
  ])('differ in scope by %j', (more) => {
    expect(scopeOf(more)).not.toBe(scopeOf({}));
  });

  test.each([
    [{ stream: true, stream_options: { include_usage: true } }],
    [{ user: 'u' }],
    [{ metadata: { a: 'b' } }],
    [{ store: true }],
    [{ cache: { ttl: 5 } }],
  ])('do not differ in scope by %j', (more) => {
    expect(scopeOf(more)).toBe(scopeOf({}));
  });

  test('are not understood without a model or turns', () => {
    for (const body of [{}, { model: 'x' }, { model: 'x', messages: [] }, { model: 'x', messages: ['a'] }, []]) {
      expect(() => parsed(body)).toThrow();
    }
  });

  test('ask for usage at the end of a stream, and show it to those who asked', () => {
    const quiet = parsed({ ...base, stream: true, cache: {} });
    const asking = parsed({ ...base, stream: true, stream_options: { include_usage: true } });
    const sent = JSON.parse(Buffer.from(quiet.upstreamBody).toString());
    expect([sent.stream_options, 'cache' in sent]).toEqual([{ include_usage: true }, false]);
    const last = { data: '{"choices":[],"usage":{"total_tokens":3}}' };
    const word = { data: '{"choices":[{"delta":{"content":"\\"usage\\""}}],"usage":null}' };
    expect([door.forward(last, quiet), door.forward(last, asking)]).toEqual([undefined, last]);
    expect(door.forward(word, quiet)).toEqual({ data: '{"choices":[{"delta":{"content":"\\"usage\\""}}]}' });
    expect(door.forward({ data: '[DONE]' }, quiet)).toEqual({ data: '[DONE]' });
  });

  test('know tools that the provider runs', () => {
    const { question } = parsed({ ...base, tools: [{ type: 'web_search' }] });
    expect(cacheability({ ...question, attributes: {} }, defaultCacheabilityRules)).toBe('side-effects');
  });
});

describe('chat completions, read', () => {
  const completion = (choice: object) =>
    JSON.stringify({ choices: [{ index: 0, finish_reason: 'stop', message: { content: 'Paris' }, ...choice }] });

  test('are kept when they are whole', () => {
    expect(door.read(completion({}))).toMatchObject({ outcome: 'answer', answer: { text: 'Paris' } });
    const call = { function: { name: 'f', arguments: '{}' } };
    expect(door.read(completion({ finish_reason: 'tool_calls', message: { tool_calls: [call] } }))).toMatchObject({
      answer: { text: 'f({})' },
    });
  });

  test.each([
    [completion({ finish_reason: 'length' }), 'incomplete'],
    [completion({ finish_reason: 'content_filter' }), 'filtered'],
    [completion({ finish_reason: null }), 'incomplete'],
    [completion({ message: { content: null, refusal: 'No.' } }), 'filtered'],
    ['{"choices":[]}', 'unreadable'],
    ['<html>', 'unreadable'],
  ])('are not kept otherwise: %s', (body, reason) => {
    expect(door.read(body)).toEqual({ outcome: 'none', reason });
  });

  test('grow from a stream of interleaved choices and tool calls', () => {
    const chunk = (choices: object[], more: object = {}) => ({
      data: JSON.stringify({ id: 'c', model: 'm', choices, ...more }),
    });
    const called = (index: number, members: object) => ({ tool_calls: [{ index, ...members }] });
    const reading = door.assemble([
      chunk([{ index: 0, delta: { role: 'assistant', content: '' } }]),
      chunk([{ index: 1, delta: { content: 'B' } }]),
      chunk([{ index: 0, delta: { content: 'A', reasoning_content: 'be' } }]),
      chunk([{ index: 0, delta: { content: '!', reasoning_content: 'cause' }, logprobs: { content: [1] } }]),
      chunk([{ index: 1, delta: called(1, { id: 'y', type: 'function', function: { name: 'g', arguments: '' } }) }]),
      chunk([
        { index: 1, delta: called(0, { id: 'x', type: 'function', function: { name: 'f', arguments: '{"a"' } }) },
      ]),
      chunk([{ index: 1, delta: called(0, { function: { arguments: ':1}' } }) }]),
      chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]),
      chunk([{ index: 1, delta: {}, finish_reason: 'tool_calls' }]),
      chunk([], { usage: { prompt_tokens: 1, completion_tokens: 2 } }),
      { data: '[DONE]' },
    ]);
    if (reading.outcome !== 'answer') throw new Error(reading.reason);
    expect(reading.answer.usage).toEqual({ inputTokens: 1, outputTokens: 2 });
    expect(JSON.parse(reading.answer.body)).toMatchObject({
      id: 'c',
      object: 'chat.completion',
      choices: [
        { index: 0, message: { content: 'A!', reasoning_content: 'because' }, logprobs: { content: [1] } },
        {
          index: 1,
          message: {
            content: 'B',
            tool_calls: [
              { id: 'x', type: 'function', function: { name: 'f', arguments: '{"a":1}' } },
              { id: 'y', function: { name: 'g', arguments: '' } },
            ],
          },
        },
      ],
    });
  });

  test.each([
    [[{ data: '{"choices":[]}' }], 'incomplete'],
    [[{ data: '{"error":{"message":"x"}}' }, { data: '[DONE]' }], 'incomplete'],
    [[{ data: '{' }, { data: '[DONE]' }], 'unreadable'],
    [[], 'incomplete'],
  ])('do not grow from a stream that failed: %j', (events, reason) => {
    expect(door.assemble(events)).toEqual({ outcome: 'none', reason });
  });

  test('become a stream that reads as they do', () => {
    const body = completion({
      message: { role: 'assistant', content: 'Paris is the capital of France, on the Seine.' },
    });
    const whole = door.read(body);
    if (whole.outcome !== 'answer') throw new Error(whole.reason);
    const asking = parsed({ ...base, stream: true, stream_options: { include_usage: true } });
    const again = door.assemble(door.replayStream(whole.answer, asking));
    expect(again).toMatchObject({ outcome: 'answer', answer: { text: whole.answer.text } });
    expect(door.replayJson(whole.answer, asking)).toBe(body);
  });
});
