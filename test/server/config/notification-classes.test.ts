import { normalNotificationText, notificationLetters } from '#server/config/notification-classes.js';

test('A stands for every class but misses and new keys', () => {
  expect([...notificationLetters('KA')].sort().join('')).toBe('$Kdeghlstxz');
  expect(notificationLetters('').size).toBe(0);
  expect(() => notificationLetters('Kq')).toThrow('Invalid event class character');
});

test.each([
  ['KEg$lshzxetd', 'AKE'],
  ['mEK$', '$KEm'],
  ['nE', 'nE'],
  ['KAn', 'AK'],
  ['', ''],
])('%s is answered as %s', (text, normal) => {
  expect(normalNotificationText(text)).toBe(normal);
});
