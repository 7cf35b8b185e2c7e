import { formatTime } from '#index/expression/functions/format-time.js';
import { parseTime } from '#index/expression/functions/parse-time.js';

const seconds = Date.UTC(2007, 10, 5, 7, 8, 9) / 1000;

test.each([
  '%FT%TZ',
  '%c',
  '%D %r',
  '%d %B %Y %H:%M:%S',
  '%e. %b %y, %I:%M:%S %p',
  '%Y %j %R:%S',
  '%A %x %X',
  '%s',
  '%Y%m%d%H%M%S',
  '%Y-%m-%d%n%T %Z %%',
])('reads what was written as %s', (format) => {
  expect(parseTime(formatTime(new Date(seconds * 1000), format), format)).toBe(seconds);
});

test('what stands behind the format is not looked at', () => {
  expect(parseTime('2007-11-05 and more', '%F')).toBe(Date.UTC(2007, 10, 5) / 1000);
});

test('what the format does not name is zero, and the day too', () => {
  expect(parseTime('00:00', '%H:%M')).toBe(Date.UTC(1899, 11, 31) / 1000);
  expect(parseTime('70', '%y')).toBe(Date.UTC(1969, 11, 31) / 1000);
  expect(parseTime('10 pm', '%I %p')).toBe((Date.UTC(1899, 11, 31) + 22 * 3_600_000) / 1000);
});

test.each([
  ['2007-13-01', '%F'],
  ['2007', '%Y-%m'],
  ['Foo', '%a'],
  ['x', '%H'],
  ['2007', '%Q'],
])('%s is not %s', (text, format) => {
  expect(parseTime(text, format)).toBeUndefined();
});
