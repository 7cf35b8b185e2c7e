import { Selector } from '#server/acl/selector.js';
import { ByteSlice } from '#server/base/byte-slice.js';
import { fewCommands, request } from '../../support/acl-commands.js';

function selectorFor(commands: readonly string[]): Selector {
  const selector = new Selector();
  for (const name of commands) {
    const command = fewCommands.find(name.toUpperCase());
    if (command !== undefined) selector.commands.setCommand(command, true, fewCommands);
  }
  return selector;
}

const reading = { keys: [{ at: 1, reads: true, writes: false }] };
const writing = { keys: [{ at: 1, reads: false, writes: true }] };

test('denies the command first, then the first key out of bounds, then the first channel', () => {
  const selector = selectorFor(['get']);
  expect(selector.denial(request('set', ['a'], writing))).toEqual({ reason: 'command', at: 0 });
  expect(selector.denial(request('get', ['a'], reading))).toEqual({ reason: 'key', at: 1 });
  selector.addKeys('a*', true, true);
  expect(selector.denial(request('get', ['a'], reading))).toBeUndefined();
  const channels = [
    { at: 1, isPattern: false },
    { at: 2, isPattern: false },
  ];
  selector.addChannel('n?ws');
  expect(selector.denial(request('get', ['news', 'other'], { channels }))).toEqual({ reason: 'channel', at: 2 });
  selector.setAllChannels(true);
  expect(selector.denial(request('get', ['news', 'other'], { channels }))).toBeUndefined();
});

test('what is for everyone needs no rule', () => {
  expect(new Selector().denial(request('auth', ['x'], { isForEveryone: true }))).toBeUndefined();
});

test('keys may be read or written, or used without either', () => {
  const selector = selectorFor(['get', 'set']);
  selector.addKeys('r*', true, false);
  selector.addKeys('w*', false, true);
  const isAllowed = (key: string, uses: typeof reading): boolean =>
    selector.denial(request('get', [key], uses)) === undefined;
  expect([isAllowed('r1', reading), isAllowed('r1', writing)]).toEqual([true, false]);
  expect([isAllowed('w1', reading), isAllowed('w1', writing)]).toEqual([false, true]);
  expect(isAllowed('r1', { keys: [{ at: 1, reads: true, writes: true }] })).toBe(false);
  expect(isAllowed('r1', { keys: [{ at: 1, reads: false, writes: false }] })).toBe(true);
  selector.addKeys('r*', false, true);
  expect(isAllowed('r1', { keys: [{ at: 1, reads: true, writes: true }] })).toBe(true);
  expect(selector.describeKeys()).toBe('~r* %W~w*');
});

test('a pattern of channels needs the very same pattern', () => {
  const selector = new Selector();
  selector.addChannel('a*');
  expect(selector.allowsChannel(ByteSlice.fromText('ab'), false)).toBe(true);
  expect(selector.allowsChannel(ByteSlice.fromText('ab*'), true)).toBe(false);
  expect(selector.allowsChannel(ByteSlice.fromText('a*'), true)).toBe(true);
});

test('tells the rules that make it', () => {
  const selector = selectorFor(['get']);
  expect(selector.toString()).toBe('resetchannels -@all +get');
  selector.addKeys('a', true, true);
  selector.addChannel('c');
  expect(selector.toString()).toBe('~a resetchannels &c -@all +get');
  selector.setAllKeys(true);
  selector.setAllChannels(true);
  selector.commands.begin(true);
  expect(selector.toString()).toBe('~* &* +@all');
  expect(selector.isUnrestricted).toBe(true);
});

test('every key may be read by a pattern that is all', () => {
  const selector = new Selector();
  expect(selector.readsEveryKey).toBe(false);
  selector.addKeys('*', false, true);
  expect(selector.readsEveryKey).toBe(false);
  selector.addKeys('*', true, false);
  expect(selector.readsEveryKey).toBe(true);
});

test('a copy goes its own way', () => {
  const selector = selectorFor(['get']);
  const copy = selector.copy();
  copy.addKeys('a', true, true);
  copy.setAllChannels(true);
  copy.commands.begin(true);
  expect(selector.toString()).toBe('resetchannels -@all +get');
});
