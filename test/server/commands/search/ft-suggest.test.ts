import { ChangeRecorder } from '../../../support/change-recorder.js';
import { type InProcessClient, startInProcess } from '../../../support/in-process.js';

let client: InProcessClient;

beforeEach(() => {
  client = startInProcess().connect();
});

test('suggestions are added, completed, counted and removed; the last takes the key with it', () => {
  expect(client.call('FT.SUGADD', 'ac', 'hello world', 1)).toBe(1);
  expect(client.call('FT.SUGADD', 'ac', 'hello world', 1, 'INCR')).toBe(1);
  expect(client.call('FT.SUGADD', 'ac', 'hello werld', 1, 'PAYLOAD', 'p')).toBe(2);
  expect(client.call('FT.SUGGET', 'ac', 'hell')).toEqual(['hello world', 'hello werld']);
  expect(client.call('FT.SUGGET', 'ac', 'hallo', 'FUZZY', 'MAX', 1)).toEqual(['hello world']);
  expect(client.call('FT.SUGGET', 'ac', 'hell', 'WITHPAYLOADS', 'WITHSCORES', 'TRIM', 'OPTIMIZE')).toEqual([
    ...['hello world', '0.70710676908493042', null],
    ...['hello werld', '0.35355338454246521', 'p'],
  ]);
  expect(client.call('FT.SUGLEN', 'ac')).toBe(2);
  expect(client.call('TYPE', 'ac')).toBe('trietype0');
  expect(client.call('OBJECT', 'ENCODING', 'ac')).toBe('raw');
  expect(client.call('FT.SUGDEL', 'ac', 'hello')).toBe(0);
  expect(client.call('FT.SUGDEL', 'ac', 'hello world')).toBe(1);
  expect(client.call('FT.SUGDEL', 'ac', 'hello werld')).toBe(1);
  expect(client.call('EXISTS', 'ac')).toBe(0);
});

test('in RESP3 scores are doubles', () => {
  client.call('HELLO', 3);
  client.call('FT.SUGADD', 'ac', 'hello', 1);
  expect(client.call('FT.SUGGET', 'ac', 'hell', 'WITHSCORES')).toEqual(['hello', 0.70710676908493042]);
});

test('a key that is not there is empty; what cannot be a suggestion makes none', () => {
  expect(client.call('FT.SUGGET', 'none', 'x')).toEqual([]);
  expect(client.call('FT.SUGLEN', 'none')).toBe(0);
  expect(client.call('FT.SUGDEL', 'none', 'x')).toBe(0);
  expect(client.call('FT.SUGADD', 'ac', '', 1)).toBe(0);
  expect(client.call('FT.SUGADD', 'ac', 'x'.repeat(255), 1)).toBe(0);
  expect(client.call('EXISTS', 'ac')).toBe(0);
  expect(client.call('FT.SUGADD', 'ac', 'x'.repeat(254), 1)).toBe(1);
});

test('a key is renamed, copied, dumped, restored and expired as any other', () => {
  client.call('FT.SUGADD', 'ac', 'hello', 1, 'PAYLOAD', 'p');
  client.call('RENAME', 'ac', 'other');
  expect(client.call('COPY', 'other', 'copy')).toBe(1);
  const dumped = client.call('DUMP', 'copy');
  client.call('DEL', 'other', 'copy');
  expect(client.call('RESTORE', 'again', 0, Buffer.from(String(dumped), 'latin1'))).toBe('OK');
  expect(client.call('FT.SUGGET', 'again', 'h', 'WITHPAYLOADS')).toEqual(['hello', 'p']);
  expect(client.call('SCAN', 0, 'TYPE', 'trietype0')).toEqual(['0', ['again']]);
});

test('each change is told', () => {
  const inProcess = startInProcess();
  const changes = new ChangeRecorder(inProcess.server);
  const ours = inProcess.connect();
  ours.call('FT.SUGADD', 'ac', 'a', 1);
  ours.call('FT.SUGDEL', 'ac', 'none');
  ours.call('FT.SUGDEL', 'ac', 'a');
  expect(changes.take().changes).toEqual(['ft.sugadd ac', 'ft.sugdel ac', 'del ac']);
});

test.each([
  [['FT.SUGADD', 'ac', 'x', 'none'], 'ERR invalid score'],
  [['FT.SUGADD', 'ac', 'x', 'inf'], 'ERR invalid score'],
  [['FT.SUGADD', 'ac', 'x', '1', 'PAYLOAD'], 'Invalid payload: Expected an argument, but none provided'],
  [['FT.SUGADD', 'ac', 'x', '1', 'REDIS', 'PAYLOAD', 'p'], 'Unknown argument `REDIS`'],
  [['FT.SUGGET', 'ac', 'x', 'FUZZ'], 'Unrecognized argument: FUZZ'],
  [['FT.SUGGET', 'ac', 'x', 'MAX', '0'], 'MAX: Could not convert argument to expected type'],
  [['FT.SUGGET', 'ac', 'x'.repeat(200)], 'Invalid query length'],
  [['FT.SUGADD', 'hash', 'x', '1'], 'WRONGTYPE Operation against a key holding the wrong kind of value'],
  [['FT.SUGGET', 'hash', 'x'], 'WRONGTYPE Operation against a key holding the wrong kind of value'],
  [['FT.SUGLEN', 'hash'], 'WRONGTYPE Operation against a key holding the wrong kind of value'],
  [['FT.SUGDEL', 'hash', 'x'], 'WRONGTYPE Operation against a key holding the wrong kind of value'],
])('%j is refused', (argv, message) => {
  client.call('HSET', 'hash', 'f', 'v');
  expect(client.error(...argv)).toBe(message);
});
