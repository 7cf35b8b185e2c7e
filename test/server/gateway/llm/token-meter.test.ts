import { TokenMeter } from '#server/gateway/llm/token-meter.js';

function tokensOf(...texts: string[]): number {
  const meter = new TokenMeter();
  for (const text of texts) meter.hear(text);
  return meter.tokens;
}

test.each([
  ['OpenAI', '{"usage":{"prompt_tokens":11,"completion_tokens": 22,"total_tokens":33}}'],
  ['Anthropic', '{"usage":{"input_tokens":11,"output_tokens":22,"cache_read_input_tokens":90}}'],
  ['Converse', '{"usage":{"inputTokens":11,"outputTokens":22,"totalTokens":33}}'],
  ['Llama', '{"generation":"x","prompt_token_count":11,"generation_token_count":22}'],
  ['Titan', '{"inputTextTokenCount":11,"results":[{"tokenCount":22}]}'],
  ['streams of InvokeModel', '{"amazon-bedrock-invocationMetrics":{"inputTokenCount":11,"outputTokenCount":22}}'],
])('reads the usage of %s', (_name, text) => {
  expect(tokensOf(text)).toBe(33);
  // Wherever it is cut.
  for (let at = 1; at < text.length; at++) expect(tokensOf(text.slice(0, at), text.slice(at))).toBe(33);
});

test('takes the last of numbers that grow, and nothing that a model writes', () => {
  expect(
    tokensOf(
      '{"type":"message_start","message":{"usage":{"input_tokens":11,"output_tokens":1}}}',
      '{"type":"message_delta","usage":{"output_tokens":22}}',
      JSON.stringify({ text: '{"output_tokens": 1000 }' }),
    ),
  ).toBe(33);
  expect(tokensOf('{"usage":null}', '{"max_output_tokens":5}')).toBe(0);
});
