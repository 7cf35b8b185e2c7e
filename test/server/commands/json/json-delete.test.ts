import { ChangeRecorder } from '../../../support/change-recorder.js';
import { type InProcessClient, startInProcess } from '../../../support/in-process.js';

function start(json: string): { client: InProcessClient; recorder: ChangeRecorder } {
  const { server, connect } = startInProcess();
  const client = connect();
  client.call('JSON.SET', 'doc', '$', json);
  return { client, recorder: new ChangeRecorder(server) };
}

describe('commands that take JSON values away', () => {
  test('tell when the document goes with its last member', () => {
    const { client, recorder } = start('{"a":1,"b":2}');
    client.call('JSON.DEL', 'doc', '$.a');
    client.call('JSON.DEL', 'doc', '$.none');
    client.call('JSON.FORGET', 'doc', '$.b');
    expect(recorder.take()).toEqual({
      changes: ['json.del doc', 'json.del doc', 'del doc'],
      effects: ['JSON.DEL doc $.a', 'JSON.FORGET doc $.b'],
    });
    expect(client.call('EXISTS', 'doc')).toBe(0);
  });

  test('delete the document when the path means its root, whatever it is', () => {
    const { client } = start('"text"');
    expect(client.call('JSON.DEL', 'doc', '$[?(@=="text")]')).toBe(1);
    expect(client.call('EXISTS', 'doc')).toBe(0);
  });

  test('clear and tell only what is not clear', () => {
    const { client, recorder } = start('{"a":[1],"b":0}');
    expect([client.call('JSON.CLEAR', 'doc', '$.*'), client.call('JSON.CLEAR', 'doc', '$.*')]).toEqual([1, 0]);
    expect(recorder.take().changes).toEqual(['json.clear doc']);
  });
});
