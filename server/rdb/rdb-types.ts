/** Numbers of the RDB format: what kind of object follows. */

/** The version that redis-server 7.0 writes. */
export const RDB_VERSION = 10;
/** The version that first had fields of hashes with a time to live (Redis 7.4). */
export const RDB_VERSION_FIELD_EXPIRY = 12;
/** The newest version that is read: Redis 8.0. */
export const RDB_VERSION_MAX = 12;

/** Type bytes. Those in the middle belong to modules and to other parts of a file. */
export const RdbType = {
  string: 0,
  list: 1,
  set: 2,
  zset: 3,
  hash: 4,
  zset2: 5,
  module2: 7,
  hashZipmap: 9,
  listZiplist: 10,
  setIntset: 11,
  zsetZiplist: 12,
  hashZiplist: 13,
  listQuicklist: 14,
  streamListpacks: 15,
  hashListpack: 16,
  zsetListpack: 17,
  listQuicklist2: 18,
  streamListpacks2: 19,
  setListpack: 20,
  streamListpacks3: 21,
  hashFieldExpiry: 24,
  hashListpackFieldExpiry: 25,
} as const;

export type RdbTypeCode = (typeof RdbType)[keyof typeof RdbType];

/** First two bits of a length, or the whole byte. */
export const LENGTH_14_BITS = 0x40;
export const LENGTH_32_BITS = 0x80;
export const LENGTH_64_BITS = 0x81;
/** First byte of a string that is no run of bytes: integers of 8, 16 and 32 bits, and a compressed string. */
export const STRING_INT8 = 0xc0;
export const STRING_INT16 = 0xc1;
export const STRING_INT32 = 0xc2;
export const STRING_COMPRESSED = 0xc3;
