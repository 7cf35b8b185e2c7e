import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

function stage(settings: Readonly<Record<string, string>> = {}) {
  const server = startInProcess(settings);
  return { ...server, client: server.connect(), recorder: new ChangeRecorder(server.server) };
}

describe('XADD', () => {
  test('gives ids by the clock, and tells them in its effect', () => {
    const { client, clock, recorder } = stage();
    const now = clock.nowMs();
    expect(client.call('XADD', 's', '*', 'f', 'v')).toBe(`${now}-0`);
    expect(client.call('XADD', 's', '*', 'f', 'v')).toBe(`${now}-1`);
    clock.advance(5);
    expect(client.call('XADD', 's', '*', 'f', 'v')).toBe(`${now + 5}-0`);
    clock.advance(-1000);
    expect(client.call('XADD', 's', 'NOMKSTREAM', '*', 'f', 'v')).toBe(`${now + 5}-1`);
    expect(client.call('XADD', 's', `${now + 5}-*`, 'f', 'v')).toBe(`${now + 5}-2`);
    expect(recorder.take().effects).toEqual([
      ...[`${now}-0`, `${now}-1`, `${now + 5}-0`, `${now + 5}-1`, `${now + 5}-2`].map((id) => `XADD s ${id} f v`),
    ]);
  });

  test('tells what it has trimmed as an exact trim', () => {
    const { client, recorder } = stage({ 'stream-node-max-entries': '10' });
    for (let i = 1; i <= 20; i++) client.call('XADD', 's', `${i}-0`, 'f', 'v');
    recorder.take();
    client.call('XADD', 's', 'MAXLEN', '~', '15', '21-0', 'f', 'v');
    client.call('XADD', 's', 'MAXLEN', '~', '9', 'LIMIT', '10', '22-0', 'f', 'v');
    client.call('XADD', 's', 'MINID', '~', '15', '23-0', 'f', 'v');
    client.call('XADD', 's', 'MINID', '15', '24-0', 'f', 'v');
    client.call('XADD', 's', 'MAXLEN', '3', '25-0', 'f', 'v');
    client.call('XADD', 's', 'MINID', '~', '99', '26-0', 'f', 'v');
    expect(recorder.take()).toEqual({
      changes: [
        ...['xadd s', 'xadd s', 'xtrim s', 'xadd s'],
        ...['xadd s', 'xtrim s', 'xadd s', 'xtrim s', 'xadd s', 'xtrim s'],
      ],
      effects: [
        'XADD s 21-0 f v',
        'XADD s MAXLEN = 12 22-0 f v',
        'XADD s 23-0 f v',
        'XADD s MINID = 15-0 24-0 f v',
        'XADD s MAXLEN = 3 25-0 f v',
        'XADD s MINID = 18446744073709551615-18446744073709551615 26-0 f v',
      ],
    });
  });

  test('leaves nothing behind when it is refused', () => {
    const { client, recorder } = stage();
    client.call('SET', 'str', 'v');
    recorder.take();
    expect(client.error('XADD', 'str', '*', 'f', 'v')).toMatch(/^WRONGTYPE/);
    expect(client.error('XADD', 's', '0-0', 'f', 'v')).toMatch('must be greater than 0-0');
    expect(client.error('XADD', 's', '1-1', 'f')).toBe("ERR wrong number of arguments for 'xadd' command");
    expect(client.call('XADD', 's', 'NOMKSTREAM', '*', 'f', 'v')).toBeNull();
    expect(client.call('EXISTS', 's')).toBe(0);
    expect(recorder.take()).toEqual({ changes: [], effects: [] });
  });
});

describe('XDEL, XTRIM and XSETID', () => {
  test('announce what they change, once, and tell effects that do the same again', () => {
    const { client, recorder } = stage({ 'stream-node-max-entries': '10' });
    for (let i = 1; i <= 30; i++) client.call('XADD', 's', `${i}-0`, 'f', 'v');
    recorder.take();
    expect(client.call('XDEL', 's', '3-0', '4-0', '99-0')).toBe(2);
    expect(client.call('XDEL', 's', '3-0')).toBe(0);
    expect(client.call('XTRIM', 's', 'MAXLEN', '~', '15')).toBe(8);
    expect(client.call('XTRIM', 's', 'MAXLEN', '~', '15')).toBe(0);
    expect(client.call('XTRIM', 's', 'MINID', '15-0')).toBe(4);
    expect(client.call('XSETID', 's', '40-0', 'ENTRIESADDED', '99')).toBe('OK');
    expect(recorder.take()).toEqual({
      changes: ['xdel s', 'xtrim s', 'xtrim s', 'xsetid s'],
      effects: ['XDEL s 3-0 4-0 99-0', 'XTRIM s MAXLEN = 20', 'XTRIM s MINID = 15-0', 'XSETID s 40-0 ENTRIESADDED 99'],
    });
  });

  test('leave an empty stream where it is', () => {
    const { client } = stage();
    client.call('XADD', 's', '1-1', 'f', 'v');
    expect([client.call('XDEL', 's', '1-1'), client.call('EXISTS', 's'), client.call('XLEN', 's')]).toEqual([1, 1, 0]);
    expect(client.error('XADD', 's', '1-1', 'f', 'v')).toMatch('equal or smaller');
  });
});

describe('XRANGE and XREVRANGE', () => {
  test('answer entries in order and in reverse, over many nodes', () => {
    const { client } = stage({ 'stream-node-max-entries': '10' });
    for (let i = 1; i <= 95; i++) client.call('XADD', 's', `${i}-0`, 'n', `${i}`);
    const entry = (i: number): [string, string[]] => [`${i}-0`, ['n', `${i}`]];
    expect(client.call('XRANGE', 's', '9', '12')).toEqual([9, 10, 11, 12].map(entry));
    expect(client.call('XRANGE', 's', '-', '+', 'COUNT', 2)).toEqual([1, 2].map(entry));
    expect(client.call('XREVRANGE', 's', '+', '(93-0')).toEqual([95, 94].map(entry));
    expect(client.call('XREVRANGE', 's', '21', '-', 'COUNT', 3)).toEqual([21, 20, 19].map(entry));
    const all = client.call('XRANGE', 's', '-', '+');
    expect(Array.isArray(all) ? all.length : all).toBe(95);
  });
});
