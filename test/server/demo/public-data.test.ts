import { parseBanking77, parseClinc150, parseCsv, sample, seededRandom } from '#server/demo/public-data.js';

test.each([
  [
    'a,b\nc,d\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'a,b\r\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  ['"a, ""b""\nc",d\n', [['a, "b"\nc', 'd']]],
  [
    'a,\n,b\n',
    [
      ['a', ''],
      ['', 'b'],
    ],
  ],
  ['', []],
])('reads the CSV %p', (csv, rows) => {
  expect(parseCsv(csv)).toEqual(rows);
});

test('reads Banking77', () => {
  expect(parseBanking77('text,category\n"Where, please, is it?",card_arrival\n')).toEqual([
    { text: 'Where, please, is it?', label: 'card_arrival' },
  ]);
});

test('reads CLINC150, out-of-scope questions without a label', () => {
  const json = JSON.stringify({ train: [['hi', 'greeting']], oos_test: [['what?', 'oos']], val: [] });
  expect(parseClinc150(json)).toEqual([
    { text: 'hi', label: 'greeting' },
    { text: 'what?', label: null },
  ]);
});

test('a seed gives one sample, without repeats', () => {
  const items = Array.from({ length: 50 }, (_, at) => at);
  const [one, same, other] = [
    sample(items, 20, seededRandom(7)),
    sample(items, 20, seededRandom(7)),
    sample(items, 20, seededRandom(8)),
  ];
  expect(one).toEqual(same);
  expect(one).not.toEqual(other);
  expect(new Set(one).size).toBe(20);
});

test('random numbers lie from 0 up to 1', () => {
  const random = seededRandom(1);
  const values = Array.from({ length: 10_000 }, random);
  expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...values)).toBeLessThan(1);
  expect(values.reduce((sum, value) => sum + value, 0) / values.length).toBeCloseTo(0.5, 1);
});
