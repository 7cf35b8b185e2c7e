import { cacheability, defaultCacheabilityRules, llmScope, scopeDigest } from '@nearkey/sdk';
import { anthropicMessagesDoor as door } from '#sdk/llm/doors/anthropic-messages-door.js';

const base = {
  model: 'claude',
  max_tokens: 9,
  messages: [{ role: 'user', content: 'What is the capital of France?' }],
};

const parsed = (body: object, headers: Record<string, string> = {}) => {
  const call = door.parse({ path: '/v1/messages', headers, body: Buffer.from(JSON.stringify(body)) });
  if (call === undefined) throw new Error('not understood');
  return call;
};
const scopeOf = (more: object, headers?: Record<string, string>) =>
  scopeDigest(llmScope({ ...parsed({ ...base, ...more }, headers).question, attributes: {} }).scope);

describe('messages, parsed', () => {
  test('have the last turn of the user for a prompt, and results of tools for conversation', () => {
    const called = { role: 'assistant', content: [{ type: 'tool_use', id: 't', name: 'f', input: {} }] };
    const result = { type: 'tool_result', tool_use_id: 't', content: '1' };
    const { question } = parsed({ ...base, messages: [...base.messages, called, { role: 'user', content: [result] }] });
    expect(question.lastUserTurn).toBe('What is the capital of France?');
    const both = { role: 'user', content: [result, { type: 'text', text: 'And of Spain?' }] };
    const more = parsed({ ...base, messages: [...base.messages, called, both] }).question;
    expect([more.lastUserTurn, more.media, JSON.stringify(more.conversation)]).toEqual([
      'And of Spain?',
      [],
      expect.stringContaining('tool_result'),
    ]);
    const picture = {
      role: 'user',
      content: [
        { type: 'image', source: {} },
        { type: 'text', text: 'What?' },
      ],
    };
    expect(parsed({ ...base, messages: [picture] }).question.media.length).toBe(1);
  });

  test('differ in scope by what shapes the answer, headers included', () => {
    const scopes = [
      scopeOf({}),
      scopeOf({ system: 'Be brief.' }),
      scopeOf({ max_tokens: 10 }),
      scopeOf({ thinking: { type: 'enabled', budget_tokens: 5 } }),
      scopeOf({ tools: [{ name: 'f', input_schema: {} }] }),
      scopeOf({ tool_choice: { type: 'any' } }),
      scopeOf({}, { 'anthropic-beta': 'x' }),
    ];
    expect(new Set(scopes).size).toBe(scopes.length);
    expect(scopeOf({ stream: true, metadata: { user_id: 'u' } })).toBe(scopeOf({}));
  });

  test('know tools that the provider runs, and are not understood without turns', () => {
    const { question } = parsed({ ...base, tools: [{ type: 'web_search_20250305', name: 'web_search' }] });
    expect(cacheability({ ...question, attributes: {} }, defaultCacheabilityRules)).toBe('side-effects');
    for (const body of [{}, { model: 'x' }, { model: 'x', messages: [1] }]) expect(() => parsed(body)).toThrow();
  });
});

describe('messages, read', () => {
  const message = (more: object = {}) => ({
    id: 'm',
    type: 'message',
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: 'Let me think about it for a moment.', signature: 'sig' },
      { type: 'text', text: 'Paris is the capital of France, on the Seine.' },
      { type: 'tool_use', id: 't', name: 'f', input: { a: [1, 'b'] } },
      { type: 'tool_use', id: 'u', name: 'g', input: {} },
    ],
    stop_reason: 'tool_use',
    stop_sequence: null,
    usage: { input_tokens: 1, output_tokens: 2 },
    ...more,
  });

  test('become a stream that reads as they do', () => {
    const whole = door.read(JSON.stringify(message()));
    if (whole.outcome !== 'answer') throw new Error(whole.reason);
    expect(whole.answer.text).toBe('Paris is the capital of France, on the Seine.\nf({"a":[1,"b"]})\ng({})');
    const events = door.replayStream(whole.answer, parsed({ ...base, stream: true }));
    const again = door.assemble(events);
    if (again.outcome !== 'answer') throw new Error(again.reason);
    expect(JSON.parse(again.answer.body)).toEqual(message());
    expect(again.answer.usage).toEqual({ inputTokens: 1, outputTokens: 2 });
    expect(door.assemble(events.slice(0, -1))).toEqual({ outcome: 'none', reason: 'incomplete' });
    const failing = [...events.slice(0, 3), { name: 'error', data: '{"type":"error"}' }, ...events.slice(3)];
    expect(door.assemble(failing)).toEqual({ outcome: 'none', reason: 'incomplete' });
  });

  test.each([
    ['max_tokens', 'incomplete'],
    ['pause_turn', 'incomplete'],
    ['refusal', 'filtered'],
  ])('are not kept when they end by %s', (stopReason, reason) => {
    expect(door.read(JSON.stringify(message({ stop_reason: stopReason })))).toEqual({ outcome: 'none', reason });
  });

  test('say what is wrong in the form of Anthropic', () => {
    expect(JSON.parse(door.problem(502, 'gone'))).toEqual({
      type: 'error',
      error: { type: 'api_error', message: 'gone' },
    });
    const typeOf = (status: number) => JSON.parse(door.problem(status, 'no')).error.type;
    expect([401, 413, 429].map(typeOf)).toEqual(['authentication_error', 'request_too_large', 'rate_limit_error']);
    expect(door.read('{}')).toEqual({ outcome: 'none', reason: 'unreadable' });
  });
});
