import { searchCommands } from '#server/commands/search/search.js';

test('the search commands say who may use them', () => {
  expect(
    searchCommands.map(({ name, arity, flags, acl, group }) => [name, arity, flags.join(' '), acl, group]),
  ).toEqual([
    ['FT.ALTER', -6, 'write denyoom', ['search'], 'search'],
    ['FT.ALIASADD', 3, 'write', ['search'], 'search'],
    ['FT.ALIASDEL', 2, 'write', ['search'], 'search'],
    ['FT.ALIASLIST', 2, 'readonly', ['search'], 'search'],
    ['FT.ALIASUPDATE', 3, 'write', ['search'], 'search'],
    ['FT._ALIASLIST', 1, 'readonly', ['search'], 'search'],
    ['FT.CREATE', -2, 'write denyoom fast', ['search'], 'search'],
    ['FT.DROPINDEX', -2, 'write fast', ['search'], 'search'],
    ['FT.EXPLAIN', -3, 'readonly', ['search'], 'search'],
    ['FT.EXPLAINCLI', -3, 'readonly', ['search'], 'search'],
    ['FT.INFO', -2, 'readonly fast', ['search'], 'search'],
    ['FT._LIST', 1, 'readonly admin', ['search'], 'search'],
    ['FT.PROFILE', -5, 'readonly', ['search'], 'search'],
    ['FT.SEARCH', -3, 'readonly', ['search'], 'search'],
    ['FT.TAGVALS', 3, 'readonly', ['search'], 'search'],
  ]);
});
