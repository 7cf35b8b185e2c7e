import { evaluated } from '../evaluated.js';

/** Saturday, 29 February 2020, 13:45:59. */
const leapDay = Date.UTC(2020, 1, 29, 13, 45, 59) / 1000;

test.each([
  ['year(@t)', 2020],
  ['monthofyear(@t)', 1],
  ['dayofmonth(@t)', 29],
  ['dayofweek(@t)', 6],
  ['dayofyear(@t)', 59],
  ['day(@t)', Date.UTC(2020, 1, 29) / 1000],
  ['hour(@t)', Date.UTC(2020, 1, 29, 13) / 1000],
  ['minute(@t)', Date.UTC(2020, 1, 29, 13, 45) / 1000],
  ['month(@t)', Date.UTC(2020, 1, 1) / 1000],
  ['timefmt(@t)', '2020-02-29T13:45:59Z'],
  ['timefmt(@t, "%d.%m.")', '29.02.'],
  ['parsetime("2020-02-29T13:45:59Z")', leapDay],
  ['parsetime(timefmt(@t, "%c"), "%c")', leapDay],
])('%s is %p', (text, value) => {
  expect(evaluated(text, { t: leapDay })).toBe(value);
});

test.each(['year("soon")', 'day(-1)', 'year(1e300)', 'timefmt("soon")', 'timefmt(0, "")', 'parsetime("soon", "%Y")'])(
  '%s has no answer',
  (text) => {
    expect(evaluated(text)).toBeUndefined();
  },
);
