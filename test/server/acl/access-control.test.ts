import { AccessControl, AclError } from '#server/acl/access-control.js';
import { hashPassword } from '#server/acl/user.js';
import { Config } from '#server/config/config.js';
import { fewCommands } from '../../support/acl-commands.js';

function start(settings: Readonly<Record<string, string>> = {}): { access: AccessControl; config: Config } {
  const config = new Config();
  for (const [name, text] of Object.entries(settings)) config.setText(name, text);
  return { access: new AccessControl(fewCommands, config), config };
}

test('begins with a default user that may do everything', () => {
  const { access } = start();
  expect(access.lines()).toEqual(['user default on nopass ~* &* +@all']);
  expect(access.defaultUser.isUnrestricted).toBe(true);
});

test('requirepass is the password of the default user', () => {
  const { access, config } = start({ requirepass: 'pä' });
  expect(access.defaultUser.isOpen).toBe(false);
  expect(access.authenticate('default', Buffer.from('pä').toString('latin1'))).toBe(access.defaultUser);
  expect(access.authenticate('default', 'x')).toBeUndefined();
  config.setText('requirepass', 'other');
  expect(access.authenticate('default', 'other')).toBe(access.defaultUser);
  config.setText('requirepass', '');
  expect(access.defaultUser.isOpen).toBe(true);
});

test('users are made, changed in place, listed by name, and removed', () => {
  const { access } = start();
  const zoe = access.setUser('zoe', ['on', '>x', '+get', '(~a', '+set)']);
  access.setUser('adam', []);
  expect(access.setUser('zoe', ['-get'])).toBe(zoe);
  expect(access.all().map(({ name }) => name)).toEqual(['adam', 'default', 'zoe']);
  expect(access.authenticate('zoe', 'x')).toBe(zoe);
  expect(access.remove('zoe')).toBe(zoe);
  expect(access.remove('zoe')).toBeUndefined();
  expect(access.get('zoe')).toBeUndefined();
});

test('a wrong rule changes nothing', () => {
  const { access } = start();
  access.setUser('a', ['on']);
  expect(() => access.setUser('a', ['off', 'bogus'])).toThrow(
    new AclError("Error in ACL SETUSER modifier 'bogus': Syntax error"),
  );
  expect(() => access.setUser('new', ['(+get'])).toThrow(
    new AclError("Unmatched parenthesis in acl selector starting at '(+get'."),
  );
  expect(() => access.setUser('a b', [])).toThrow(new AclError("Usernames can't contain spaces or null characters"));
  expect(access.lines()).toEqual(['user a on resetchannels -@all', 'user default on nopass ~* &* +@all']);
});

test('new users take what acl-pubsub-default says then', () => {
  const { access, config } = start({ 'acl-pubsub-default': 'allchannels' });
  expect(access.setUser('a', []).toString()).toBe('off &* -@all');
  config.setText('acl-pubsub-default', 'resetchannels');
  expect(access.setUser('b', []).toString()).toBe('off resetchannels -@all');
});

test('what is denied is logged, as far as acllog-max-len goes', () => {
  const { access } = start({ 'acllog-max-len': '1' });
  const denied = { reason: 'key', context: 'toplevel', user: 'a', clientInfo: '', atMs: 0 } as const;
  access.deny({ ...denied, object: 'x' });
  access.deny({ ...denied, object: 'y' });
  expect(access.log.newest(10).map(({ object }) => object)).toEqual(['y']);
});

test('a file replaces the users; who is the same stays, who changed or is missing is told', () => {
  const { access } = start();
  const same = access.setUser('same', ['on', '>x', '~a', '+get']);
  const changed = access.setUser('changed', ['on']);
  const gone = access.setUser('gone', ['on']);
  const text = [
    'user default on nopass ~* &* +@all',
    '',
    `  user same on #${hashPassword('x')} ~a +get`,
    'user changed off (~a +get) "~b"',
    'user new on',
  ].join('\r\n');
  expect(access.load(text, 'f')).toEqual([changed, gone]);
  expect(access.get('same')).toBe(same);
  expect(access.get('gone')).toBeUndefined();
  expect(access.lines()).toEqual([
    'user changed off ~b resetchannels -@all (~a resetchannels -@all +get)',
    'user default on nopass ~* &* +@all',
    'user new on resetchannels -@all',
    `user same on #${hashPassword('x')} ~a resetchannels -@all +get`,
  ]);
});

test('a file without the default user leaves it everything; one with it changes it in place', () => {
  const { access } = start({ requirepass: 'x' });
  const { defaultUser } = access;
  expect(access.load('user a on', 'f')).toEqual([]);
  expect(access.lines()).toEqual(['user a on resetchannels -@all', 'user default on nopass ~* &* +@all']);
  access.load('user default on nopass ~* +get', 'f');
  expect(access.get('default')).toBe(defaultUser);
  expect(defaultUser.isUnrestricted).toBe(false);
});

test('mistakes in a file are told with their lines, and nothing changes', () => {
  const { access } = start();
  access.setUser('a', ['on']);
  const before = access.lines();
  const text = [
    'user b on',
    'bogus b',
    'user',
    'user c "x',
    'user d (x',
    'user e bogus',
    'user b off',
    'user "f g" on',
  ];
  expect(() => access.load(text.join('\n'), 'f')).toThrow(
    new AclError(
      [
        'f:2 should start with user keyword followed by the username. ',
        'f:3 should start with user keyword followed by the username. ',
        'f:4: unbalanced quotes in acl line. ',
        'f:5: Unmatched parenthesis in selector definition.',
        'f:6: Syntax error. ',
        "WARNING: Duplicate user 'b' found on line 7. ",
        "'f:8: username 'f g' contains invalid characters. ",
        'WARNING: ACL errors detected, no change to the previously active ACL rules was performed',
      ].join(''),
    ),
  );
  expect(access.lines()).toEqual(before);
});

test('the lines of a user list are a file that makes the same users', () => {
  const { access } = start();
  access.setUser('a', ['on', '>x', '~k*', '%R~r', '&c', '+@all', '-config', '+config|get', '(+get %W~w)']);
  const lines = access.lines();
  const other = start().access;
  other.load(lines.join('\n'), 'f');
  expect(other.lines()).toEqual(lines);
});
