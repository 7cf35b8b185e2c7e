import { startInProcess } from '../../support/in-process.js';

test('XINFO tells what a stream, its groups and consumers are like', () => {
  const { connect, clock } = startInProcess();
  const client = connect();
  const now = clock.nowMs();
  client.call('HELLO', 3);
  for (let i = 1; i <= 3; i++) client.call('XADD', 's', `${i}-0`, 'f', `${i}`);
  client.call('XGROUP', 'CREATE', 's', 'g', '0');
  client.call('XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', 2, 'STREAMS', 's', '>');
  clock.advance(50);
  const group: [string, unknown][] = [
    ['name', 'g'],
    ['last-delivered-id', '2-0'],
    ['entries-read', 2],
    ['lag', 1],
  ];
  expect(client.call('XINFO', 'GROUPS', 's')).toEqual([
    new Map<string, unknown>([...group, ['consumers', 1], ['pending', 2]]),
  ]);
  expect(client.call('XINFO', 'CONSUMERS', 's', 'g')).toEqual([
    new Map<string, unknown>([
      ['name', 'c'],
      ['pending', 2],
      ['idle', 50],
    ]),
  ]);
  const counters: [string, unknown][] = [
    ['length', 3],
    ['radix-tree-keys', 1],
    ['radix-tree-nodes', 2],
    ['last-generated-id', '3-0'],
    ['max-deleted-entry-id', '0-0'],
    ['entries-added', 3],
    ['recorded-first-entry-id', '1-0'],
  ];
  const entries = [1, 2, 3].map((i) => [`${i}-0`, ['f', `${i}`]]);
  expect(client.call('XINFO', 'STREAM', 's')).toEqual(
    new Map<string, unknown>([...counters, ['groups', 1], ['first-entry', entries[0]], ['last-entry', entries[2]]]),
  );
  const consumer: [string, unknown][] = [
    ['name', 'c'],
    ['seen-time', now],
    ['pel-count', 2],
    ['pending', [['1-0', now, 1]]],
  ];
  expect(client.call('XINFO', 'STREAM', 's', 'FULL', 'COUNT', 1)).toEqual(
    new Map<string, unknown>([
      ...counters,
      ['entries', entries.slice(0, 1)],
      [
        'groups',
        [
          new Map<string, unknown>([
            ...group,
            ['pel-count', 2],
            ['pending', [['1-0', 'c', now, 1]]],
            ['consumers', [new Map<string, unknown>(consumer)]],
          ]),
        ],
      ],
    ]),
  );
});

test('FULL shows ten entries, or as many as it is asked for', () => {
  const client = startInProcess().connect();
  for (let i = 1; i <= 15; i++) client.call('XADD', 's', `${i}-0`, 'f', `${i}`);
  const shown = (...options: (string | number)[]): unknown => {
    const reply = client.call('XINFO', 'STREAM', 's', 'FULL', ...options);
    const entries = Array.isArray(reply) ? reply[reply.indexOf('entries') + 1] : undefined;
    return Array.isArray(entries) ? entries.length : entries;
  };
  expect([shown(), shown('COUNT', 3), shown('COUNT', 0), shown('COUNT', -1)]).toEqual([10, 3, 15, 10]);
});
