import { ChangeRecorder } from '../../../support/change-recorder.js';
import { type InProcessClient, startInProcess } from '../../../support/in-process.js';

function start(json: string): { client: InProcessClient; recorder: ChangeRecorder } {
  const { server, connect } = startInProcess();
  const client = connect();
  client.call('JSON.SET', 'doc', '$', json);
  return { client, recorder: new ChangeRecorder(server) };
}

describe('commands that count in JSON', () => {
  test('change nothing when one of the results does not fit', () => {
    const { client, recorder } = start('{"a":1,"b":9223372036854775807}');
    expect(client.error('JSON.NUMINCRBY', 'doc', '$.*', '1')).toBe('ERR numeric overflow');
    expect(client.call('JSON.GET', 'doc')).toBe('{"a":1,"b":9223372036854775807}');
    expect(recorder.take()).toEqual({ changes: [], effects: [] });
  });

  test('count twice where a path leads twice', () => {
    const { client, recorder } = start('[5]');
    expect(client.call('JSON.NUMINCRBY', 'doc', '$[0,0]', '2')).toBe('[7,9]');
    expect(client.call('JSON.GET', 'doc')).toBe('[9]');
    expect(recorder.take().changes).toEqual(['json.numincrby doc']);
  });

  test('raise to powers without counting for ever', () => {
    const { client } = start('[2,-1,0,1]');
    expect(client.error('JSON.NUMPOWBY', 'doc', '$[0]', '9000000000000000000')).toBe('ERR numeric overflow');
    expect(client.call('JSON.NUMPOWBY', 'doc', '$[1,2,3]', '9000000000000000001')).toBe('[-1,0,1]');
    expect(client.call('JSON.NUMPOWBY', 'doc', '$[*]', '0')).toBe('[1,1,1,1]');
  });

  test('leave integers only for what is none', () => {
    const { client } = start('[1]');
    const replies = ['1', '0.5', '0.5', '1'].map((by) => client.call('JSON.NUMINCRBY', 'doc', '.[0]', by));
    expect(replies).toEqual(['2', '2.5', '3.0', '4.0']);
  });
});
