import { Selector } from '#server/acl/selector.js';
import { hashPassword, type Permissions, User } from '#server/acl/user.js';
import { applyRule, initialPermissions } from '#server/acl/user-rules.js';
import { ByteSlice } from '#server/base/byte-slice.js';
import { fewCommands, request } from '../../support/acl-commands.js';

const home = { commands: fewCommands, allChannelsByDefault: false };

function userOf(...rules: string[]): User {
  const permissions = initialPermissions(home);
  for (const rule of rules) applyRule(permissions, rule, home);
  return new User('u', permissions);
}

test('accepts its passwords while it is on, and any when it needs none', () => {
  const user = userOf('on', '>one', '>two');
  expect(['one', 'two', 'three', ''].map((password) => user.accepts(password))).toEqual([true, true, false, false]);
  expect(userOf('off', '>one').accepts('one')).toBe(false);
  expect(userOf('off', 'nopass').accepts('x')).toBe(false);
  expect(userOf('on', 'nopass').accepts('x')).toBe(true);
  expect(userOf('on').accepts('')).toBe(false);
});

test('passwords are bytes', () => {
  expect(hashPassword('\xff')).toBe('a8100ae6aa1940d0b663bb31cd466142ebbdbd5187131b92d93818987832eb89');
  expect(userOf('on', '>\xff').accepts('\xff')).toBe(true);
});

test('is open when it is on and needs no password', () => {
  expect([userOf('on', 'nopass').isOpen, userOf('on').isOpen, userOf('nopass').isOpen]).toEqual([true, false, false]);
});

test('one selector must allow all of a request; the denial that comes latest is told', () => {
  const user = userOf('+get', '~a', '(+set ~b)', '(+config|get)');
  const key = [{ at: 1, reads: true, writes: true }];
  expect(user.denial(request('get', ['a'], { keys: key }))).toBeUndefined();
  expect(user.denial(request('set', ['b'], { keys: key }))).toBeUndefined();
  expect(user.denial(request('set', ['a'], { keys: key }))).toEqual({ reason: 'key', at: 1 });
  expect(user.denial(request('select', ['0']))).toEqual({ reason: 'command', at: 0 });
  expect(user.denial(request('config|get', ['x']))).toBeUndefined();
});

test('the root selector alone can make a user unrestricted, and a change of rules is in force at once', () => {
  const user = userOf('~*', '&*', '+@all');
  expect(user.isUnrestricted).toBe(true);
  expect(user.denial(request('set', ['a']))).toBeUndefined();
  const permissions: Permissions = { ...user.permissions, selectors: [new Selector()] };
  user.permissions = permissions;
  expect(user.isUnrestricted).toBe(false);
  expect(user.denial(request('set', ['a']))).toEqual({ reason: 'command', at: 0 });
});

test('may read every key with a command that a selector with all keys allows', () => {
  const user = userOf('+get', '~a', '(+set %R~*)');
  expect(user.mayReadEveryKey(request('get', ['a']))).toBe(false);
  expect(user.mayReadEveryKey(request('set', ['a']))).toBe(true);
});

test('may listen to what any selector allows', () => {
  const user = userOf('&a', '(&b*)');
  const names = ['a', 'bc', 'c'].map(ByteSlice.fromText);
  expect(names.map((name) => user.mayListenTo(name, false))).toEqual([true, true, false]);
});
