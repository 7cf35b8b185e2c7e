import { type InProcessClient, type Reply, startInProcess } from '../../support/in-process.js';

function withHash(fields: number): InProcessClient {
  const client = startInProcess().connect();
  for (let i = 0; i < fields; i++) client.call('HSET', 'h', `f${i}`, `v${i}`);
  return client;
}

function list(reply: Reply): Reply[] {
  if (!Array.isArray(reply)) throw new Error(`no list: ${JSON.stringify(reply)}`);
  return reply;
}

describe('HRANDFIELD', () => {
  test('without a count answers one field, or nothing', () => {
    const client = withHash(3);
    expect(['f0', 'f1', 'f2']).toContain(client.call('HRANDFIELD', 'h'));
    expect(client.call('HRANDFIELD', 'none')).toBeNull();
  });

  test.each([10, 600])('with a positive count answers different fields, at most all (%i fields)', (size) => {
    const client = withHash(size);
    for (const count of [1, 5, size - 1, size, size + 10]) {
      const fields = list(client.call('HRANDFIELD', 'h', count));
      expect(fields).toHaveLength(Math.min(count, size));
      expect(new Set(fields).size).toBe(fields.length);
    }
  });

  test('with a negative count answers as many as asked for, repeated', () => {
    const client = withHash(2);
    const fields = list(client.call('HRANDFIELD', 'h', -50));
    expect(fields).toHaveLength(50);
    expect(new Set(fields)).toEqual(new Set(['f0', 'f1']));
  });

  test('answers values too: in turn in RESP2, as pairs in RESP3', () => {
    const client = withHash(1);
    expect(client.call('HRANDFIELD', 'h', 2, 'WITHVALUES')).toEqual(['f0', 'v0']);
    expect(client.call('HRANDFIELD', 'h', -2, 'WITHVALUES')).toEqual(['f0', 'v0', 'f0', 'v0']);
    client.client.protocol = 3;
    expect(client.call('HRANDFIELD', 'h', -2, 'WITHVALUES')).toEqual([
      ['f0', 'v0'],
      ['f0', 'v0'],
    ]);
  });

  test('answers an empty list for no fields and for a missing key', () => {
    const client = withHash(1);
    expect(client.call('HRANDFIELD', 'h', 0)).toEqual([]);
    expect(client.call('HRANDFIELD', 'none', -5, 'WITHVALUES')).toEqual([]);
  });

  test('complains of the count first, then of other words, then of counts of pairs beyond 64 bits', () => {
    const client = withHash(1);
    expect(client.error('HRANDFIELD', 'h', 'x', 'BOGUS')).toContain('not an integer');
    expect(client.error('HRANDFIELD', 'h', '-9223372036854775808')).toContain('value must between');
    expect(client.error('HRANDFIELD', 'h', '4611686018427387904', 'WITHVALUES', 'x')).toBe('ERR syntax error');
    expect(client.error('HRANDFIELD', 'h', '4611686018427387904', 'WITHVALUES')).toBe('ERR value is out of range');
    expect(client.call('HRANDFIELD', 'h', '4611686018427387903', 'WITHVALUES')).toEqual(['f0', 'v0']);
  });

  test('refuses repetitions that would fill the memory', () => {
    const client = withHash(1);
    expect(client.error('HRANDFIELD', 'h', '-9223372036854775807')).toBe('ERR value is out of range');
    client.call('HSET', 'big', 'f', 'v'.repeat(1_000_000));
    expect(client.error('HRANDFIELD', 'big', '-300', 'WITHVALUES')).toBe('ERR value is out of range');
    expect(list(client.call('HRANDFIELD', 'big', '-2', 'WITHVALUES'))).toHaveLength(4);
  });
});

describe('HSCAN', () => {
  test('answers a small hash whole, whatever the count', () => {
    const client = withHash(3);
    expect(client.call('HSCAN', 'h', 0, 'COUNT', 1)).toEqual(['0', ['f0', 'v0', 'f1', 'v1', 'f2', 'v2']]);
    expect(client.call('HSCAN', 'h', 0, 'MATCH', '*1')).toEqual(['0', ['f1', 'v1']]);
    expect(client.call('HSCAN', 'none', 0)).toEqual(['0', []]);
  });

  test.each([1, 10, 500])('meets every field of a large hash in steps of about %i', (count) => {
    const client = withHash(1000);
    const met = new Set<Reply>();
    let cursor: Reply = '0';
    let calls = 0;
    do {
      const [next = '', page = []] = list(client.call('HSCAN', 'h', String(cursor), 'COUNT', count));
      for (const [i, field] of list(page).entries()) if (i % 2 === 0) met.add(field);
      cursor = next;
      calls++;
    } while (cursor !== '0');
    expect(met.size).toBe(1000);
    expect(calls).toBeGreaterThan(Math.min(1000 / count / 8, 100));
  });

  test('complains of the cursor at once, and of options only when there is a hash', () => {
    const client = withHash(1);
    client.call('SET', 's', 'v');
    expect(client.error('HSCAN', 'none', 'x')).toBe('ERR invalid cursor');
    expect(client.call('HSCAN', 'none', 0, 'BOGUS')).toEqual(['0', []]);
    expect(client.error('HSCAN', 's', 0, 'BOGUS')).toMatch(/^WRONGTYPE/);
    expect(client.error('HSCAN', 'h', 0, 'BOGUS')).toBe('ERR syntax error');
    expect(client.error('HSCAN', 'h', 0, 'COUNT', 0)).toBe('ERR syntax error');
    expect(client.error('HSCAN', 'h', 0, 'COUNT', 'x')).toContain('not an integer');
  });
});
