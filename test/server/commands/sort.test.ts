import { ChangeRecorder } from '../../support/change-recorder.js';
import { type InProcessClient, startInProcess } from '../../support/in-process.js';

function filled(): { client: InProcessClient; recorder: ChangeRecorder } {
  const { server, connect } = startInProcess();
  const client = connect();
  client.call('RPUSH', 'list', '3', '1', '2');
  client.call('SADD', 'set', 'pear', 'fig', 'apple');
  client.call('ZADD', 'zset', '1', 'c', '2', 'a', '3', 'b');
  return { client, recorder: new ChangeRecorder(server) };
}

describe('SORT', () => {
  test('sorts by number, or by text, in either direction', () => {
    const { client } = filled();
    expect(client.call('SORT', 'list')).toEqual(['1', '2', '3']);
    expect(client.call('SORT', 'list', 'DESC', 'LIMIT', 1, 5)).toEqual(['2', '1']);
    expect(client.call('SORT', 'set', 'ALPHA')).toEqual(['apple', 'fig', 'pear']);
    expect(client.call('SORT_RO', 'zset', 'ALPHA', 'DESC')).toEqual(['c', 'b', 'a']);
    expect(client.error('SORT', 'set')).toBe("ERR One or more scores can't be converted into double");
  });

  test('stores a list, tells of it, and repeats its elements elsewhere', () => {
    const { client, recorder } = filled();
    expect(client.call('SORT', 'set', 'BY', 'nosort', 'STORE', 'd')).toBe(3);
    expect(client.call('LRANGE', 'd', 0, -1)).toEqual(['apple', 'fig', 'pear']);
    expect(client.call('SORT', 'none', 'STORE', 'd')).toBe(0);
    expect(client.call('SORT', 'none', 'STORE', 'd')).toBe(0);
    expect(recorder.take()).toEqual({
      changes: ['sortstore d', 'del d'],
      effects: ['DEL d', 'RPUSH d apple fig pear', 'DEL d'],
    });
  });

  test('stores what is not there as nothing', () => {
    const { client } = filled();
    client.call('SET', 'name_2', 'two');
    expect(client.call('SORT', 'list', 'GET', '#', 'GET', 'name_*')).toEqual(['1', null, '2', 'two', '3', null]);
    expect(client.call('SORT', 'list', 'GET', 'name_*', 'STORE', 'list')).toBe(3);
    expect(client.call('LRANGE', 'list', 0, -1)).toEqual(['', 'two', '']);
  });

  test('leaves a sorted set or list as it is without an order, but never a set that a script asks for', () => {
    const { client } = filled();
    expect(client.call('SORT', 'zset', 'BY', 'nosort', 'DESC', 'LIMIT', 0, 2)).toEqual(['b', 'a']);
    expect(client.call('SORT', 'list', 'BY', 'nosort', 'LIMIT', 1, 9)).toEqual(['1', '2']);
    const script = "return redis.call('SORT', KEYS[1], 'BY', 'nosort')";
    expect(client.call('EVAL', script, 1, 'set')).toEqual(['apple', 'fig', 'pear']);
    expect(client.call('EVAL', script, 1, 'list')).toEqual(['3', '1', '2']);
  });

  test('SORT_RO stores nothing', () => {
    const { client } = filled();
    expect(client.error('SORT_RO', 'list', 'STORE', 'd')).toBe('ERR syntax error');
  });
});

test('BY and GET read keys by patterns, which needs the right to read all keys', () => {
  const { server, connect } = startInProcess();
  const client = connect();
  client.client.user = server.facilities.access.setUser('alice', ['+sort', '+sort_ro', '~list']);
  expect(client.call('SORT', 'list', 'BY', 'nosort')).toEqual([]);
  expect(client.error('SORT', 'list', 'BY', 'w_*')).toContain('BY option of SORT denied');
  expect(client.error('SORT_RO', 'list', 'GET', '#')).toContain('GET option of SORT denied');
  server.facilities.access.setUser('alice', ['(+sort %R~*)']);
  expect(client.call('SORT', 'list', 'GET', '#')).toEqual([]);
  expect(client.error('SORT_RO', 'list', 'GET', '#')).toContain('GET option of SORT denied');
});
