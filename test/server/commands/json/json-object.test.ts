import { ChangeRecorder } from '../../../support/change-recorder.js';
import { type InProcessClient, startInProcess } from '../../../support/in-process.js';

function start(json: string): { client: InProcessClient; recorder: ChangeRecorder } {
  const { server, connect } = startInProcess();
  const client = connect();
  client.call('JSON.SET', 'doc', '$', json);
  return { client, recorder: new ChangeRecorder(server) };
}

describe('commands on JSON objects', () => {
  test('read, and change nothing', () => {
    const { client, recorder } = start('{"b":1,"a":{}}');
    expect(client.call('JSON.OBJKEYS', 'doc')).toEqual(['b', 'a']);
    expect(client.call('JSON.OBJLEN', 'doc', '$.*')).toEqual([null, 0]);
    expect(recorder.take()).toEqual({ changes: [], effects: [] });
  });
});
