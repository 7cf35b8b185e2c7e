import { checkedName } from '#server/commands/connection.js';
import { errors } from '#server/errors.js';
import { startInProcess } from '../../support/in-process.js';

function thrownBy(act: () => unknown): unknown {
  try {
    return act();
  } catch (failure) {
    return failure;
  }
}

test('PING answers PONG, or what it was given', () => {
  const client = startInProcess().connect();
  expect(client.call('PING')).toBe('PONG');
  expect(client.call('ping', 'a\0b')).toBe('a\0b');
  expect(client.error('PING', 'a', 'b')).toBe("ERR wrong number of arguments for 'ping' command");
});

describe('HELLO', () => {
  test('changes the protocol before it answers', () => {
    const client = startInProcess().connect();
    expect(client.raw('HELLO', '3').toString('latin1')).toMatch(/^%7\r\n/);
    expect(client.raw('HELLO', '2').toString('latin1')).toMatch(/^\*14\r\n/);
  });

  test('without a version leaves it, and tells it', () => {
    const client = startInProcess().connect();
    client.call('HELLO', '3');
    const facts = client.call('HELLO');
    expect(facts instanceof Map && [facts.get('proto'), facts.get('id'), facts.get('role')]).toEqual([3, 1, 'master']);
  });

  test('names the client, and leaves everything when one part is wrong', () => {
    const client = startInProcess({ requirepass: 'secret' }).connect();
    client.client.authenticated = false;
    expect(client.error('HELLO', '3', 'AUTH', 'default', 'wrong', 'SETNAME', 'n')).toMatch(/^WRONGPASS/);
    expect(client.client).toMatchObject({ protocol: 2, name: '', authenticated: false });
    client.call('HELLO', '3', 'AUTH', 'default', 'secret', 'SETNAME', 'n');
    expect(client.client).toMatchObject({ protocol: 3, name: 'n', authenticated: true });
    expect(client.error('HELLO', '4')).toMatch(/^NOPROTO/);
    expect(client.client.protocol).toBe(3);
  });

  test('without a password is refused by a server that has one', () => {
    const client = startInProcess({ requirepass: 'secret' }).connect();
    client.client.authenticated = false;
    expect(client.error('HELLO', '3')).toMatch(/^NOAUTH HELLO must be called/);
  });
});

describe('AUTH', () => {
  test('lets in who knows the password, under the one name there is', () => {
    const client = startInProcess({ requirepass: 'secret' }).connect();
    client.client.authenticated = false;
    expect(client.error('GET', 'k')).toBe('NOAUTH Authentication required.');
    expect(client.error('AUTH', 'secret2')).toMatch(/^WRONGPASS/);
    expect(client.error('AUTH', 'someone', 'secret')).toMatch(/^WRONGPASS/);
    expect(client.call('AUTH', 'default', 'secret')).toBe('OK');
    expect(client.call('GET', 'k')).toBeNull();
  });

  test('without a password set, a password alone is a mistake', () => {
    const client = startInProcess().connect();
    expect(client.error('AUTH', 'x')).toMatch(/^ERR AUTH <password> called without any password/);
    expect(client.call('AUTH', 'default', 'anything')).toBe('OK');
  });
});

test('SELECT moves the client alone', () => {
  const { connect } = startInProcess({ databases: '4' });
  const [a, b] = [connect(), connect()];
  a.call('SET', 'k', 'zero');
  expect(a.call('SELECT', '3')).toBe('OK');
  expect([a.call('GET', 'k'), b.call('GET', 'k')]).toEqual([null, 'zero']);
  expect(a.error('SELECT', '4')).toBe('ERR DB index is out of range');
  expect(a.error('SELECT', '-1')).toBe('ERR DB index is out of range');
  expect(a.error('SELECT', 'x')).toBe('ERR value is not an integer or out of range');
});

test('RESET makes a new client of it, outside of transactions and not yet authenticated', () => {
  const client = startInProcess({ requirepass: 'secret' }).connect();
  for (const command of [['HELLO', '3'], ['SELECT', '2'], ['MULTI']]) client.call(...command);
  expect(client.raw('RESET').toString()).toBe('+RESET\r\n');
  expect(client.client).toMatchObject({ db: 0, protocol: 2, authenticated: false, transaction: undefined });
});

test('QUIT says OK and closes after it', () => {
  const client = startInProcess().connect();
  expect(client.call('QUIT', 'now')).toBe('OK');
  expect(client.client.closing).toBe(true);
});

test('names are printable and without spaces', () => {
  expect(checkedName('')).toBe('');
  expect(checkedName('a~!')).toBe('a~!');
  for (const name of ['a b', 'a\n', 'a\x7f', '\xe9']) expect(thrownBy(() => checkedName(name))).toBe(errors.clientName);
});
