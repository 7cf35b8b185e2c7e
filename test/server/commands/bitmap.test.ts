import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

describe('the bitmap commands', () => {
  test('tell a change only when there is one', () => {
    const { server, connect } = startInProcess();
    const client = connect();
    client.call('SET', 'k', 'a');
    const recorder = new ChangeRecorder(server);
    for (const bit of [0, 1, 0, 0]) client.call('SETBIT', 'k', 3, bit);
    expect(recorder.take().changes).toEqual(['setbit k', 'setbit k']);
    client.call('SETBIT', 'k', 80, 0);
    expect(recorder.take()).toEqual({ changes: ['setbit k'], effects: ['SETBIT k 80 0'] });
    client.call('GETBIT', 'k', 80);
    client.call('BITCOUNT', 'k');
    client.call('BITPOS', 'k', 1);
    client.call('BITOP', 'OR', 'none', 'none');
    expect(recorder.take()).toEqual({ changes: [], effects: [] });
    client.call('BITOP', 'OR', 'copy', 'k');
    client.call('BITOP', 'AND', 'copy', 'none');
    expect(recorder.take().changes).toEqual(['set copy', 'del copy']);
  });

  test('reach as far as the longest string, and no further', () => {
    const client = startInProcess({ 'proto-max-bulk-len': '1048576' }).connect();
    expect(client.call('SETBIT', 'k', 8_388_607, 1)).toBe(0);
    expect(client.call('STRLEN', 'k')).toBe(1_048_576);
    expect(client.call('BITPOS', 'k', 1)).toBe(8_388_607);
    expect(client.error('SETBIT', 'k', 8_388_608, 1)).toBe('ERR bit offset is not an integer or out of range');
    expect(client.error('GETBIT', 'k', 8_388_608)).toBe('ERR bit offset is not an integer or out of range');
  });
});
