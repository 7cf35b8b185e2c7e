/** What compat cannot see of set commands: what they say changed. */
import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

test.each<[string, string[]]>([
  ['SADD s c d', ['sadd s']],
  ['SADD s a', []],
  ['SREM s a none', ['srem s']],
  ['SREM s a b', ['srem s', 'del s']],
  ['SREM s none', []],
  ['SMOVE s t a', ['srem s', 'sadd t']],
  ['SMOVE one t x', ['srem one', 'del one', 'sadd t']],
  ['SMOVE one s x', ['srem one', 'del one', 'sadd s']],
  ['SMOVE s s a', []],
  ['SMOVE s t none', []],
])('%s announces its changes', (line, changes) => {
  const server = startInProcess();
  const client = server.connect();
  client.call('SADD', 's', 'a', 'b');
  client.call('SADD', 'one', 'x');
  const recorder = new ChangeRecorder(server.server);
  client.call(...line.split(' '));
  expect(recorder.take()).toEqual({ changes, effects: changes.length > 0 ? [line] : [] });
});
