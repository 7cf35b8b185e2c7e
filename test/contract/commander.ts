/**
 * What every Commander promises, whatever is behind it. `open` gives one over an empty database; `close` lets go of it.
 */
import type { Commander } from '#sdk/commander.js';

export interface OpenCommander {
  readonly commander: Commander;
  close(): Promise<void>;
}

export function commanderContract(name: string, open: () => Promise<OpenCommander>): void {
  describe(`a Commander over ${name}`, () => {
    let opened: OpenCommander;
    let commander: Commander;

    beforeAll(async () => {
      opened = await open();
      commander = opened.commander;
    });
    beforeEach(async () => {
      await commander.call('FLUSHALL');
    });
    afterAll(() => opened.close());

    test('answers text, numbers and nil', async () => {
      expect(await commander.call('SET', 'k', 'v')).toBe('OK');
      expect(await commander.call('GET', 'k')).toBe('v');
      expect(await commander.call('STRLEN', 'k')).toBe(1);
      expect(await commander.call('GET', 'none')).toBeNull();
      expect(await commander.call('PING')).toBe('PONG');
    });

    test('sends numbers in decimal and texts as UTF-8', async () => {
      await commander.call('SET', 'n', 1.5);
      expect(await commander.call('GET', 'n')).toBe('1.5');
      await commander.call('SET', 'ключ', 'grün 🗝 \r\n');
      expect(await commander.call('GET', 'ключ')).toBe('grün 🗝 \r\n');
      expect(await commander.call('STRLEN', 'ключ')).toBe(Buffer.byteLength('grün 🗝 \r\n'));
    });

    test('sends bytes as they are, of a view only its own', async () => {
      const bytes = new Uint8Array(258).map((_, index) => index % 256);
      await commander.call('SET', 'b', bytes.subarray(1, 257));
      expect(await commander.call('STRLEN', 'b')).toBe(256);
      await commander.call('SET', 'floats', new Uint8Array(new Float32Array([1, Number.NaN]).buffer));
      expect(await commander.call('STRLEN', 'floats')).toBe(8);
    });

    test('answers lists with what is missing in them, and maps as flat lists', async () => {
      expect(await commander.call('HSET', 'h', 'a', 1, 'b', 'two')).toBe(2);
      expect(await commander.call('HMGET', 'h', 'b', 'c')).toEqual(['two', null]);
      expect(await commander.call('HGETALL', 'h')).toEqual(['a', '1', 'b', 'two']);
      expect(await commander.call('HGETALL', 'none')).toEqual([]);
      expect(await commander.call('SCAN', '0', 'COUNT', 100)).toEqual(['0', ['h']]);
    });

    test('rejects with the text of an error reply, and works on', async () => {
      await commander.call('SET', 'k', 'v');
      await expect(commander.call('HGETALL', 'k')).rejects.toThrow(
        'WRONGTYPE Operation against a key holding the wrong kind of value',
      );
      await expect(commander.call('GET')).rejects.toThrow("ERR wrong number of arguments for 'get' command");
      await expect(commander.call('NOSUCH', 'x')).rejects.toThrow("ERR unknown command 'NOSUCH'");
      expect(await commander.call('GET', 'k')).toBe('v');
    });

    test('runs commands in the order of the calls', async () => {
      const replies = Array.from({ length: 50 }, () => commander.call('INCR', 'n'));
      expect(await Promise.all(replies)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    });
  });
}
