import { ChangeRecorder } from '../../../support/change-recorder.js';
import { type InProcessClient, startInProcess } from '../../../support/in-process.js';

function start(json: string): { client: InProcessClient; recorder: ChangeRecorder } {
  const { server, connect } = startInProcess();
  const client = connect();
  client.call('JSON.SET', 'doc', '$', json);
  return { client, recorder: new ChangeRecorder(server) };
}

describe('commands that set JSON values', () => {
  test('tell of each key that is changed, and of no other', () => {
    const { client, recorder } = start('{"a":1}');
    client.call('JSON.SET', 'doc', '$.a', '2');
    client.call('JSON.SET', 'doc', '$.a', '3', 'NX');
    client.call('JSON.SET', 'doc', '$.x.y', '3');
    client.call('JSON.MERGE', 'doc', '$', '{"b":1}');
    client.call('JSON.MSET', 'doc', '$.a', '1', 'other', '$', '[]');
    client.error('JSON.MSET', 'doc', '$.a', '9', 'none', '$.x', '1');
    expect(recorder.take()).toEqual({
      changes: ['json.set doc', 'json.merge doc', 'json.mset doc', 'json.mset other'],
      effects: ['JSON.SET doc $.a 2', 'JSON.MERGE doc $ {"b":1}', 'JSON.MSET doc $.a 1 other $ []'],
    });
    expect(client.call('JSON.GET', 'doc')).toBe('{"a":1,"b":1}');
  });

  test('keep the lifetime of a document, also when it is replaced', () => {
    const { client } = start('1');
    client.call('EXPIRE', 'doc', '100');
    client.call('JSON.SET', 'doc', '$', '{"a":1}');
    expect(client.call('TTL', 'doc')).toBe(100);
  });

  test('let no value lie too deep', () => {
    const { client } = start('{"a":{"b":{}}}');
    const deep = `${'['.repeat(125)}${']'.repeat(125)}`;
    expect(client.error('JSON.SET', 'doc', '$.a.b.c', deep)).toBe('ERR recursion limit exceeded');
    expect(client.error('JSON.MERGE', 'doc', '$.a.b', `{"x":${deep}}`)).toBe('ERR recursion limit exceeded');
    expect(client.call('JSON.GET', 'doc')).toBe('{"a":{"b":{}}}');
  });
});
