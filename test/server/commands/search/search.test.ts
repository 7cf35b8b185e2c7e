import { searchCommands } from '#server/commands/search/search.js';

test('the search commands say who may use them', () => {
  expect(
    searchCommands.map(({ name, arity, flags, acl, group }) => [name, arity, flags.join(' '), acl, group]),
  ).toEqual([
    ['FT.CREATE', -2, 'write denyoom fast', ['search'], 'search'],
    ['FT.DROPINDEX', -2, 'write fast', ['search'], 'search'],
    ['FT.INFO', -2, 'readonly fast', ['search'], 'search'],
    ['FT._LIST', 1, 'readonly admin', ['search'], 'search'],
    ['FT.SEARCH', -3, 'readonly', ['search'], 'search'],
  ]);
});
