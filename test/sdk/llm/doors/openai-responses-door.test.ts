import { llmScope, scopeDigest } from '@nearkey/sdk';
import { openAiResponsesDoor as door } from '#sdk/llm/doors/openai-responses-door.js';

const base = { model: 'gpt-5', input: 'What is the capital of France?' };

const parsed = (body: object) => {
  const call = door.parse({ path: '/v1/responses', headers: {}, body: Buffer.from(JSON.stringify(body)) });
  if (call === undefined) throw new Error('not understood');
  return call;
};
const scopeOf = (more: object) =>
  scopeDigest(llmScope({ ...parsed({ ...base, ...more }).question, attributes: {} }).scope);

describe('responses, parsed', () => {
  test('have the last turn of the user for a prompt, in whatever form it comes', () => {
    const parts = [{ type: 'input_text', text: base.input }];
    const inputs = [
      base.input,
      [{ role: 'user', content: base.input }],
      [{ type: 'message', role: 'user', content: parts }],
    ];
    const questions = inputs.map((input) => parsed({ ...base, input }).question);
    expect(questions.map(({ lastUserTurn }) => lastUserTurn)).toEqual(inputs.map(() => base.input));
    expect(new Set(inputs.map((input) => scopeOf({ input }))).size).toBe(1);
    const image = [...parts, { type: 'input_image', image_url: 'x' }];
    expect(parsed({ ...base, input: [{ role: 'user', content: image }] }).question.media.length).toBe(1);
  });

  test.each([
    [{ instructions: 'Be brief.' }],
    [{ tools: [{ type: 'function', name: 'a' }] }],
    [{ text: { format: { type: 'json_object' } } }],
    [{ reasoning: { effort: 'low' } }],
    [{ previous_response_id: 'r' }],
    [
      {
        input: [
          { role: 'user', content: base.input },
          { type: 'function_call_output', call_id: 'c', output: '1' },
        ],
      },
    ],
  ])('differ in scope by %j', (more) => {
    expect(scopeOf(more)).not.toBe(scopeOf({}));
  });

  test.each([[{ stream: true }], [{ user: 'u' }], [{ store: false }], [{ metadata: {} }]])(
    'do not differ in scope by %j',
    (more) => {
      expect(scopeOf(more)).toBe(scopeOf({}));
    },
  );

  test('are not understood without model and input', () => {
    for (const body of [{}, { model: 'x' }, { input: 'x' }]) expect(() => parsed(body)).toThrow();
  });
});

describe('responses, read', () => {
  const item = {
    id: 'msg',
    type: 'message',
    role: 'assistant',
    content: [{ type: 'output_text', text: 'Paris', annotations: [] }],
  };
  const response = (more: object = {}) => ({
    id: 'r',
    object: 'response',
    status: 'completed',
    output: [item],
    ...more,
  });

  test('are kept when they are completed', () => {
    const call = { id: 'fc', type: 'function_call', name: 'f', arguments: '{}' };
    const usage = { input_tokens: 1, output_tokens: 2 };
    expect(door.read(JSON.stringify(response({ output: [item, call], usage })))).toMatchObject({
      answer: { text: 'Paris\nf({})', usage: { inputTokens: 1, outputTokens: 2 } },
    });
  });

  test.each([
    [response({ status: 'incomplete' }), 'incomplete'],
    [response({ status: 'in_progress' }), 'incomplete'],
    [response({ output: [{ type: 'message', content: [{ type: 'refusal', refusal: 'No' }] }] }), 'filtered'],
    [{ object: 'error' }, 'unreadable'],
  ])('are not kept otherwise: %j', (body, reason) => {
    expect(door.read(JSON.stringify(body))).toEqual({ outcome: 'none', reason });
  });

  test('are the end of their stream, and become a stream that ends with them', () => {
    const whole = door.read(JSON.stringify(response()));
    if (whole.outcome !== 'answer') throw new Error(whole.reason);
    const events = door.replayStream(whole.answer, parsed({ ...base, stream: true }));
    expect(events.map(({ name }) => name)).toEqual([
      ...['response.created', 'response.in_progress', 'response.output_item.added', 'response.content_part.added'],
      ...['response.output_text.delta', 'response.output_text.done', 'response.content_part.done'],
      ...['response.output_item.done', 'response.completed'],
    ]);
    const again = door.assemble(events);
    expect(again).toMatchObject({ outcome: 'answer', answer: { text: 'Paris', body: whole.answer.body, events } });
    expect(door.assemble(events.slice(0, -1))).toEqual({ outcome: 'none', reason: 'incomplete' });
  });
});
