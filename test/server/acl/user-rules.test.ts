import { Selector } from '#server/acl/selector.js';
import { hashPassword, type Permissions, User } from '#server/acl/user.js';
import {
  applyRule,
  copyPermissions,
  hasBlank,
  initialPermissions,
  joinSelectors,
  type RuleHome,
} from '#server/acl/user-rules.js';
import { fewCommands } from '../../support/acl-commands.js';

const home: RuleHome = { commands: fewCommands, allChannelsByDefault: false };

function permissionsOf(...rules: string[]): Permissions {
  const permissions = initialPermissions(home);
  for (const rule of rules) applyRule(permissions, rule, home);
  return permissions;
}
const told = (...rules: string[]): string => new User('u', permissionsOf(...rules)).toString();

test('a new user may do nothing, nor come in', () => {
  expect(told()).toBe('off resetchannels -@all');
  expect(new User('u', initialPermissions({ ...home, allChannelsByDefault: true })).toString()).toBe('off &* -@all');
});

test.each([
  [['on', 'NOPASS'], 'on nopass resetchannels -@all'],
  [['nopass', 'resetpass', 'off'], 'off resetchannels -@all'],
  [['nopass', '>x'], `off #${hashPassword('x')} resetchannels -@all`],
  [['>x', '>x', '>y', '<x'], `off #${hashPassword('y')} resetchannels -@all`],
  [[`#${hashPassword('x')}`, `!${hashPassword('x')}`], 'off resetchannels -@all'],
  [['sanitize-payload'], 'off sanitize-payload resetchannels -@all'],
  [['skip-sanitize-payload', ''], 'off skip-sanitize-payload resetchannels -@all'],
  [['~a', '%r~b', '%W~c', '%rW~d'], 'off ~a %R~b %W~c ~d resetchannels -@all'],
  [['allkeys', 'allchannels', 'allcommands'], 'off ~* &* +@all'],
  [['~*', '&*', '+@all', 'resetkeys', 'resetchannels', 'nocommands'], 'off resetchannels -@all'],
  [['&a', '&b', '&a'], 'off resetchannels &a &b -@all'],
  [['+get', '-GET', '+config|GET', '+@write'], 'off resetchannels -@all -get +config|get +@write'],
  [['+select|0'], 'off resetchannels -@all +select|0'],
  [['(+get ~a)', '(&x)'], 'off resetchannels -@all (~a resetchannels -@all +get) (resetchannels &x -@all)'],
  [['(+get ~a)', 'clearselectors'], 'off resetchannels -@all'],
  [['on', '>x', '~a', '(+get)', 'reset'], 'off sanitize-payload resetchannels -@all'],
])('%j make %s', (rules, expected) => {
  expect(told(...rules)).toBe(expected);
});

test.each([
  [['bogus'], 'Syntax error'],
  [['~a b'], 'Syntax error'],
  [['&a\0'], 'Syntax error'],
  [['%~a'], 'Syntax error'],
  [['%RR~a'], 'Syntax error'],
  [['%Rx~a'], 'Syntax error'],
  [['(+get'], 'Syntax error'],
  [['(on)'], 'Syntax error'],
  [['+select|'], 'Syntax error'],
  [['+bogus'], 'Unknown command or category name in ACL'],
  [['-@bogus'], 'Unknown command or category name in ACL'],
  [['+bogus|x'], 'Unknown command or category name in ACL'],
  [['+config|bogus'], 'Unknown command or category name in ACL'],
  [['+config|get|x'], 'Allowing first-arg of a subcommand is not supported'],
  [['#xyz'], 'The password hash must be exactly 64 characters'],
  [['<x'], 'The password you are trying to remove from the user does not exist'],
  [['~*', '~a'], 'Adding a pattern after the * pattern'],
  [['&*', '&a'], 'Adding a pattern after the * pattern'],
])('%j is refused: %s', (rules, expected) => {
  expect(() => permissionsOf(...rules)).toThrow(expected);
});

test('a copy goes its own way', () => {
  const permissions = permissionsOf('on', '(+get)');
  const copy = copyPermissions(permissions);
  for (const rule of ['off', '~a', '>x']) applyRule(copy, rule, home);
  copy.selectors[1]?.setAllKeys(true);
  expect(new User('u', permissions).toString()).toBe('on resetchannels -@all (resetchannels -@all +get)');
  expect(copy.selectors[0]).toBeInstanceOf(Selector);
});

test('selectors may be given in several words', () => {
  expect(joinSelectors(['on', '(+get', '~a)', '(x)', '(', ')'])).toEqual({ rules: ['on', '(+get ~a)', '(x)', '( )'] });
  expect(joinSelectors(['on', '(+get ~b', '~a'])).toEqual({ unclosed: '(+get ~b' });
  expect(joinSelectors(['(', '+get', '(', '(+set)'])).toEqual({ rules: ['( (+set)'] });
});

test('names and patterns hold no blanks', () => {
  expect(['a b', 'a\tb', 'a\0b', 'ab', ''].map(hasBlank)).toEqual([true, true, true, false, false]);
});
