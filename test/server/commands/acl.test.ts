import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '#server/config/config-error.js';
import { startInProcess } from '../../support/in-process.js';

const folder = mkdtempSync(join(tmpdir(), 'nearkey-test-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('the process itself is nobody and may do everything', () => {
  const client = startInProcess().connect();
  expect(client.call('ACL', 'WHOAMI')).toBe('default');
  client.call('ACL', 'SETUSER', 'default', 'reset');
  expect(client.call('SET', 'k', 'v')).toBe('OK');
});

test('a user holds for commands from AUTH to RESET, and a change of its rules is in force for the next one', () => {
  const { connect } = startInProcess();
  const [admin, client] = [connect(), connect()];
  admin.call('ACL', 'SETUSER', 'alice', 'on', '>pw', '~a*', '+@all');
  expect(client.call('AUTH', 'alice', 'pw')).toBe('OK');
  expect(client.call('SET', 'a', 'v')).toBe('OK');
  expect(client.error('SET', 'b', 'v')).toContain('NOPERM');
  admin.call('ACL', 'SETUSER', 'alice', '~b*', '-set');
  expect(client.call('GET', 'b')).toBe(null);
  expect(client.error('SET', 'b', 'v')).toContain("run the 'set' command");
  client.call('RESET');
  expect(client.call('SET', 'b', 'v')).toBe('OK');
});

test('search commands have a category of their own, and their indexes are no keys', () => {
  const { connect } = startInProcess();
  const admin = connect();
  admin.call('ACL', 'SETUSER', 'alice', 'on', 'nopass', '+@search', '~doc:*');
  expect(admin.call('ACL', 'DRYRUN', 'alice', 'FT.SEARCH', 'idx', '*')).toBe('OK');
  expect(admin.call('ACL', 'DRYRUN', 'alice', 'GET', 'doc:1')).toContain("run the 'get' command");
});

test('ACL LOG tells how long ago, and forgets beyond acllog-max-len', () => {
  const { clock, connect } = startInProcess({ 'acllog-max-len': '2' });
  const [admin, client] = [connect(), connect()];
  admin.call('ACL', 'SETUSER', 'alice', 'on', 'nopass', '+get');
  client.call('AUTH', 'alice', '');
  for (const key of ['a', 'b', 'c', 'b']) client.error('GET', key);
  clock.advance(1500);
  admin.call('HELLO', 3);
  expect(admin.call('ACL', 'LOG')).toEqual([
    new Map<string, unknown>([
      ['count', 2],
      ['reason', 'key'],
      ['context', 'toplevel'],
      ['object', 'b'],
      ['username', 'alice'],
      ['age-seconds', 1.5],
      ['client-info', expect.stringContaining('user=alice')],
    ]),
    expect.any(Map),
  ]);
});

test('ACL GENPASS takes its bits from the entropy it is given', () => {
  const client = startInProcess().connect();
  const [one, other] = [client.call('ACL', 'GENPASS', 12), client.call('ACL', 'GENPASS')];
  expect(one).toMatch(/^[0-9a-f]{3}$/);
  expect(other).toMatch(/^[0-9a-f]{64}$/);
  expect(client.call('ACL', 'GENPASS')).not.toBe(other);
});

test('ACL SAVE and LOAD keep the users in a file; whose rules it changes is sent away', () => {
  const aclfile = join(folder, 'users.acl');
  writeFileSync(aclfile, 'user alice on nopass ~a* +@all\nuser bob on nopass +@all\n');
  const { connect } = startInProcess({ aclfile });
  const [admin, client] = [connect(), connect()];
  expect(admin.call('ACL', 'USERS')).toEqual(['alice', 'bob', 'default']);
  admin.call('ACL', 'SETUSER', 'carol', 'on');
  expect(admin.call('ACL', 'SAVE')).toBe('OK');
  expect(readFileSync(aclfile, 'utf8')).toContain('user carol on');
  client.call('AUTH', 'alice', '');
  writeFileSync(aclfile, 'user alice on bogus\n');
  expect(admin.error('ACL', 'LOAD')).toContain(`${aclfile}:1: Syntax error. `);
  expect(admin.call('ACL', 'USERS')).toHaveLength(4);
  writeFileSync(aclfile, 'user bob on nopass +@all\n');
  expect(admin.call('ACL', 'LOAD')).toBe('OK');
  expect(admin.call('ACL', 'USERS')).toEqual(['bob', 'default']);
});

test('a file that cannot be written is an error, and the log says why', () => {
  const gone = mkdtempSync(join(folder, 'gone-'));
  const aclfile = join(gone, 'users.acl');
  writeFileSync(aclfile, '');
  const { connect, failures } = startInProcess({ aclfile });
  rmSync(gone, { recursive: true });
  expect(connect().error('ACL', 'SAVE')).toContain('There was an error trying to save the ACLs.');
  expect(failures).toEqual([expect.objectContaining({ code: 'ENOENT' })]);
});

test('users stand in the settings, too, but not beside a file', () => {
  const user = 'alice on nopass ~a* (+get ~b)\nbob off';
  expect(startInProcess({ user }).connect().call('ACL', 'USERS')).toEqual(['alice', 'bob', 'default']);
  expect(() => startInProcess({ user: 'alice bogus' })).toThrow(
    new ConfigError("Error in ACL SETUSER modifier 'bogus': Syntax error"),
  );
  expect(() => startInProcess({ user, aclfile: 'x' })).toThrow(ConfigError);
  expect(() => startInProcess({ aclfile: join(folder, 'missing') })).toThrow(ConfigError);
});

test('commands may be renamed or taken away; rules and statistics know them by their old names', () => {
  const client = startInProcess({ 'rename-command': 'GET fetch\nFLUSHALL ""' }).connect();
  expect(client.error('GET', 'k')).toContain("unknown command 'GET'");
  expect(client.call('FETCH', 'k')).toBe(null);
  expect(client.error('FLUSHALL')).toContain('unknown command');
  expect(client.call('ACL', 'SETUSER', 'a', '+get', '+flushall')).toBe('OK');
  expect(client.error('ACL', 'SETUSER', 'a', '+fetch')).toContain('Unknown command');
  expect(() => startInProcess({ 'rename-command': 'BOGUS x' })).toThrow(ConfigError);
  expect(() => startInProcess({ 'rename-command': 'GET SET' })).toThrow(ConfigError);
  expect(() => startInProcess({ 'rename-command': 'GET' })).toThrow(ConfigError);
  expect(() => startInProcess({ 'rename-command': 'GET "x' })).toThrow(ConfigError);
});
