import { ChangeRecorder } from '../../../support/change-recorder.js';
import { type InProcessClient, startInProcess } from '../../../support/in-process.js';

function start(json: string): { client: InProcessClient; recorder: ChangeRecorder } {
  const { server, connect } = startInProcess();
  const client = connect();
  client.call('JSON.SET', 'doc', '$', json);
  return { client, recorder: new ChangeRecorder(server) };
}

describe('commands on JSON arrays', () => {
  test('tell when they change something', () => {
    const { client, recorder } = start('{"a":[1],"b":2}');
    for (const path of ['$.a', '$.b']) {
      client.call('JSON.ARRAPPEND', 'doc', path, '2');
      client.call('JSON.ARRINSERT', 'doc', path, '0', '0');
      client.call('JSON.ARRTRIM', 'doc', path, '0', '0');
      client.call('JSON.ARRPOP', 'doc', path);
      client.call('JSON.ARRPOP', 'doc', path);
      client.call('JSON.ARRLEN', 'doc', path);
    }
    expect(recorder.take().changes).toEqual([
      'json.arrappend doc',
      'json.arrinsert doc',
      'json.arrtrim doc',
      'json.arrpop doc',
    ]);
  });

  test('change an array inside one that is changed, too', () => {
    const { client } = start('{"a":[[1,2,3],[4,5,6]]}');
    expect(client.call('JSON.ARRPOP', 'doc', '$..*', '-1')).toEqual([
      '[4,5]',
      '3',
      '6',
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(client.call('JSON.GET', 'doc')).toBe('{"a":[[1,2]]}');
  });

  test('change nothing when one of the arrays is too short, or would lie too deep', () => {
    const { client } = start('[[1],[1,2]]');
    expect(client.error('JSON.ARRINSERT', 'doc', '$[*]', '2', '9')).toBe('ERR index out of bounds');
    const deep = `${'['.repeat(126)}${']'.repeat(126)}`;
    expect(client.error('JSON.ARRAPPEND', 'doc', '$[*]', '1', deep)).toBe('ERR recursion limit exceeded');
    expect(client.call('JSON.GET', 'doc')).toBe('[[1],[1,2]]');
  });
});
