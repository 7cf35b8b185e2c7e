import { RecentRequests, requestKey } from '#server/gateway/llm/recent-requests.js';

const call = (body: string | Uint8Array, headers: Record<string, string> = {}, path = '/v1/chat/completions') => ({
  path,
  headers,
  body: Buffer.from(body),
});

describe('the key of a request', () => {
  test('differs with the format, the tenant, the path, the body and every header that is not of one call', () => {
    const keys = [
      requestKey('a', undefined, call('{}')),
      requestKey('b', undefined, call('{}')),
      requestKey('a', 'one', call('{}')),
      requestKey('a', undefined, call('{} ')),
      requestKey('a', undefined, call('{}', {}, '/v1/messages')),
      requestKey('a', undefined, call('{}', { 'x-nearkey-cache-control': 'no-store' })),
      requestKey('a', undefined, call('{}', { 'x-nearkey-attribute-user': '7' })),
      requestKey('a', undefined, call('{}', { 'x-unheard-of': '7' })),
    ];
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('is the same for another attempt of the same call', () => {
    const first = call('{}', { 'x-request-id': 'one', 'amz-sdk-invocation-id': 'a', authorization: 'Bearer x' });
    const second = call('{}', { 'x-request-id': 'two', 'amz-sdk-invocation-id': 'b', authorization: 'Bearer x' });
    expect(requestKey('a', 't', first)).toBe(requestKey('a', 't', second));
  });

  test('tells bytes apart that are no text', () => {
    const keys = [0x80, 0x81, 0xff].map((byte) => requestKey('a', 't', call(Uint8Array.of(byte))));
    expect(new Set(keys).size).toBe(3);
  });

  test('is not made for a long body', () => {
    expect(requestKey('a', 't', call('x'.repeat(20_000)))).toBeUndefined();
  });
});

describe('recent requests', () => {
  test('are found by their key', () => {
    const recent = new RecentRequests<number>();
    recent.keep('a', 1);
    recent.keep('b', 2);
    recent.keep('a', 3);
    expect([recent.get('a'), recent.get('b'), recent.get('c'), recent.size]).toEqual([3, 2, undefined, 2]);
  });

  test('are limited in number and in length, and the oldest make room', () => {
    const many = new RecentRequests<number>();
    for (let i = 0; i < 5_000; i++) many.keep(`key ${i}`, i);
    expect([many.size, many.get('key 0'), many.get('key 4999')]).toEqual([2048, undefined, 4999]);
    const long = new RecentRequests<number>();
    for (let i = 0; i < 1_000; i++) long.keep(`${i}${'x'.repeat(16_000)}`, i);
    expect(long.size).toBeLessThan(270);
    long.keep('x'.repeat(20_000), 1);
    expect(long.get('x'.repeat(20_000))).toBeUndefined();
  });
});
