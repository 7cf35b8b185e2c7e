import * as contract from '#sdk/contract/mod.js';

test('the contract exports schemas, routes and problems', () => {
  for (const name of ['cacheRoutes', 'defineRoute', 'nothing', 'problemSchema', 'problemTypes', 'fieldError']) {
    expect(contract).toHaveProperty(name);
  }
});
