import { openAiProblem } from '#sdk/llm/doors/openai-problem.js';

test('has the form of errors of OpenAI', () => {
  const typeOf = (status: number) => JSON.parse(openAiProblem(status, 'm')).error.type;
  expect(JSON.parse(openAiProblem(502, 'gone'))).toEqual({
    error: { message: 'gone', type: 'server_error', param: null, code: null },
  });
  expect([401, 413, 504].map(typeOf)).toEqual(['authentication_error', 'invalid_request_error', 'server_error']);
  expect(JSON.parse(openAiProblem(429, 'later')).error).toEqual({
    message: 'later',
    type: 'rate_limit_error',
    param: null,
    code: 'rate_limit_exceeded',
  });
});
