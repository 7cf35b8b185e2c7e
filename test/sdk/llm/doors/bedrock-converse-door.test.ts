import { cacheability, defaultCacheabilityRules, llmScope, scopeDigest } from '@nearkey/sdk';
import { bedrockConverseDoor as door } from '#sdk/llm/doors/bedrock-converse-door.js';

const user = (...content: readonly object[]): object => ({ role: 'user', content });
const base = {
  messages: [user({ text: 'What is the capital of France?' })],
  inferenceConfig: { maxTokens: 9, temperature: 0.5 },
};

function parsed(body: object, path = '/model/m/converse') {
  const call = door.parse({ path, headers: {}, body: Buffer.from(JSON.stringify(body)) });
  if (call === undefined) throw new Error('not understood');
  return call;
}

const scopeOf = (more: object, path?: string): string =>
  scopeDigest(llmScope({ ...parsed({ ...base, ...more }, path).question, attributes: {} }).scope);
const whyNot = (more: object) =>
  cacheability({ ...parsed({ ...base, ...more }).question, attributes: {} }, defaultCacheabilityRules);
const tool = (name: string): object => ({ toolSpec: { name, inputSchema: { json: {} } } });

describe('a request of Converse, parsed', () => {
  test('has the last turn of the user for a prompt, and results of tools for conversation', () => {
    const called = { role: 'assistant', content: [{ toolUse: { toolUseId: 't', name: 'f', input: {} } }] };
    const result = { toolResult: { toolUseId: 't', content: [{ text: '1' }] } };
    const { question } = parsed({ ...base, messages: [...base.messages, called, user(result)] });
    expect(question.lastUserTurn).toBe('What is the capital of France?');
    const more = parsed({ ...base, messages: [...base.messages, called, user(result, { text: 'And of Spain?' })] });
    expect([more.question.lastUserTurn, more.question.media]).toEqual(['And of Spain?', []]);
    expect(JSON.stringify(more.question.conversation)).toContain('toolResult');
  });

  test('reads what is guarded as text, and pictures and documents as media', () => {
    const guarded = user({ text: 'Context.' }, { guardContent: { text: { text: 'Why?', qualifiers: ['query'] } } });
    const { question } = parsed({ messages: [guarded] });
    expect([question.lastUserTurn, question.media]).toEqual(['Context.\nWhy?', []]);
    expect(scopeOf({ messages: [guarded] })).not.toBe(
      scopeOf({ messages: [user({ text: 'Context.' }, { text: 'Why?' })] }),
    );
    expect(whyNot({ messages: [user({ text: 'What?' }, { image: { format: 'png', source: {} } })] })).toBe('media');
    expect(whyNot({ messages: [user({ document: {} })] })).toBe('no-user-turn');
  });

  test.each<[string, object]>([
    ['system', { system: [{ text: 'Be brief.' }] }],
    ['tools', { toolConfig: { tools: [tool('get_weather')] } }],
    ['tool choice', { toolConfig: { toolChoice: { any: {} } } }],
    ['token limit', { inferenceConfig: { maxTokens: 10, temperature: 0.5 } }],
    ['temperature', { inferenceConfig: { maxTokens: 9, temperature: 0.4 } }],
    ['stop sequences', { inferenceConfig: { ...base.inferenceConfig, stopSequences: ['x'] } }],
    ['fields of the model', { additionalModelRequestFields: { top_k: 3 } }],
    ['guardrail', { guardrailConfig: { guardrailIdentifier: 'g', guardrailVersion: '1' } }],
    ['response format', { outputConfig: { textFormat: { type: 'json_schema' } } }],
    ['fields of the response', { additionalModelResponseFieldPaths: ['/a'] }],
    ['variables of a prompt', { promptVariables: { a: { text: 'b' } } }],
    [
      'a turn before',
      { messages: [user({ text: 'Hi' }), { role: 'assistant', content: [{ text: 'Hi' }] }, ...base.messages] },
    ],
    ['whatever is new', { newInNextVersion: 1 }],
  ])('is apart by its %s', (_name, more) => {
    expect(scopeOf(more)).not.toBe(scopeOf({}));
  });

  test('is apart by its model, and not by how the answer travels or what is noted', () => {
    expect(scopeOf({}, '/model/other/converse')).not.toBe(scopeOf({}));
    expect(scopeOf({}, '/model/m/converse-stream')).toBe(scopeOf({}));
    const noted = {
      requestMetadata: { id: '1' },
      serviceTier: { type: 'flex' },
      performanceConfig: { latency: 'optimized' },
    };
    expect(scopeOf(noted)).toBe(scopeOf({}));
  });

  test('is not cached when it is hot, or has tools that do something', () => {
    expect(whyNot({})).toBeUndefined();
    expect(whyNot({ inferenceConfig: { temperature: 1.5 } })).toBe('temperature');
    expect(whyNot({ additionalModelRequestFields: { temperature: 1.5 }, inferenceConfig: {} })).toBe('temperature');
    expect(whyNot({ toolConfig: { tools: [tool('send_email')] } })).toBe('side-effects');
    expect(whyNot({ toolConfig: { tools: [{ systemTool: { name: 'web' } }] } })).toBe('side-effects');
    expect(
      whyNot({ toolConfig: { tools: [tool('get_weather'), { cachePoint: { type: 'default' } }] } }),
    ).toBeUndefined();
  });

  test('hands controls of the cache on, and the body to the model as it is', () => {
    const call = parsed({ ...base, requestMetadata: { 'nearkey-namespace': 'help', 'nearkey-ttl': '60', id: '1' } });
    expect(call.body.cache).toEqual({ namespace: 'help', ttl: '60' });
    expect(Buffer.from(call.upstreamBody).toString()).not.toContain('"cache"');
  });

  test.each(['[]', '{', '{}', '{"messages":[]}', '{"messages":["x"]}'])('is not understood: %s', (body) => {
    expect(door.parse({ path: '/model/m/converse', headers: {}, body: Buffer.from(body) })).toBeUndefined();
    expect(door.parse({ path: '/model/m/invoke-elsewhere', headers: {}, body: Buffer.from('{}') })).toBeUndefined();
  });
});

const usage = { inputTokens: 3, outputTokens: 4, totalTokens: 7 };

function answerOf(content: readonly object[], stopReason = 'end_turn') {
  const body = { output: { message: { role: 'assistant', content } }, stopReason, usage, metrics: { latencyMs: 5 } };
  return door.read(JSON.stringify(body));
}

describe('an answer of Converse', () => {
  test('says its texts and calls, not its reasoning', () => {
    const reading = answerOf([
      { reasoningContent: { reasoningText: { text: 'Hm.', signature: 's' } } },
      { text: 'Paris.' },
      { citationsContent: { content: [{ text: 'As ' }, { text: 'said.' }], citations: [] } },
      { toolUse: { toolUseId: '1', name: 'f', input: { a: 1 } } },
    ]);
    expect(reading).toMatchObject({
      outcome: 'answer',
      answer: { text: 'Paris.\nAs said.\nf({"a":1})', usage: { inputTokens: 3, outputTokens: 4 } },
    });
  });

  test.each([
    ['end_turn', undefined],
    ['stop_sequence', undefined],
    ['tool_use', undefined],
    ['max_tokens', 'incomplete'],
    ['model_context_window_exceeded', 'incomplete'],
    ['malformed_tool_use', 'incomplete'],
    ['guardrail_intervened', 'filtered'],
    ['content_filtered', 'filtered'],
  ])('that ends with %s: %s', (stopReason, reason) => {
    const reading = answerOf([{ text: 'x' }], stopReason);
    expect(reading.outcome === 'none' ? reading.reason : undefined).toBe(reason);
  });

  test('of another form is not read', () => {
    for (const body of ['{', '{}', '{"output":{}}'])
      expect(door.read(body)).toEqual({ outcome: 'none', reason: 'unreadable' });
  });

  test('becomes a stream that becomes the answer again, whatever its blocks', () => {
    const content = [
      { reasoningContent: { reasoningText: { text: 'Hm, let me think about it for a while.', signature: 's' } } },
      { reasoningContent: { redactedContent: 'AAAA' } },
      { text: 'Paris is the capital of France, as everybody knows.' },
      { citationsContent: { content: [{ text: 'Said.' }], citations: [{ title: 'a' }, { title: 'b' }] } },
      { toolUse: { toolUseId: '1', name: 'f', input: { a: [1, 'ä'] } } },
      { toolUse: { toolUseId: '2', name: 'g', input: {} } },
    ];
    const reading = answerOf(content, 'tool_use');
    if (reading.outcome === 'none') throw new Error(reading.reason);
    const events = door.replayStream(reading.answer, parsed(base));
    expect(events.map(({ name }) => name).slice(-2)).toEqual(['messageStop', 'metadata']);
    const again = door.assemble(events);
    if (again.outcome === 'none') throw new Error(again.reason);
    expect(JSON.parse(again.answer.body)).toEqual(JSON.parse(reading.answer.body));
    expect(door.replayStream(again.answer, parsed(base))).toEqual(events);
  });

  test('with a block no stream has is not replayed as one', () => {
    const reading = answerOf([{ text: 'x' }, { video: {} }]);
    if (reading.outcome === 'none') throw new Error(reading.reason);
    expect(() => door.replayStream(reading.answer, parsed(base))).toThrow('video');
    expect(door.replayJson(reading.answer, parsed(base))).toBe(reading.answer.body);
  });
});

describe('a stream of Converse', () => {
  const event = (name: string, members: object) => ({ name, data: JSON.stringify(members) });
  const whole = [
    event('messageStart', { role: 'assistant', p: 'padding' }),
    event('contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Paris' } }),
    event('contentBlockStop', { contentBlockIndex: 0 }),
    event('messageStop', { stopReason: 'end_turn' }),
    event('metadata', { usage }),
  ];

  test('is an answer when it has ended, and none before', () => {
    expect(door.assemble(whole)).toMatchObject({ outcome: 'answer', answer: { text: 'Paris', events: whole } });
    for (let length = 0; length < 4; length++) {
      expect(door.assemble(whole.slice(0, length))).toEqual({ outcome: 'none', reason: 'incomplete' });
    }
  });

  test('with an exception, or an event that is not known, is none', () => {
    for (const strange of [
      event('exception/throttlingException', {}),
      event('newEvent', {}),
      { name: 'metadata', data: '{' },
    ]) {
      expect(door.assemble([...whole, strange])).toEqual({ outcome: 'none', reason: 'incomplete' });
    }
    const delta = event('contentBlockDelta', { contentBlockIndex: 0, delta: { hologram: {} } });
    expect(door.assemble([delta, ...whole])).toEqual({ outcome: 'none', reason: 'unreadable' });
    const start = event('contentBlockStart', { contentBlockIndex: 0, start: { image: {} } });
    expect(door.assemble([start, ...whole])).toEqual({ outcome: 'none', reason: 'unreadable' });
  });
});
