/** The form of OpenAI's errors, which its clients read. */

export function openAiProblem(status: number, message: string): string {
  const type = status >= 500 ? 'server_error' : status === 401 ? 'authentication_error' : 'invalid_request_error';
  return JSON.stringify({ error: { message, type, param: null, code: null } });
}
