import { type InProcessClient, startInProcess } from '../../../support/in-process.js';

function start(json: string): { client: InProcessClient } {
  const client = startInProcess().connect();
  client.call('JSON.SET', 'doc', '$', json);
  return { client };
}

describe('JSON.DEBUG', () => {
  test('measures documents and their parts', () => {
    const { client } = start('{"a":"0123456789","b":[1]}');
    expect(client.call('JSON.DEBUG', 'MEMORY', 'doc', '$.*')).toEqual([12, 10]);
    expect(client.call('JSON.DEBUG', 'memory', 'doc')).toBeGreaterThanOrEqual(9 + 2 + 12 + 2 + 10);
    expect(client.call('JSON.DEBUG', 'FIELDS', 'doc')).toBe(3);
  });

  test('has its key behind the subcommand', () => {
    const { client } = start('1');
    expect(client.call('COMMAND', 'GETKEYS', 'JSON.DEBUG', 'MEMORY', 'doc')).toEqual(['doc']);
  });
});
