import { bedrockException, bedrockProblem, bedrockTarget, isStreamOperation } from '#sdk/llm/doors/bedrock-call.js';

test.each([
  ['/model/anthropic.claude-v2%3A1/converse', 'anthropic.claude-v2:1', 'converse'],
  ['/model/amazon.nova-pro-v1:0/converse-stream?x=1', 'amazon.nova-pro-v1:0', 'converse-stream'],
  [
    '/model/arn%3Aaws%3Abedrock%3A%3A1%3Ainference-profile%2Fx/invoke',
    'arn:aws:bedrock::1:inference-profile/x',
    'invoke',
  ],
  [
    '/model/arn:aws:bedrock::1:custom-model/a/b/invoke-with-response-stream',
    'arn:aws:bedrock::1:custom-model/a/b',
    'invoke-with-response-stream',
  ],
])('of %s reads model and operation', (path, model, operation) => {
  expect(bedrockTarget(path)).toEqual({ model, operation });
});

test.each([
  '/model/m/count-tokens',
  '/model//converse',
  '/model/m',
  '/model/%E0%A4/converse',
  '/x/model/m/converse',
  '/model/m/toString',
])('makes nothing of %s', (path) => {
  expect(bedrockTarget(path)).toBeUndefined();
});

test('tells the operations that stream', () => {
  expect(isStreamOperation('converse')).toBe(false);
  expect(isStreamOperation('invoke')).toBe(false);
  expect(isStreamOperation('converse-stream')).toBe(true);
  expect(isStreamOperation('invoke-with-response-stream')).toBe(true);
});

test('has an exception for every status', () => {
  expect([400, 429, 502, 504, 500, 599].map(bedrockException)).toEqual([
    'ValidationException',
    'ThrottlingException',
    'ServiceUnavailableException',
    'ModelTimeoutException',
    'InternalServerException',
    'InternalServerException',
  ]);
  expect(JSON.parse(bedrockProblem(503, 'later'))).toEqual({ __type: 'ServiceUnavailableException', message: 'later' });
});
