import { eventTimeMs, eventTimeText, isoEventTime, isoText, parseEventTime } from '#sdk/features/event-time.js';

describe('parseEventTime', () => {
  test.each([
    ['1970-01-01T00:00:00Z', '062167219200.000000000'],
    ['2024-02-29T23:59:59.5Z', '063876470399.500000000'],
    ['2024-01-01T00:00:00.123456789Z', '063871286400.123456789'],
    ['0000-01-01T00:00:00Z', '000000000000.000000000'],
    ['9999-12-31T23:59:59.999999999Z', '315569519999.999999999'],
  ])('reads ISO-8601 %s', (text, sortable) => {
    expect(parseEventTime(text, 'String')).toBe(sortable);
  });

  test.each([
    '2024-01-01',
    '2024-01-01 00:00:00',
    '2024-01-01T00:00:00',
    '2024-01-01T00:00:00+00:00',
    '2024-02-30T00:00:00Z',
    '2024-13-01T00:00:00Z',
    '2024-01-01T24:00:00Z',
    '2024-01-01T00:00:60Z',
    '2024-01-01T00:00:00.1234567890Z',
    '12024-01-01T00:00:00Z',
    '1700000000',
    '',
  ])('refuses %j where ISO-8601 is expected', (text) => {
    expect(() => parseEventTime(text, 'String')).toThrow('is no ISO-8601 time in UTC');
  });

  test.each([
    ['0', '062167219200.000000000'],
    ['1700000000', '063867219200.000000000'],
    ['1700000000.', '063867219200.000000000'],
    ['1700000000.123456789', '063867219200.123456789'],
    ['1700000000.1234567899', '063867219200.123456789'],
    ['1.7e9', '063867219200.000000000'],
    ['17000000000E-1', '063867219200.000000000'],
    ['+1e-9', '062167219200.000000001'],
    ['-0.5', '062167219199.500000000'],
    ['-62167219200', '000000000000.000000000'],
    ['253402300799.999999999', '315569519999.999999999'],
  ])('reads Unix seconds %s', (text, sortable) => {
    expect(parseEventTime(text, 'Fractional')).toBe(sortable);
  });

  test.each(['', '.', 'e5', '-', 'NaN', 'Infinity', '0x10', '1,5', '1e99999', '2024-01-01T00:00:00Z', ' 1'])(
    'refuses %j where seconds are expected',
    (text) => {
      expect(() => parseEventTime(text, 'Fractional')).toThrow('is no number of Unix seconds');
    },
  );

  test.each(['253402300800', '-62167219200.000000001', '1e300', '-1e20', '999999999999'])(
    'refuses %s, which is not within the years 0 to 9999',
    (text) => {
      expect(() => parseEventTime(text, 'Fractional')).toThrow('not within the years 0 to 9999');
    },
  );

  test('gives texts that sort as the times do', () => {
    const times = ['-1e9', '-1', '-0.000000001', '0', '1e-9', '0.1', '1', '1e3', '1700000000.9', '1700000001'];
    const sortable = times.map((time) => parseEventTime(time, 'Fractional'));
    expect([...sortable].sort()).toEqual(sortable);
  });
});

test('an event time is milliseconds, and milliseconds are an event time', () => {
  for (const atMs of [0, 1_700_000_000_123, -62_167_219_200_000]) {
    for (const type of ['String', 'Fractional'] as const) {
      expect(eventTimeMs(parseEventTime(eventTimeText(atMs, type), type))).toBe(atMs);
    }
  }
});

test('a fraction that says nothing is left out', () => {
  expect(isoText(1_704_067_200_000)).toBe('2024-01-01T00:00:00Z');
  expect(isoText(1_704_067_200_120)).toBe('2024-01-01T00:00:00.120Z');
});

test.each(['1970-01-01T00:00:00Z', '2024-02-29T23:59:59.5Z', '0000-01-01T00:00:00.000000001Z'])(
  '%s comes back',
  (text) => {
    expect(isoEventTime(parseEventTime(text, 'String'))).toBe(text);
  },
);
