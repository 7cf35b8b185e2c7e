import {
  entityKey,
  featureField,
  isJoinKeyType,
  type JoinKeyType,
  timestampField,
} from '#sdk/features/feast/feast-keys.js';

const keyOf = (keys: Readonly<Record<string, JoinKeyType>>, values: Readonly<Record<string, unknown>>): string => {
  const joinKeys = Object.entries(keys).map(([name, type]) => ({ name, type }));
  return Buffer.from(entityKey(joinKeys, values, 'fproj')).toString('hex');
};

/** As Feast's own code writes them. */
test.each([
  [
    { driver_id: 'INT64' },
    { driver_id: 1001 },
    '0100000002000000090000006472697665725f69640400000008000000e9030000000000006670726f6a',
  ],
  [
    { driver_id: 'INT32' },
    { driver_id: 1001 },
    '0100000002000000090000006472697665725f69640300000004000000e90300006670726f6a',
  ],
  [{ user: 'STRING' }, { user: 'abc' }, '0100000002000000040000007573657202000000030000006162636670726f6a'],
  [
    { driver_id: 'INT64', customer_id: 'STRING' },
    { driver_id: 1001, customer_id: 'c1' },
    '02000000020000000b000000637573746f6d65725f696402000000090000006472697665725f6964020000000200000063310400000008000000e9030000000000006670726f6a',
  ],
  [
    { ts: 'UNIX_TIMESTAMP' },
    { ts: 1_700_000_000 },
    '0100000002000000020000007473080000000800000000f15365000000006670726f6a',
  ],
  [{ b: 'BYTES' }, { b: 'AP8=' }, '01000000020000000100000062010000000200000000ff6670726f6a'],
  [
    { __dummy_id: 'STRING' },
    { __dummy_id: '' },
    '01000000020000000a0000005f5f64756d6d795f696402000000000000006670726f6a',
  ],
] as const)('the key of %j with %j', (keys, values, hex) => {
  expect(keyOf(keys, values)).toBe(hex);
});

test.each([['1.5'], [2 ** 40], [null], ['x']])('%p is no integer of 32 bits', (value) => {
  expect(() => keyOf({ id: 'INT32' }, { id: value })).toThrow("of 'id' is no integer of 32 bits");
});

test('fields are four bytes of a hash, and a text for the timestamp', () => {
  expect(Buffer.from(featureField('cust_driver', 'score')).toString('hex')).toBe('4f5f5b99');
  expect(timestampField('drivers')).toBe('_ts:drivers');
  expect(['INT64', 'DOUBLE'].map(isJoinKeyType)).toEqual([true, false]);
});
