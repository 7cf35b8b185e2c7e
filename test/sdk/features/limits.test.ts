import { momentMsMax, namePattern } from '#sdk/features/limits.js';

test.each(['a', 'A1', 'a-b_c', 'a--_b', `a${'-b'.repeat(63)}`, '0'])('%s is a name', (name) => {
  expect(namePattern.test(name)).toBe(true);
});

test.each(['', '-a', 'a-', '_a', 'a_', 'a.b', 'a:b', 'a b', 'é', `a${'b'.repeat(64)}`, 'a{b}'])(
  '%j is no name',
  (name) => {
    expect(namePattern.test(name)).toBe(false);
  },
);

test('the last moment is the end of the year 9999', () => {
  expect(new Date(momentMsMax).toISOString()).toBe('9999-12-31T23:59:59.999Z');
});
