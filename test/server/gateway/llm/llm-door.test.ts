import { once } from 'node:events';
import { IncomingMessage, ServerResponse } from 'node:http';
import { connect, Socket } from 'node:net';
import { handledRoute, llmDoor } from '#server/gateway/llm/llm-door.js';
import { startTestGateway } from '../../../support/llm-gateway.js';

function requestOf(method: string, url: string, headers: Record<string, string> = {}): IncomingMessage {
  return Object.assign(new IncomingMessage(new Socket()), { method, url, headers });
}

describe('the door of the gateway to models', () => {
  test('takes its routes, and leaves everything else', async () => {
    const seen: unknown[] = [];
    const door = llmDoor([
      handledRoute('/v1/echo', async ({ request, requestId, everyHeaders }) => {
        seen.push([request.url, requestId, everyHeaders]);
      }),
    ]);
    const taken = door(requestOf('POST', '/v1/echo?x=1'));
    expect(taken?.pattern).toBe('/v1/echo');
    await taken?.answer(new ServerResponse(requestOf('POST', '/')), 'mine', ['x-a', 'b']);
    expect(seen).toEqual([['/v1/echo?x=1', 'mine', ['x-a', 'b']]]);
    const others = [
      requestOf('GET', '/v1/echo'),
      requestOf('POST', '/v1/echo/more'),
      requestOf('POST', '/v1/echo', { 'sec-fetch-site': 'cross-site' }),
    ];
    for (const other of others) expect(door(other)).toBeUndefined();
  });

  test('ends the connection of a request that cannot be answered', async () => {
    const door = llmDoor([handledRoute('/v1/broken', () => Promise.reject(new Error('broke off')))]);
    const response = new ServerResponse(requestOf('POST', '/'));
    await door(requestOf('POST', '/v1/broken'))?.answer(response, 'mine', []);
    expect(response.destroyed).toBe(true);
  });

  test('goes on after a request that broke off, and says the same headers as other routes', async () => {
    const gateway = await startTestGateway();
    const socket = connect({ port: Number(new URL(gateway.url).port), host: '127.0.0.1' });
    socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{"model"', () => {
      socket.destroy();
    });
    await once(socket, 'close');
    const foreign = { 'sec-fetch-site': 'cross-site' };
    expect((await fetch(`${gateway.url}/v1/messages`, { method: 'POST', headers: foreign, body: '{}' })).status).toBe(
      403,
    );
    const body = '{"model":"gpt-5","messages":[{"role":"user","content":"Why?"}]}';
    const headers = { 'x-request-id': 'mine' };
    const answered = await fetch(`${gateway.url}/v1/chat/completions`, { method: 'POST', headers, body });
    expect([answered.status, answered.headers.get('x-nearkey-cache')]).toEqual([200, 'miss']);
    expect(answered.headers.get('x-content-type-options')).toBe('nosniff');
    expect(answered.headers.get('x-request-id')).toBe('mine');
    await gateway.stop();
  });
});
