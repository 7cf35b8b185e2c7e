import { EffectLog } from '../../../support/effect-log.js';
import { startInProcess } from '../../../support/in-process.js';

test('words are added, removed and listed; a list is no key', () => {
  const client = startInProcess().connect();
  expect(client.call('FT.DICTADD', 'd', 'term1', 'term2', 'term3')).toBe(3);
  expect(client.call('FT.DICTADD', 'd', 'term1', 'term4')).toBe(1);
  expect(client.call('FT.DICTDEL', 'd', 'term1', 'none')).toBe(1);
  expect(client.call('FT.DICTDEL', 'none', 'term1')).toBe(0);
  expect(client.call('FT.DICTDUMP', 'd')).toEqual(['term2', 'term3', 'term4']);
  expect(client.call('FT.DICTDUMP', 'none')).toEqual([]);
  expect(client.call('KEYS', '*')).toEqual([]);
});

test('lists go with what their database holds, and follow it', () => {
  const client = startInProcess().connect();
  client.call('FT.DICTADD', 'd', 'word');
  client.call('SWAPDB', 0, 1);
  expect(client.call('FT.DICTDUMP', 'd')).toEqual([]);
  client.call('SELECT', 1);
  expect(client.call('FT.DICTDUMP', 'd')).toEqual(['word']);
  client.call('FLUSHALL');
  expect(client.call('FT.DICTDUMP', 'd')).toEqual([]);
});

test('copies of the data are told', () => {
  const inProcess = startInProcess();
  const client = inProcess.connect();
  const log = new EffectLog(inProcess);
  client.call('FT.DICTADD', 'd', 'a', 'b');
  client.call('FT.DICTDEL', 'd', 'a');
  expect(log.effects.map(({ argv }) => argv.join(' '))).toEqual(['FT.DICTADD d a b', 'FT.DICTDEL d a']);
});
