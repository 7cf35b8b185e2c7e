import { openAiChatDoor } from '#sdk/llm/doors/openai-chat-door.js';
import { openAiResponsesDoor } from '#sdk/llm/doors/openai-responses-door.js';
import { gatewayNames, openAiDeliveryNames, passedBodyOf } from '#sdk/llm/doors/request-names.js';

const asked = { model: 'gpt-5', messages: [{ role: 'user', content: 'Why?' }], input: 'Why?' };

test.each([openAiChatDoor, openAiResponsesDoor])(
  'what says how an answer travels keeps no answers apart: $format',
  (door) => {
    const parse = (more: object) =>
      door.parse({ path: '', headers: {}, body: Buffer.from(JSON.stringify({ ...asked, ...more })) })?.question;
    const plain = parse({});
    for (const name of [...openAiDeliveryNames, ...gatewayNames]) {
      const { delivery: _delivery, ...question } = parse({ [name]: 'x' }) ?? {};
      expect({ ...question, delivery: plain?.delivery }).toEqual(plain);
    }
    expect(parse({ unheard_of: 'x' })).not.toEqual(plain);
  },
);

test('a body is passed on as it came, but for controls of the cache', () => {
  const body = Buffer.from('{ "model": "m" }');
  expect(passedBodyOf(body, { model: 'm' })).toBe(body);
  expect(String(passedBodyOf(body, { model: 'm', cache: { ttl: 5 } }))).toBe('{"model":"m"}');
});
