import { type InProcessClient, startInProcess } from '../../support/in-process.js';

function connect(library?: string): InProcessClient {
  const client = startInProcess().connect();
  client.call('HELLO', '3');
  if (library !== undefined) client.call('CLIENT', 'SETINFO', 'LIB-NAME', library);
  client.call('JSON.SET', 'doc', '$', '{"n":1}');
  return client;
}

test('nobody reads types of RESP3 in RESP2', () => {
  const client = startInProcess().connect();
  client.call('JSON.SET', 'doc', '$', '{"n":1}');
  expect(client.call('JSON.NUMINCRBY', 'doc', '$.n', '1')).toBe('[2]');
  expect(client.call('JSON.TYPE', 'doc', '$.n')).toEqual(['integer']);
});

test('most libraries read them in RESP3', () => {
  const client = connect('redis-py');
  expect(client.call('JSON.NUMINCRBY', 'doc', '$.n', '1')).toEqual([2]);
  expect(client.call('JSON.TYPE', 'doc', '$.n')).toEqual([['integer']]);
});

test.each(['GlideJS', 'GlidePy(mine)'])('%s reads the replies of RESP2', (library) => {
  const client = connect(library);
  expect(client.call('JSON.NUMINCRBY', 'doc', '$.n', '1')).toBe('[2]');
  expect(client.call('JSON.NUMMULTBY', 'doc', '.n', '2')).toBe('4');
  expect(client.call('JSON.TYPE', 'doc', '$.n')).toEqual(['integer']);
  expect(client.call('JSON.TYPE', 'doc', '.n')).toBe('integer');
});
