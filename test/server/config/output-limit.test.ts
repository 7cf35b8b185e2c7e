import { outputLimit } from '#server/config/output-limit.js';

const text = 'normal 1mb 64k 10 slave 256mb 64mb 60 pubsub 32mb 8mb 60';

test('reads the limit of a class, with units', () => {
  expect(outputLimit(text, 'normal')).toEqual({ hardBytes: 1024 ** 2, softBytes: 64_000, softSeconds: 10 });
  expect(outputLimit('replica 5 4 3', 'slave')).toEqual({ hardBytes: 5, softBytes: 4, softSeconds: 3 });
});

test('a class that is not named has no limit', () => {
  expect(outputLimit('pubsub 1 1 1', 'normal')).toEqual({ hardBytes: 0, softBytes: 0, softSeconds: 0 });
});

test.each([
  ['normal 0 0', 'Wrong number of arguments'],
  ['guest 0 0 0', 'Invalid client class'],
  ['normal 0 x 0', 'Error in hard, soft or soft_seconds'],
  ['normal 0 -1 0', 'Error in hard, soft or soft_seconds'],
  ['normal 0 0 0 guest 0 0 0', 'Invalid client class'],
])('refuses %s', (limits, message) => {
  expect(() => outputLimit(limits, 'normal')).toThrow(message);
});
