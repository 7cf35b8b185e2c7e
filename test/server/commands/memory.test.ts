import { startInProcess } from '../../support/in-process.js';

test('MEMORY USAGE counts a key with its value, and nothing for no key', () => {
  const client = startInProcess().connect();
  client.call('SET', 'small', 'v');
  client.call('SET', 'large', 'v'.repeat(10_000));
  const [small, large] = [
    Number(client.call('MEMORY', 'USAGE', 'small')),
    Number(client.call('MEMORY', 'USAGE', 'large')),
  ];
  expect(small).toBeGreaterThan(0);
  expect(large - small).toBeGreaterThanOrEqual(9_000);
  expect(client.call('MEMORY', 'USAGE', 'none')).toBeNull();
});

test('MEMORY USAGE grows with a hash, whatever the samples', () => {
  const client = startInProcess().connect();
  client.call('HSET', 'h', 'f', 'v');
  const before = Number(client.call('MEMORY', 'USAGE', 'h'));
  for (let i = 0; i < 1000; i++) client.call('HSET', 'h', `field:${i}`, 'value');
  const after = Number(client.call('MEMORY', 'USAGE', 'h', 'SAMPLES', '0'));
  expect(after).toBeGreaterThan(before + 10_000);
  expect(client.call('MEMORY', 'USAGE', 'h', 'samples', '5')).toBe(after);
});

test('MEMORY USAGE refuses negative samples and other words', () => {
  const client = startInProcess().connect();
  for (const rest of [['SAMPLES', '-1'], ['SAMPLES'], ['DEEP', '1']]) {
    expect(client.error('MEMORY', 'USAGE', 'k', ...rest)).toBe('ERR syntax error');
  }
});

test('MEMORY STATS, DOCTOR and MALLOC-STATS tell of the whole', () => {
  const client = startInProcess().connect();
  for (let i = 0; i < 100; i++) client.call('SET', `key:${i}`, 'v'.repeat(100));
  const stats = client.call('MEMORY', 'STATS');
  const at = Array.isArray(stats) ? stats.indexOf('keys.count') : -1;
  expect(Array.isArray(stats) ? stats[at + 1] : undefined).toBe(100);
  expect(client.call('MEMORY', 'DOCTOR')).toBe('No memory problems found.\n');
  expect(String(client.call('MEMORY', 'MALLOC-STATS'))).toMatch(/^db0: 100 keys, \d+ of \d+ bytes in use\n$/);
});
