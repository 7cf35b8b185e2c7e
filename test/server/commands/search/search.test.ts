import { searchCommands } from '#server/commands/search/search.js';

test('the search commands say who may use them', () => {
  for (const { name, acl, group } of searchCommands) {
    expect([name, acl, group]).toEqual([expect.stringMatching(/^FT\.[A-Z_]+$/), ['search'], 'search']);
  }
});

test('each either reads or writes, and what adds something is refused when there is no memory', () => {
  const written = searchCommands.filter(({ flags, subcommands }) => !flags.includes('readonly') && !subcommands);
  expect(written.map(({ name, flags }) => `${name} ${flags.join(' ')}`).sort()).toEqual([
    'FT.ALIASADD write',
    'FT.ALIASDEL write',
    'FT.ALIASUPDATE write',
    'FT.ALTER write denyoom',
    'FT.CREATE write denyoom fast',
    'FT.DICTADD write denyoom',
    'FT.DICTDEL write',
    'FT.DROP write fast',
    'FT.DROPINDEX write fast',
    'FT.SUGADD write denyoom',
    'FT.SUGDEL write',
    'FT.SYNUPDATE write denyoom',
    'FT._ALIASADDIFNX write',
    'FT._ALIASDELIFX write',
    'FT._ALTERIFNX write denyoom',
    'FT._CREATEIFNX write denyoom fast',
    'FT._DROPIFX write fast',
    'FT._DROPINDEXIFX write fast',
  ]);
});

test('each name is there once', () => {
  const names = searchCommands.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
