import { cacheability, defaultCacheabilityRules as rules } from '#sdk/llm/cacheability.js';
import type { LlmRequest } from '#sdk/llm/llm-request.js';

function asked(changes: Partial<LlmRequest>): LlmRequest {
  return {
    provider: 'openai',
    format: 'openai-chat',
    model: 'm',
    tools: [],
    sampling: {},
    conversation: [],
    lastUserTurn: 'What is the capital of France?',
    media: [],
    other: {},
    delivery: { isStream: false },
    attributes: {},
    ...changes,
  };
}

const tool = (name: string, isHosted = false) => asked({ tools: [{ name, isHosted, definition: { name } }] });

describe('cacheability', () => {
  test('lets a plain question pass', () => {
    expect(cacheability(asked({}), rules)).toBeUndefined();
  });

  test('refuses a request without a turn of a user', () => {
    expect(cacheability(asked({ lastUserTurn: ' \n' }), rules)).toBe('no-user-turn');
  });

  test('refuses temperatures above the limit, and what is no number', () => {
    expect(cacheability(asked({ sampling: { temperature: 1 } }), rules)).toBeUndefined();
    expect(cacheability(asked({ sampling: { temperature: 1.01 } }), rules)).toBe('temperature');
    expect(cacheability(asked({ sampling: { temperature: Number.NaN } }), rules)).toBe('temperature');
    expect(cacheability(asked({ sampling: { temperature: 0.4 } }), { ...rules, temperatureMax: 0.3 })).toBe(
      'temperature',
    );
  });

  test.each(['send_email', 'sendEmail', 'delete-user', 'RUN', 'createTicket', 'SendMail'])(
    'takes %s for a tool that does something',
    (name) => {
      expect(cacheability(tool(name), rules)).toBe('side-effects');
    },
  );

  test.each(['get_weather', 'searchProducts', 'list_sent_mails', 'weather', 'lookup_order', 'settings'])(
    'takes %s for a tool that only looks',
    (name) => {
      expect(cacheability(tool(name), rules)).toBeUndefined();
    },
  );

  test('takes a tool that the provider runs for one that does something', () => {
    expect(cacheability(tool('web_search', true), rules)).toBe('side-effects');
  });

  test('believes the caller about tools, harm first', () => {
    expect(cacheability(tool('send_email'), { ...rules, harmlessTools: ['send_email'] })).toBeUndefined();
    expect(cacheability(tool('get_quote'), { ...rules, harmfulTools: ['get_quote'] })).toBe('side-effects');
    const both = { ...rules, harmlessTools: ['x'], harmfulTools: ['x'] };
    expect(cacheability(tool('x'), both)).toBe('side-effects');
  });

  test('refuses media unless they are allowed', () => {
    const picture = asked({ media: [{ url: 'data:image/png;base64,AA' }] });
    expect(cacheability(picture, rules)).toBe('media');
    expect(cacheability(picture, { ...rules, areMediaAllowed: true })).toBeUndefined();
  });

  test('refuses what depends on state that the provider keeps', () => {
    expect(cacheability(asked({ other: { previous_response_id: 'resp_1' } }), rules)).toBe('state');
    expect(cacheability(asked({ other: { background: true } }), rules)).toBe('state');
    expect(cacheability(asked({ other: { background: false, previous_response_id: null } }), rules)).toBeUndefined();
  });
});
