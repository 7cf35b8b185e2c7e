import { SeededRandom } from '../../../fuzz/seeded-random.js';
import { startInProcess } from '../../../support/in-process.js';

test('what is most similar is what a plain calculation says', () => {
  const random = new SeededRandom(7);
  const client = startInProcess().connect();
  const vectors = new Map<string, number[]>();
  for (let i = 0; i < 300; i++) {
    const vector = random.times(8, () => random.next() - 0.5);
    vectors.set(`e${i}`, vector);
    client.call('VADD', 'k', 'VALUES', 8, ...vector, `e${i}`, 'NOQUANT', 'SETATTR', `{"n":${i}}`);
  }
  for (let round = 0; round < 20; round++) {
    const query = random.times(8, () => random.next() - 0.5);
    const least = random.below(250);
    const score = (vector: number[]): number => {
      const dot = (a: number[], b: number[]): number => a.reduce((sum, element, i) => sum + element * (b[i] ?? 0), 0);
      return (1 + dot(vector, query) / Math.sqrt(dot(vector, vector) * dot(query, query))) / 2;
    };
    const expected = [...vectors]
      .filter(([name]) => Number(name.slice(1)) >= least)
      .sort(([, a], [, b]) => score(b) - score(a))
      .slice(0, 5)
      .map(([name]) => name);
    const asked = ['VSIM', 'k', 'VALUES', 8, ...query, 'COUNT', 5, 'FILTER', `.n >= ${least}`] as const;
    expect(client.call(...asked)).toEqual(expected);
    expect(client.call(...asked, 'TRUTH')).toEqual(expected);
  }
});

test('mistakes are told only when there is a set to search', () => {
  const client = startInProcess().connect();
  expect(client.call('VSIM', 'none', 'BOGUS', 'x')).toEqual([]);
  client.call('VADD', 'k', 'VALUES', '2', '1', '0', 'a');
  expect(client.error('VSIM', 'k', 'BOGUS', 'x')).toBe('ERR invalid vector specification');
});

describe('a large set is searched beside other commands', () => {
  const random = new SeededRandom(8);
  const { server, connect } = startInProcess();
  const client = connect();
  const vector = (): string[] => random.times(8, () => String(random.next() - 0.5));
  const search = (): string[] => ['VSIM', 'k', 'VALUES', '8', ...vector(), 'COUNT', '5', 'TRUTH', 'WITHSCORES'];
  const later = (command: readonly string[]): Promise<unknown> => {
    const [name = '', ...args] = command;
    return server.commander.call(name, ...args);
  };

  beforeAll(() => {
    for (let i = 0; i < 2500; i++) client.call('VADD', 'k', 'VALUES', '8', ...vector(), `e${i}`);
  });

  test('with the answer it has at once', async () => {
    for (let round = 0; round < 20; round++) {
      const command = search();
      expect(() => client.call(...command)).toThrow('finishes later');
      expect(await later(command)).toEqual(client.call(...command, 'NOTHREAD'));
    }
  });

  test('inside a transaction at once', () => {
    client.call('MULTI');
    client.call(...search());
    expect(client.call('EXEC')).toHaveLength(1);
  });

  test('and counts as used memory, until it is flushed', async () => {
    const { keyspace } = server.facilities;
    const before = keyspace.liveBytes;
    expect(before).toBeGreaterThan(2500 * (8 * 2 + 16 * 2 * 4));
    const answer = later(search());
    client.call('FLUSHALL');
    expect(await answer).toEqual([]);
    expect(keyspace.liveBytes).toBeLessThan(before / 10);
  });
});
