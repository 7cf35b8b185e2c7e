/** What compat cannot see of sets combined: what they say changed, and agreement with sets of JavaScript. */
import { seededRandom } from '#server/base/random.js';
import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

test.each<[string, string[]]>([
  ['SINTERSTORE r a b', ['sinterstore r']],
  ['SUNIONSTORE r a b', ['sunionstore r']],
  ['SDIFFSTORE r a b', ['sdiffstore r']],
  ['SINTERSTORE old a none', ['del old']],
  ['SDIFFSTORE none none a', []],
])('%s announces its change', (line, changes) => {
  const server = startInProcess();
  const client = server.connect();
  client.call('SADD', 'a', '1', '2', '3');
  client.call('SADD', 'b', '2', '3', 'x');
  client.call('SET', 'old', 'v');
  const recorder = new ChangeRecorder(server.server);
  client.call(...line.split(' '));
  expect(recorder.take()).toEqual({ changes, effects: changes.length > 0 ? [line] : [] });
});

test('the members are those that sets of JavaScript have', () => {
  const random = seededRandom(5);
  const client = startInProcess().connect();
  const members = (key: string): Set<unknown> => new Set([client.call('SMEMBERS', key)].flat());
  for (let round = 0; round < 100; round++) {
    client.call('FLUSHALL');
    const keys = ['a', 'b', 'c'].slice(0, 1 + random.below(3));
    for (const key of keys) {
      for (let i = random.below(30); i > 0; i--)
        client.call('SADD', key, random.below(20) < 15 ? random.below(20) : `m${random.below(9)}`);
    }
    const sets = keys.map(members);
    const [first = new Set(), ...others] = sets;
    client.call('SINTERSTORE', 'inter', ...keys);
    client.call('SUNIONSTORE', 'union', ...keys);
    client.call('SDIFFSTORE', 'diff', ...keys);
    expect(members('inter')).toEqual(new Set([...first].filter((member) => others.every((set) => set.has(member)))));
    expect(members('union')).toEqual(new Set(sets.flatMap((set) => [...set])));
    expect(members('diff')).toEqual(new Set([...first].filter((member) => !others.some((set) => set.has(member)))));
    expect(client.call('SINTERCARD', keys.length, ...keys)).toBe(members('inter').size);
  }
});
