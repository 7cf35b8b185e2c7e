import { startInProcess } from '../../support/in-process.js';

const client = startInProcess().connect();
client.call('FT.CREATE', 'idx', 'SCHEMA', 'a', 'TAG', 'b', 'NUMERIC');
client.call('HSET', 'k', 'a', 'x');

const described = (name: string, ver: number): unknown[] => ['name', name, 'ver', ver, 'path', '', 'args', []];
const modules = [described('search', 80_200), described('ReJSON', 80_200), described('vectorset', 1)];

test('what are modules in Redis is told by MODULE LIST and HELLO, as versions that clients ask for', () => {
  expect(client.call('MODULE', 'LIST')).toEqual(modules);
  expect(client.call('HELLO', 2)).toEqual(expect.arrayContaining(['modules', modules]));
  const third = startInProcess().connect();
  third.call('HELLO', 3);
  expect(third.call('MODULE', 'LIST')).toEqual([
    new Map<string, unknown>([...pairs('search', 80_200)]),
    new Map<string, unknown>([...pairs('ReJSON', 80_200)]),
    new Map<string, unknown>([...pairs('vectorset', 1)]),
  ]);
});

function pairs(name: string, ver: number): [string, unknown][] {
  return [
    ['name', name],
    ['ver', ver],
    ['path', ''],
    ['args', []],
  ];
}

test('and by INFO, with what they say of themselves', () => {
  const told = String(client.call('INFO', 'modules'));
  expect(told).toContain('# Modules\r\nmodule:name=search,ver=80200,api=1,');
  expect(told).toContain(
    '# search_index_stats\r\nsearch_number_of_indexes:1\r\nsearch_number_of_attributes:2\r\nsearch_total_indexed_documents:1\r\n',
  );
  expect(told).toContain('# json_core_metrics\r\n');
  expect(String(client.call('INFO', 'search'))).toMatch(/^# search_index_stats\r\n/);
  expect(String(client.call('INFO'))).not.toContain('search_index_stats');
  expect(String(client.call('INFO', 'all'))).not.toContain('search_index_stats');
  expect(String(client.call('INFO', 'everything'))).toContain('search_index_stats');
});

test('their commands are listed by module', () => {
  const listed = client.call('COMMAND', 'LIST', 'FILTERBY', 'MODULE', 'search');
  expect(listed).toContain('ft.search');
  expect(listed).not.toContain('get');
  expect(client.call('COMMAND', 'LIST', 'FILTERBY', 'MODULE', 'ReJSON')).toContain('json.get');
  expect(client.call('COMMAND', 'LIST', 'FILTERBY', 'MODULE', 'none')).toEqual([]);
});
