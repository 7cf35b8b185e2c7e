import type { CommandReply } from '#sdk/commander.js';
import { parsePairs, parseSearchReply } from '#sdk/search-reply.js';

const fieldsOf = (reply: CommandReply): [string, [string, string][]][] =>
  parseSearchReply(reply).rows.map(({ key, fields }) => [key, [...fields]]);

describe('parseSearchReply', () => {
  test('reads the array of RESP2', () => {
    const reply = [2, 'a', ['x', '1', 'y', '2'], 'b', ['x', '3']];
    expect(parseSearchReply(reply).total).toBe(2);
    expect(fieldsOf(reply)).toEqual([
      [
        'a',
        [
          ['x', '1'],
          ['y', '2'],
        ],
      ],
      ['b', [['x', '3']]],
    ]);
  });

  test('reads rows without content', () => {
    expect(fieldsOf([5, 'a', 'b'])).toEqual([
      ['a', []],
      ['b', []],
    ]);
    expect(parseSearchReply([0])).toEqual({ total: 0, rows: [] });
  });

  test('leaves out a document that expired while it was loaded', () => {
    expect(fieldsOf([2, 'a', null, 'b', ['x', '3']])).toEqual([['b', [['x', '3']]]]);
  });

  test('reads the map of Redis 8', () => {
    const result = (id: string, extra: CommandReply[]): CommandReply => ['id', id, ...extra, 'values', []];
    const reply = [
      ...['attributes', [], 'format', 'STRING'],
      ...['results', [result('a', ['extra_attributes', ['x', '1']]), result('b', [])]],
      ...['total_results', 7, 'warning', []],
    ];
    expect(parseSearchReply(reply).total).toBe(7);
    expect(fieldsOf(reply)).toEqual([
      ['a', [['x', '1']]],
      ['b', []],
    ]);
  });

  test.each([[null], ['OK'], [[]], [[1, 2]], [['results', 3, 'total_results', 1]], [[1, 'a', ['odd']]]])(
    'refuses %j',
    (reply) => {
      expect(() => parseSearchReply(reply)).toThrow(expect.objectContaining({ code: 'unexpected-reply' }));
    },
  );
});

test('parsePairs leaves out nil and refuses nested values', () => {
  expect([...parsePairs(['a', 1, 'b', null])]).toEqual([['a', '1']]);
  expect(() => parsePairs(['a', ['b']])).toThrow('expected a text as a value');
});
