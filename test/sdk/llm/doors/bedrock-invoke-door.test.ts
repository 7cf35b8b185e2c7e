import { awsEventDecoder, encodeAwsEvent } from '#sdk/llm/doors/aws-event-stream.js';
import { bedrockInvokeDoor as door } from '#sdk/llm/doors/bedrock-invoke-door.js';
import type { ParsedCall } from '#sdk/llm/doors/front-door.js';
import { frame } from '../../../support/fake-bedrock.js';

const anthropic = {
  anthropic_version: 'bedrock-2023-05-31',
  max_tokens: 9,
  messages: [{ role: 'user', content: 'Why?' }],
};

function parsed(body: object, path = '/model/m/invoke', headers: Record<string, string> = {}): ParsedCall | undefined {
  return door.parse({ path, headers, body: Buffer.from(JSON.stringify(body)) });
}

test('reads a request in the form of its model, apart by family and guardrail', () => {
  const question = parsed(anthropic, '/model/eu.x%3A0/invoke-with-response-stream')?.question;
  expect(question).toMatchObject({
    ...{ provider: 'bedrock', format: 'bedrock-invoke', model: 'eu.x:0', lastUserTurn: 'Why?' },
    delivery: { isStream: true },
    other: { family: 'anthropic', anthropic_version: 'bedrock-2023-05-31' },
  });
  const guarded = parsed(anthropic, undefined, {
    'x-amzn-bedrock-guardrailidentifier': 'g',
    'x-amz-date': 'd',
  })?.question;
  expect(guarded?.other.headers).toEqual({ 'x-amzn-bedrock-guardrailidentifier': 'g' });
});

test('does not understand embeddings, and bodies of no family', () => {
  expect(parsed({ inputText: 'x', dimensions: 256 }, '/model/amazon.titan-embed-text-v2%3A0/invoke')).toBeUndefined();
  expect(parsed({ texts: ['x'], input_type: 'clustering' })).toBeUndefined();
  expect(parsed(anthropic, '/model/m/count-tokens')).toBeUndefined();
  expect(door.read('{"embedding":[1]}')).toEqual({ outcome: 'none', reason: 'unreadable' });
  expect(door.read('no JSON')).toEqual({ outcome: 'none', reason: 'unreadable' });
});

test('unwraps chunks and wraps them again; exceptions stay what they are', () => {
  const inner = '{"type":"message_start","text":"ä"}';
  const chunk = frame({ ':event-type': 'chunk' }, { bytes: Buffer.from(inner).toString('base64'), p: 'padding' });
  const decoder = door.streamDecoder();
  const [event = { data: '' }] = decoder.push(chunk);
  expect(event).toEqual({ name: 'chunk', data: inner });
  expect(door.streamDecoder().push(door.encode(event))).toEqual([event]);
  const exception = { name: 'exception/modelStreamErrorException', data: '{}' };
  expect(awsEventDecoder().push(door.encode(exception))).toEqual([exception]);
  expect(decoder.push(encodeAwsEvent(exception))).toEqual([exception]);
  expect(door.assemble([event, exception])).toEqual({ outcome: 'none', reason: 'incomplete' });
});

test('refuses chunks that could not be wrapped again as they were', () => {
  const invalid = frame({ ':event-type': 'chunk' }, { bytes: Buffer.from([0xff]).toString('base64') });
  expect(() => door.streamDecoder().push(invalid)).toThrow();
  expect(() => door.streamDecoder().push(frame({ ':event-type': 'chunk' }, {}))).toThrow('without bytes');
});

test('makes a stream of an answer in one piece, and of no other', () => {
  const body = JSON.stringify({
    generation: 'Because of the air.',
    prompt_token_count: 1,
    generation_token_count: 2,
    stop_reason: 'stop',
  });
  const reading = door.read(body);
  if (reading.outcome === 'none') throw new Error(reading.reason);
  const call = parsed(anthropic);
  if (call === undefined) throw new Error('not understood');
  const again = door.assemble(door.replayStream(reading.answer, call));
  expect(again).toMatchObject({ outcome: 'answer', answer: { body, format: 'bedrock-invoke' } });
  expect(door.replayJson(reading.answer, call)).toBe(body);
  expect(() => door.replayStream({ ...reading.answer, body: '{}' }, call)).toThrow();
  expect(door.assemble([{ name: 'chunk', data: '{"strange":1}' }])).toEqual({ outcome: 'none', reason: 'unreadable' });
});
