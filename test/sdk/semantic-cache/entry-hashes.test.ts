import { cacheKeys } from '#sdk/semantic-cache/cache-keys.js';
import { EntryHashes } from '#sdk/semantic-cache/entry-hashes.js';
import { startInProcess } from '../../support/in-process.js';
import { ScriptedCommander } from '../scripted-commander.js';
import { WordEmbedder } from '../word-embedder.js';

const keys = cacheKeys('c', new WordEmbedder());
const id = (number: number): string => number.toString(16).padStart(32, '0');
const written = (number: number, keptForMs: number | null = null) => ({
  entry: { id: id(number), prompt: 'p', response: `r${number}`, attributes: {}, createdAtMs: 7, embedderId: 'e' },
  indexing: { scope: id(100), exact: id(200), answerGroup: 'g', vector: undefined },
  keptForMs,
});

async function collected<T>(pages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const page of pages) all.push(page);
  return all;
}

describe('entries as hashes', () => {
  test('are read as they were written, end when they should, and are replaced whole', async () => {
    const { commander } = startInProcess().server;
    const entries = new EntryHashes(commander, keys);
    await entries.write(written(1, 5_000));
    expect(await entries.read(id(1))).toEqual(written(1).entry);
    expect(await commander.call('PTTL', keys.entry(id(1)))).toBe(5_000);
    await entries.write({ ...written(1), tags: id(3) });
    expect(await commander.call('PTTL', keys.entry(id(1)))).toBe(-1);
    expect(await commander.call('HGET', keys.entry(id(1)), 'tags')).toBe(id(3));
    expect(await entries.read(id(2))).toBeNull();
  });

  test('are walked through, those in quarantine only where all are asked for', async () => {
    const { commander } = startInProcess().server;
    const entries = new EntryHashes(commander, keys);
    for (const number of [1, 2]) await entries.write(written(number));
    await commander.call('RENAME', keys.entry(id(2)), keys.quarantined(id(2)));
    await commander.call('SET', 'another', 'key');
    const found = (await collected(entries.allKeys())).flat();
    expect(found.sort()).toEqual([keys.entry(id(1)), keys.quarantined(id(2))].sort());
    expect(entries.idsOf(found)).toEqual([id(1)]);
    expect((await collected(entries.exported())).map(({ response }) => response)).toEqual(['r1']);
    expect(await entries.delete([id(1), id(2)])).toBe(1);
    expect(await entries.deleteKeys(found)).toBe(1);
    expect([await entries.delete([]), await entries.deleteKeys([])]).toEqual([0, 0]);
  });

  test('are walked through on every node', async () => {
    const nodes = [1, 2].map((number) => new ScriptedCommander(() => ['0', [keys.entry(id(number))]]));
    const commander = { call: async () => null, nodes: () => nodes };
    expect((await collected(new EntryHashes(commander, keys).allKeys())).flat()).toEqual(
      [1, 2].map(id).map(keys.entry),
    );
  });

  test('say what went wrong in the store', async () => {
    const failing = new EntryHashes(new ScriptedCommander(() => new Error('Connection is closed.')), keys);
    for (const work of [() => failing.read(id(1)), () => failing.delete([id(1)]), () => collected(failing.allKeys())]) {
      await expect(work()).rejects.toMatchObject({ code: 'store-unavailable' });
    }
    const odd = new EntryHashes(new ScriptedCommander(() => 'odd'), keys);
    await expect(collected(odd.allKeys())).rejects.toMatchObject({ code: 'unexpected-reply' });
  });
});
