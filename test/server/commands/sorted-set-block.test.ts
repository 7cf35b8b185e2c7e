import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('BZPOPMIN, BZPOPMAX and BZMPOP', () => {
  test('pop at once from the first key that has members', () => {
    const client = startInProcess().connect();
    client.call('ZADD', 'z', '1', 'a', '2', 'b', '3', 'c');
    expect(client.call('BZPOPMIN', 'none', 'z', '0')).toEqual(['z', 'a', '1']);
    expect(client.call('BZPOPMAX', 'z', '0')).toEqual(['z', 'c', '3']);
    expect(client.call('BZMPOP', '0', '2', 'none', 'z', 'MAX', 'COUNT', '5')).toEqual(['z', [['b', '2']]]);
    expect(client.call('EXISTS', 'z')).toBe(0);
  });

  test('wait for members; the first client that came is served, and its effect is ZREM', async () => {
    const { server, connect } = startInProcess();
    const recorder = new ChangeRecorder(server);
    const first = connect().blocking('BZPOPMIN', 'y', 'z', '0');
    const second = connect().blocking('BZMPOP', '0', '1', 'z', 'MAX', 'COUNT', '2');
    connect().call('ZADD', 'z', '1', 'a', '2', 'b', '3', 'c', '4', 'd');
    await settled();
    expect(first.reply).toEqual(['z', 'a', '1']);
    expect(second.reply).toEqual([
      'z',
      [
        ['d', '4'],
        ['c', '3'],
      ],
    ]);
    expect(recorder.take()).toEqual({
      changes: ['zadd z', 'zpopmin z', 'zpopmax z'],
      effects: ['ZADD z 1 a 2 b 3 c 4 d', 'ZREM z a', 'ZREM z d c'],
    });
  });

  test('do not wait for another type, nor inside a transaction', () => {
    const client = startInProcess().connect();
    client.call('SET', 's', 'v');
    expect(client.error('BZPOPMIN', 'none', 's', '0')).toMatch(/^WRONGTYPE/);
    for (const line of ['MULTI', 'BZPOPMIN none 0', 'BZMPOP 0 1 none MIN']) client.call(...line.split(' '));
    expect(client.call('EXEC')).toEqual([null, null]);
  });

  test('refuse time-outs that are none', () => {
    const client = startInProcess().connect();
    expect(client.error('BZPOPMIN', 'z', 'x')).toBe('ERR timeout is not a float or out of range');
    expect(client.error('BZMPOP', '-1', '1', 'z', 'MIN')).toBe('ERR timeout is negative');
  });
});
