import { type InProcessClient, startInProcess } from '../../support/in-process.js';

function withStrings(): InProcessClient {
  const client = startInProcess().connect();
  client.call('MSET', 'a', 'ohmytext', 'b', 'mynewtext');
  client.call('HSET', 'h', 'f', 'v');
  return client;
}

const long = [
  [4, 7],
  [5, 8],
];
const short = [
  [2, 3],
  [0, 1],
];

describe('LCS', () => {
  test('answers the bytes, the length, or the ranges', () => {
    const client = withStrings();
    expect(client.call('LCS', 'a', 'b')).toBe('mytext');
    expect(client.call('LCS', 'a', 'b', 'LEN')).toBe(6);
    expect(client.call('LCS', 'a', 'b', 'IDX')).toEqual(['matches', [long, short], 'len', 6]);
    expect(client.call('LCS', 'a', 'b', 'IDX', 'MINMATCHLEN', 4, 'WITHMATCHLEN')).toEqual([
      'matches',
      [[...long, 4]],
      'len',
      6,
    ]);
  });

  test('answers a map in RESP3', () => {
    const client = withStrings();
    client.client.protocol = 3;
    expect(client.raw('LCS', 'a', 'none', 'IDX').toString()).toBe('%2\r\n$7\r\nmatches\r\n*0\r\n$3\r\nlen\r\n:0\r\n');
  });

  test('takes a missing key for an empty string', () => {
    const client = withStrings();
    expect(client.call('LCS', 'a', 'none')).toBe('');
    expect(client.call('LCS', 'none', 'none', 'LEN')).toBe(0);
  });

  test('complains of what is no string first, then of options, then of size', () => {
    const client = withStrings();
    expect(client.error('LCS', 'a', 'h', 'BOGUS')).toBe('ERR The specified keys must contain string values');
    expect(client.error('LCS', 'a', 'b', 'BOGUS')).toBe('ERR syntax error');
    expect(client.error('LCS', 'a', 'b', 'MINMATCHLEN')).toBe('ERR syntax error');
    expect(client.error('LCS', 'a', 'b', 'MINMATCHLEN', 'x')).toContain('not an integer');
    expect(client.error('LCS', 'a', 'b', 'LEN', 'IDX')).toContain('please just use IDX');
  });

  test('refuses a table beyond proto-max-bulk-len', () => {
    const client = startInProcess({ 'proto-max-bulk-len': '1mb' }).connect();
    client.call('MSET', 'a', 'a'.repeat(511), 'b', 'b'.repeat(511), 'c', 'c'.repeat(512));
    expect(client.call('LCS', 'a', 'b', 'LEN')).toBe(0);
    expect(client.error('LCS', 'a', 'c', 'LEN')).toContain('exceeds proto-max-bulk-len');
  });
});
