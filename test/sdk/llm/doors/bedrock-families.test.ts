import type { JsonMembers } from '@nearkey/sdk';
import { families } from '#sdk/llm/doors/bedrock-families.js';

const claude: JsonMembers = {
  ...{ id: 'm', type: 'message', role: 'assistant', model: 'claude', stop_reason: 'end_turn', stop_sequence: null },
  ...{ content: [{ type: 'text', text: 'Because of the air.' }], usage: { input_tokens: 3, output_tokens: 4 } },
};
const nova: JsonMembers = {
  output: { message: { role: 'assistant', content: [{ text: 'Because of the air.' }] } },
  ...{ stopReason: 'end_turn', usage: { inputTokens: 3, outputTokens: 4 } },
};
const titan: JsonMembers = {
  inputTextTokenCount: 3,
  results: [{ tokenCount: 4, outputText: 'Because of the air.', completionReason: 'FINISH' }],
};
const llama: JsonMembers = {
  ...{ generation: 'Because of the air.', prompt_token_count: 3, generation_token_count: 4, stop_reason: 'stop' },
};
const mistral: JsonMembers = { outputs: [{ text: 'Because of the air.', stop_reason: 'stop' }] };

const table: readonly (readonly [string, JsonMembers, JsonMembers, string])[] = [
  [
    'anthropic',
    { anthropic_version: 'bedrock-2023-05-31', temperature: 0.5, messages: [{ role: 'user', content: 'Why?' }] },
    claude,
    'max_tokens',
  ],
  [
    'nova',
    { inferenceConfig: { temperature: 0.5 }, messages: [{ role: 'user', content: [{ text: 'Why?' }] }] },
    nova,
    'max_tokens',
  ],
  ['titan', { inputText: 'User: Why?\nBot:', textGenerationConfig: { temperature: 0.5 } }, titan, 'LENGTH'],
  ['llama', { prompt: '[INST] Why? [/INST]', temperature: 0.5 }, llama, 'length'],
  ['mistral', { prompt: 'Why?', temperature: 0.5 }, mistral, 'length'],
];

describe.each(table)('%s', (name, request, answer, cutOff) => {
  const family = families.find((candidate) => candidate.answers(answer));
  const body = JSON.stringify(answer);

  test('is told by its answers', () => {
    expect(families.filter((candidate) => candidate.answers(answer)).map((candidate) => candidate.name)).toEqual([
      name,
    ]);
  });

  test('reads a question', () => {
    const question = families.map((candidate) => candidate.question(request, 'm')).find((found) => found !== undefined);
    expect([question?.lastUserTurn, question?.sampling.temperature]).toEqual(['Why?', 0.5]);
  });

  test('reads an answer that is whole, and keeps none that was cut off', () => {
    expect(family?.read(body)).toMatchObject({ outcome: 'answer', answer: { text: 'Because of the air.', body } });
    const cut = body.replace(/end_turn|FINISH|"stop"(?=})/g, (found) => (found === '"stop"' ? `"${cutOff}"` : cutOff));
    expect(family?.read(cut)).toEqual({ outcome: 'none', reason: 'incomplete' });
  });

  test('makes a stream of an answer, and the answer of the stream', () => {
    const reading = family?.read(body);
    if (family === undefined || reading?.outcome !== 'answer') throw new Error('not read');
    const events = family.events(reading.answer);
    const [first = {}] = events;
    expect(events.length).toBeGreaterThan(1);
    expect(families.find((candidate) => candidate.streams(first))?.name).toBe(name);
    const again = family.assemble(events);
    if (again.outcome === 'none') throw new Error(again.reason);
    expect(JSON.parse(again.answer.body)).toEqual(answer);
    expect(family.assemble(events.slice(0, -1).filter((event) => event.messageStop === undefined)).outcome).toBe(
      'none',
    );
  });
});

test('a filtered answer of Titan is not kept', () => {
  const filtered = JSON.stringify(titan).replace('FINISH', 'CONTENT_FILTERED');
  expect(families.find(({ name }) => name === 'titan')?.read(filtered)).toEqual({
    outcome: 'none',
    reason: 'filtered',
  });
});

test('another family takes no part in a stream', () => {
  const family = families.find(({ name }) => name === 'llama');
  expect(family?.assemble([llama, mistral])).toEqual({ outcome: 'none', reason: 'unreadable' });
});
