/** The form of OpenAI's errors, which its clients read. */

export function openAiProblem(status: number, message: string): string {
  const code = status === 429 ? 'rate_limit_exceeded' : null;
  return JSON.stringify({ error: { message, type: typeOf(status), param: null, code } });
}

function typeOf(status: number): string {
  if (status >= 500) return 'server_error';
  return types[status] ?? 'invalid_request_error';
}

const types: Readonly<Record<number, string>> = { 401: 'authentication_error', 429: 'rate_limit_error' };
