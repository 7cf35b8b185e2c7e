import { ChangeRecorder } from '../../../support/change-recorder.js';
import { startInProcess } from '../../../support/in-process.js';

test('changes of vector sets are told, and a set that is empty goes', () => {
  const { server, connect } = startInProcess();
  const client = connect();
  const recorder = new ChangeRecorder(server);
  client.call('VADD', 'k', 'VALUES', '2', '1', '0', 'a', 'SETATTR', '{"x":1}');
  client.call('VSETATTR', 'k', 'a', '');
  client.call('VSETATTR', 'k', 'none', '1');
  client.call('VREM', 'k', 'none');
  client.call('VREM', 'k', 'a');
  expect(recorder.take()).toEqual({
    changes: ['vadd k', 'vsetattr k', 'vrem k', 'del k'],
    effects: ['VADD k VALUES 2 1 0 a SETATTR {"x":1}', 'VSETATTR k a ', 'VREM k a'],
  });
  expect(client.call('EXISTS', 'k')).toBe(0);
});

test('vector sets are copied, dumped, restored and renamed with all they hold', () => {
  const client = startInProcess().connect();
  client.call('VADD', 'k', 'REDUCE', '2', 'VALUES', '4', '1', '2', '3', '4', 'a', 'SETATTR', '{"x":1}');
  client.call('COPY', 'k', 'copy');
  client.call('RENAME', 'k', 'moved');
  const payload = client.raw('DUMP', 'moved');
  client.call('RESTORE', 'restored', '0', payload.subarray(payload.indexOf('\r\n') + 2, payload.length - 2));
  const vector = client.call('VEMB', 'moved', 'a');
  for (const key of ['copy', 'restored']) {
    expect([client.call('VEMB', key, 'a'), client.call('VGETATTR', key, 'a')]).toEqual([vector, '{"x":1}']);
    expect(client.call('VADD', key, 'REDUCE', '2', 'VALUES', '4', '1', '2', '3', '4', 'b')).toBe(1);
    expect(client.call('VSIM', key, 'ELE', 'a', 'COUNT', '5', 'WITHSCORES')).toEqual(
      expect.arrayContaining(['a', 'b', '1']),
    );
  }
  expect(client.call('MEMORY', 'USAGE', 'copy')).toBeGreaterThan(100);
});
