import { featureGrants } from '#server/config/feature-grants.js';

test('a line is a caller, rights and groups', () => {
  expect(featureGrants('\n AKID read orders\nreader read,write  a-1,b_*\nroot admin *\n')).toEqual([
    { caller: 'AKID', rights: ['read'], groups: ['orders'] },
    { caller: 'reader', rights: ['read', 'write'], groups: ['a-1', 'b_*'] },
    { caller: 'root', rights: ['admin'], groups: ['*'] },
  ]);
  expect(featureGrants('')).toEqual([]);
});

test.each([
  ['AKID read', 'a caller, rights and groups'],
  ['AKID read a b', 'a caller, rights and groups'],
  ['AKID delete a', 'rights of read, write, admin'],
  ['AKID read, a', 'rights of read, write, admin'],
  ['AKID read a,', 'names of groups'],
  ['AKID read a*b', 'names of groups'],
  ['AKID read a.b', 'names of groups'],
])('%j is refused: %s', (line, why) => {
  expect(() => featureGrants(line)).toThrow(why);
});
