import { vectorSetCommands } from '#server/commands/vector-set/vector-set.js';

test('every command of vector sets is there, in its group and its ACL category', () => {
  const names = [
    'VADD',
    'VREM',
    'VSETATTR',
    'VSIM',
    'VCARD',
    'VDIM',
    'VEMB',
    'VGETATTR',
    'VINFO',
    'VISMEMBER',
    'VLINKS',
  ];
  expect(vectorSetCommands.map(({ name }) => name)).toEqual([...names, 'VRANDMEMBER', 'VRANGE']);
  for (const { group, acl } of vectorSetCommands) expect([group, acl]).toEqual(['vector-set', ['vectorset']]);
});
