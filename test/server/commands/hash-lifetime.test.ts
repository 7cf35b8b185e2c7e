import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

describe('HGETEX, HGETDEL and HSETEX', () => {
  test('tell what they did, in absolute times', () => {
    const { server, connect, clock } = startInProcess();
    const client = connect();
    const atMs = clock.nowMs() + 7000;
    const recorder = new ChangeRecorder(server);
    client.call('HSETEX', 'h', 'EX', 7, 'FIELDS', 2, 'a', 1, 'b', 2);
    client.call('HGETEX', 'h', 'FIELDS', 1, 'a');
    client.call('HGETEX', 'h', 'PERSIST', 'FIELDS', 2, 'a', 'none');
    client.call('HGETEX', 'h', 'PX', 7000, 'FIELDS', 1, 'a');
    client.call('HSETEX', 'h', 'FXX', 'KEEPTTL', 'FIELDS', 1, 'a', 3);
    client.call('HSETEX', 'h', 'FNX', 'FIELDS', 1, 'a', 4);
    client.call('HGETDEL', 'h', 'FIELDS', 2, 'b', 'none');
    expect(recorder.take()).toEqual({
      changes: ['hset h', 'hexpire h', 'hpersist h', 'hexpire h', 'hset h', 'hdel h'],
      effects: [
        `HSETEX h PXAT ${atMs} FIELDS 2 a 1 b 2`,
        'HPERSIST h FIELDS 1 a',
        `HPEXPIREAT h ${atMs} FIELDS 1 a`,
        'HSETEX h FXX KEEPTTL FIELDS 1 a 3',
        'HDEL h b',
      ],
    });
    expect(client.call('HPEXPIRETIME', 'h', 'FIELDS', 1, 'a')).toEqual([atMs]);
  });

  test('remove fields whose moment has passed, and the key with the last', () => {
    const { server, connect } = startInProcess();
    const client = connect();
    client.call('HSET', 'h', 'a', 1);
    const recorder = new ChangeRecorder(server);
    client.call('HSETEX', 'h', 'PXAT', 1, 'FIELDS', 1, 'a', 2);
    expect(recorder.take()).toEqual({ changes: ['hset h', 'hdel h', 'del h'], effects: ['HDEL h a'] });
    expect(client.call('EXISTS', 'h')).toBe(0);
  });

  test('HINCRBYFLOAT keeps a lifetime, in its effect, too', () => {
    const { server, connect } = startInProcess();
    const client = connect();
    client.call('HSETEX', 'h', 'EX', 7, 'FIELDS', 1, 'a', 1);
    const recorder = new ChangeRecorder(server);
    client.call('HINCRBYFLOAT', 'h', 'a', 1.5);
    expect(recorder.take().effects).toEqual(['HSETEX h KEEPTTL FIELDS 1 a 2.5']);
    expect(client.call('HTTL', 'h', 'FIELDS', 1, 'a')).toEqual([7]);
  });
});
