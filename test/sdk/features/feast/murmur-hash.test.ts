import { murmurHash } from '#sdk/features/feast/murmur-hash.js';

test.each([
  ['', 0],
  ['a', 0x3c2569b2],
  ['driver_hourly_stats:conv_rate', 0xdae36061],
  ['driver_hourly_stats:acc_rate', 0xad585efa],
  ['cust_driver:score', 0x995b5f4f],
  ['fv_0:feature_0', 0xcfedea97],
])('the hash of %j', (text, hash) => {
  expect(murmurHash(Buffer.from(text))).toBe(hash);
});
