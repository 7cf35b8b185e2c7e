import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

describe('ZPOPMIN, ZPOPMAX and ZMPOP', () => {
  test('remove what they answer; their effect is ZREM', () => {
    const { server, connect } = startInProcess();
    const client = connect();
    client.call('ZADD', 'z', '1', 'a', '2', 'b', '3', 'c', '4', 'd', '5', 'e');
    const recorder = new ChangeRecorder(server);
    expect(client.call('ZPOPMIN', 'z')).toEqual(['a', '1']);
    expect(client.call('ZPOPMAX', 'z', '2')).toEqual(['e', '5', 'd', '4']);
    expect(client.call('ZPOPMIN', 'z', '0')).toEqual([]);
    expect(client.call('ZPOPMIN', 'none')).toEqual([]);
    expect(client.call('ZMPOP', '2', 'none', 'z', 'MAX', 'COUNT', '9')).toEqual([
      'z',
      [
        ['c', '3'],
        ['b', '2'],
      ],
    ]);
    expect(client.call('ZMPOP', '2', 'none', 'z', 'MAX')).toBeNull();
    expect(recorder.take()).toEqual({
      changes: ['zpopmin z', 'zpopmax z', 'zpopmax z', 'del z'],
      effects: ['ZREM z a', 'ZREM z e d', 'ZREM z c b'],
    });
  });

  test('nest pairs in RESP3 when a count is given', () => {
    const client = startInProcess().connect();
    client.call('ZADD', 'z', '1', 'a', '2', 'b');
    client.client.protocol = 3;
    expect(client.call('ZPOPMIN', 'z')).toEqual(['a', 1]);
    expect(client.call('ZPOPMIN', 'z', '1')).toEqual([['b', 2]]);
  });

  test('refuse counts that are none', () => {
    const client = startInProcess().connect();
    expect(client.error('ZPOPMIN', 'z', '-1')).toBe('ERR value is out of range, must be positive');
    expect(client.error('ZMPOP', '0', 'z', 'MIN')).toBe('ERR numkeys should be greater than 0');
    expect(client.error('ZMPOP', '1', 'z', 'MIN', 'COUNT', '0')).toBe('ERR count should be greater than 0');
    expect(client.error('ZMPOP', '1', 'z', 'FIRST')).toBe('ERR syntax error');
  });
});
