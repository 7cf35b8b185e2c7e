import { startInProcess } from '../../../support/in-process.js';

test.each([
  [['FP32', Buffer.from(new Float32Array([1, 2]).buffer)], 1],
  [['values', '2', '1', '2.5'], 1],
  [['FP32', 'abc'], null],
  [['FP32', ''], null],
  [['FP32', Buffer.from(new Float32Array([1, Number.NaN]).buffer)], null],
  [['VALUES', '0'], null],
  [['VALUES', '3', '1', '2'], null],
  [['VALUES', 'x', '1'], null],
  [['VALUES', '1', 'x'], null],
  [['VALUES', '1', 'inf'], null],
  [['BLOB', '1', '2'], null],
])('vector %#', (vector, expected) => {
  const client = startInProcess().connect();
  const args = ['VADD', 'k', ...vector, 'e'];
  if (expected === null) expect(client.error(...args)).toBe('ERR invalid vector specification');
  else expect(client.call(...args)).toBe(expected);
});
