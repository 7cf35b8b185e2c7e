import { z } from 'zod';
import { defineRoute, nothing } from '#sdk/contract/route-contract.js';

test('defineRoute answers the contract it is given', () => {
  const contract = {
    operationId: 'x',
    method: 'get',
    path: '/x',
    summary: 'X.',
    params: z.object({}),
    body: nothing,
    success: { status: 204, description: 'X.', body: nothing },
    problems: [],
  } as const;
  expect(defineRoute(contract)).toBe(contract);
});

test('nothing takes whatever comes in its place', () => {
  for (const value of [undefined, null, {}, 'x']) expect(nothing.safeParse(value).success).toBe(true);
});
