import { describeClient } from '#server/commands/client-description.js';
import { startInProcess } from '../../support/in-process.js';

const NOW_MS = 1_700_000_005_000;

function factsOf(line: string): Map<string, string> {
  return new Map(
    line.split(' ').map((field) => [field.slice(0, field.indexOf('=')), field.slice(field.indexOf('=') + 1)]),
  );
}

test('tells a new client', () => {
  const { client } = startInProcess().connect();
  const facts = factsOf(describeClient(client, NOW_MS));
  expect([...facts.keys()].slice(0, 5)).toEqual(['id', 'addr', 'laddr', 'fd', 'name']);
  expect(Object.fromEntries(facts)).toMatchObject({ age: '5', flags: 'N', multi: '-1', user: 'default', resp: '2' });
});

test('tells what a client is about in letters, and who it is', () => {
  const { server, connect } = startInProcess();
  const calling = connect();
  calling.call('MULTI');
  calling.call('PING');
  const { client } = calling;
  client.user = server.facilities.access.setUser('alice', []);
  client.noEvict = true;
  const facts = factsOf(describeClient(client, NOW_MS));
  expect(Object.fromEntries(facts)).toMatchObject({ flags: 'xe', multi: '1', cmd: 'ping', user: 'alice' });
});
