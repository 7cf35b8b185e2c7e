import { jsonCommands } from '#server/commands/json/json.js';

test('every JSON command is there, in its group and its ACL category', () => {
  const names = [
    'SET',
    'MSET',
    'MERGE',
    'GET',
    'MGET',
    'TYPE',
    'RESP',
    'DEL',
    'FORGET',
    'CLEAR',
    'NUMINCRBY',
    'NUMMULTBY',
  ];
  names.push('NUMPOWBY', 'STRAPPEND', 'STRLEN', 'TOGGLE', 'OBJKEYS', 'OBJLEN', 'ARRAPPEND', 'ARRINDEX', 'ARRINSERT');
  names.push('ARRLEN', 'ARRPOP', 'ARRTRIM', 'DEBUG');
  expect(jsonCommands.map(({ name }) => name)).toEqual(names.map((name) => `JSON.${name}`));
  for (const { group, acl, keys } of jsonCommands) expect([group, acl, keys?.length]).toEqual(['json', ['json'], 1]);
});
