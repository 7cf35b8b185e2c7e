import { startInProcess } from '../../../support/in-process.js';

const client = startInProcess().connect();
client.call('FT.CREATE', 'idx', 'SCHEMA', 'color', 'TAG', 'n', 'NUMERIC');
client.call('HSET', 'a', 'color', 'Red,blue');
client.call('HSET', 'b', 'color', 'red');

test('each value is told once, as it is searched', () => {
  expect(client.call('FT.TAGVALS', 'idx', 'color')).toEqual(['blue', 'red']);
});

test('fields of other types, and those that are not there, are refused', () => {
  expect(client.error('FT.TAGVALS', 'idx', 'n')).toBe('Not a tag field');
  expect(client.error('FT.TAGVALS', 'idx', 'nope')).toBe('No such field');
});
