import { execFileSync } from 'node:child_process';
import { formatTime } from '#index/expression/functions/format-time.js';

const letters = 'aAbBcCdDeFgGhHIjklmMnpPrRsStTuUVwWxXyYz%';
const seconds = [0, 1_582_983_959, 1_609_459_199, 1_609_459_200, 1_230_768_000, 951_782_400, 4_102_444_800];

test('every conversion writes what the C library writes', () => {
  const format = [...letters].map((letter) => `${letter}=%${letter}`).join('|');
  for (const second of seconds) {
    const expected = execFileSync('date', ['-u', '-d', `@${second}`, `+${format}`], {
      env: { LC_ALL: 'C' },
      encoding: 'utf8',
    });
    expect(`${formatTime(new Date(second * 1000), format)}\n`).toBe(expected);
  }
});

test('what is no conversion stays', () => {
  expect(formatTime(new Date(0), '%Q %Ey %')).toBe('%Q 70 %');
});
