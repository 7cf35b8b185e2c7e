import { explainPrefix, explainRoutes, explanation } from '#sdk/contract/explain-routes.js';

test('every route that is explained stands behind one prefix and has a name of its own', () => {
  expect(explainRoutes.every(({ path, method }) => path.startsWith(`${explainPrefix}/`) && method === 'post')).toBe(
    true,
  );
  expect(new Set(explainRoutes.map(({ operationId }) => operationId)).size).toBe(explainRoutes.length);
});

test('an explanation says why a request is passed by', () => {
  expect(explanation.safeParse({ status: 'bypass', reason: 'temperature' }).success).toBe(true);
  expect(explanation.safeParse({ status: 'looked-up', cacheId: 'llm' }).success).toBe(false);
});
