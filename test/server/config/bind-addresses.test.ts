import { addressesOf, firstAddress } from '#server/config/bind-addresses.js';

test('addresses are divided by blanks; a minus before one says that it may be missing', () => {
  expect(addressesOf(' 127.0.0.1  -::1 ')).toEqual([
    { host: '127.0.0.1', isOptional: false },
    { host: '::1', isOptional: true },
  ]);
});

test('a star is every address', () => {
  expect(addressesOf('* -::*')).toEqual([
    { host: '0.0.0.0', isOptional: false },
    { host: '::', isOptional: true },
  ]);
});

test('the first is where HTTP listens; without any it is the loopback address', () => {
  expect([firstAddress('10.0.0.1 10.0.0.2'), firstAddress('')]).toEqual(['10.0.0.1', '127.0.0.1']);
});

test('there are sixteen at most', () => {
  expect(addressesOf('a '.repeat(20))).toHaveLength(16);
});
