import { startInProcess } from '../../../support/in-process.js';

test('random members are members, different ones unless asked otherwise', () => {
  const client = startInProcess().connect();
  const names = ['a', 'b', 'c', 'd'];
  for (const [i, name] of names.entries()) client.call('VADD', 'k', 'VALUES', '2', '1', i, name);
  expect(names).toContain(client.call('VRANDMEMBER', 'k'));
  const all = client.call('VRANDMEMBER', 'k', '10');
  expect(Array.isArray(all) && [...all].map(String).sort()).toEqual(names);
  const repeated = client.call('VRANDMEMBER', 'k', '-20');
  expect(Array.isArray(repeated) && repeated.length).toBe(20);
  expect(client.call('VRANDMEMBER', 'k', '0')).toEqual([]);
});

test('the neighbours of an element are those most similar to it, in no order', () => {
  const client = startInProcess().connect();
  for (let i = 0; i < 5; i++) client.call('VADD', 'k', 'VALUES', '2', Math.cos(i / 3), Math.sin(i / 3), `e${i}`);
  const levels = client.call('VLINKS', 'k', 'e0');
  const [links] = Array.isArray(levels) ? levels : [];
  expect(Array.isArray(links) && links.map(String).sort()).toEqual(['e1', 'e2', 'e3', 'e4']);
});
