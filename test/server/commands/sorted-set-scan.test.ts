import { type InProcessClient, startInProcess } from '../../support/in-process.js';

function filled(count: number): InProcessClient {
  const client = startInProcess().connect();
  for (let i = 0; i < count; i++) client.call('ZADD', 'z', i, `m${i}`);
  return client;
}

describe('ZRANDMEMBER', () => {
  test.each([10, 300])('chooses among %i members, each with its score', (count) => {
    const client = filled(count);
    const reply = client.call('ZRANDMEMBER', 'z', 7, 'WITHSCORES');
    if (!Array.isArray(reply)) throw new Error('ZRANDMEMBER answers an array');
    const members = reply.filter((_, i) => i % 2 === 0);
    expect(new Set(members).size).toBe(7);
    for (const [i, member] of members.entries()) expect(member).toBe(`m${reply[i * 2 + 1]}`);
    expect(client.call('ZRANDMEMBER', 'z', -50)).toHaveLength(50);
    expect(client.call('ZRANDMEMBER', 'z', count + 5)).toHaveLength(count);
  });

  test('refuses a repeated reply that would be huge', () => {
    const client = filled(3);
    expect(client.error('ZRANDMEMBER', 'z', '-100000000')).toBe('ERR value is out of range');
    expect(client.error('ZRANDMEMBER', 'z', '-100000000', 'WITHSCORES')).toBe('ERR value is out of range');
  });
});

describe('ZSCAN', () => {
  test.each([10, 500])('meets each of %i members', (count) => {
    const client = filled(count);
    const met = new Map<unknown, unknown>();
    let cursor: unknown = '0';
    do {
      const reply = client.call('ZSCAN', 'z', String(cursor), 'COUNT', 20);
      if (!Array.isArray(reply) || !Array.isArray(reply[1])) throw new Error('ZSCAN answers a cursor and an array');
      const page = reply[1];
      for (let i = 0; i < page.length; i += 2) met.set(page[i], page[i + 1]);
      cursor = reply[0];
    } while (cursor !== '0');
    expect(met.size).toBe(count);
    for (const [member, score] of met) expect(member).toBe(`m${score}`);
  });

  test('shows a whole score of a small set with all its digits', () => {
    const client = startInProcess({ 'zset-max-listpack-entries': '2' }).connect();
    client.call('ZADD', 'z', '1e17', 'a', '-1e19', 'b');
    expect(client.call('ZSCAN', 'z', 0)).toEqual(['0', ['b', '-1e+19', 'a', '100000000000000000']]);
    client.call('ZADD', 'z', '1', 'c');
    expect(client.call('ZSCAN', 'z', 0, 'MATCH', 'a')).toEqual(['0', ['a', '1e+17']]);
  });
});
