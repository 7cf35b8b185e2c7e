import { ChangeRecorder } from '../../../support/change-recorder.js';
import { type InProcessClient, startInProcess } from '../../../support/in-process.js';

function start(json: string): { client: InProcessClient; recorder: ChangeRecorder } {
  const { server, connect } = startInProcess();
  const client = connect();
  client.call('JSON.SET', 'doc', '$', json);
  return { client, recorder: new ChangeRecorder(server) };
}

describe('commands that read JSON values', () => {
  test('change nothing, and do not make keys', () => {
    const { client, recorder } = start('{"a":1}');
    for (const name of ['JSON.GET', 'JSON.TYPE', 'JSON.RESP']) {
      client.call(name, 'doc', '$.a');
      expect(client.call(name, 'none', '$.a')).toBeNull();
    }
    expect(client.call('JSON.MGET', 'doc', 'none', '$.a')).toEqual(['[1]', null]);
    expect(recorder.take()).toEqual({ changes: [], effects: [] });
    expect(client.call('DBSIZE')).toBe(1);
  });

  test('see no document whose time has passed', () => {
    const { client } = start('1');
    client.call('PEXPIREAT', 'doc', '1');
    expect(client.call('JSON.GET', 'doc')).toBeNull();
  });

  test('find the options of JSON.GET anywhere before and between paths', () => {
    const { client } = start('{"a":[1]}');
    expect(client.call('JSON.GET', 'doc', '.a', 'indent', '-', 'NEWLINE', '|', 'noescape')).toBe('[|-1|]');
  });
});
