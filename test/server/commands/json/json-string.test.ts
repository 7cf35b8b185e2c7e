import { ChangeRecorder } from '../../../support/change-recorder.js';
import { type InProcessClient, startInProcess } from '../../../support/in-process.js';

function start(json: string): { client: InProcessClient; recorder: ChangeRecorder } {
  const { server, connect } = startInProcess();
  const client = connect();
  client.call('JSON.SET', 'doc', '$', json);
  return { client, recorder: new ChangeRecorder(server) };
}

describe('commands on JSON strings and booleans', () => {
  test('tell when they change something', () => {
    const { client, recorder } = start('{"s":"a","t":true}');
    client.call('JSON.STRAPPEND', 'doc', '$.*', '"b"');
    client.call('JSON.STRAPPEND', 'doc', '$.t', '"b"');
    client.call('JSON.TOGGLE', 'doc', '$.*');
    client.call('JSON.TOGGLE', 'doc', '$.s');
    client.call('JSON.STRLEN', 'doc', '$.s');
    expect(recorder.take().changes).toEqual(['json.strappend doc', 'json.toggle doc']);
    expect(client.call('JSON.GET', 'doc')).toBe('{"s":"ab","t":false}');
  });

  test('let a string grow over the lengths that its length takes', () => {
    const { client } = start('""');
    for (const length of [255, 256, 65_535, 65_536]) {
      const more = length - Number(client.call('JSON.STRLEN', 'doc'));
      expect(client.call('JSON.STRAPPEND', 'doc', JSON.stringify('x'.repeat(more)))).toBe(length);
    }
    expect(client.call('JSON.GET', 'doc')).toBe(`"${'x'.repeat(65_536)}"`);
  });
});
