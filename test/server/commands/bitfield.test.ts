import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

describe('BITFIELD', () => {
  test('runs its operations in turn, each under the overflow named before it', () => {
    const client = startInProcess().connect();
    expect(client.call('BITFIELD', 'k', 'SET', 'u8', 0, 250, 'INCRBY', 'u8', 0, 10, 'GET', 'u8', 0)).toEqual([0, 4, 4]);
    const increments = ['OVERFLOW', 'SAT', 'INCRBY', 'u8', 0, 300, 'OVERFLOW', 'FAIL', 'INCRBY', 'u8', 0, 1];
    expect(client.call('BITFIELD', 'k', ...increments)).toEqual([255, null]);
  });

  test('tells a change when a field or the length has changed, and the command as its effect', () => {
    const { server, connect } = startInProcess();
    const client = connect();
    const recorder = new ChangeRecorder(server);
    client.call('BITFIELD', 'k', 'GET', 'u8', 0);
    expect(recorder.take().changes).toEqual([]);
    client.call('BITFIELD', 'k', 'SET', 'u8', 0, 0);
    client.call('BITFIELD', 'k', 'SET', 'u8', 0, 0);
    client.call('BITFIELD', 'k', 'INCRBY', 'u8', 0, 1);
    expect(recorder.take()).toEqual({
      changes: ['setbit k', 'setbit k'],
      effects: ['BITFIELD k SET u8 0 0', 'BITFIELD k INCRBY u8 0 1'],
    });
  });

  test('does nothing when one of its operations is wrong', () => {
    const client = startInProcess().connect();
    expect(client.error('BITFIELD', 'k', 'SET', 'u8', 0, 1, 'GET', 'u64', 0)).toMatch(/^ERR Invalid bitfield type/);
    expect(client.error('BITFIELD_RO', 'k', 'SET', 'u8', 0, 1)).toBe(
      'ERR BITFIELD_RO only supports the GET subcommand',
    );
    expect(client.call('EXISTS', 'k')).toBe(0);
  });
});
