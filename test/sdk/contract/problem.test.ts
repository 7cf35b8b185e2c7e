import { problemSchema, problemTypes } from '#sdk/contract/problem.js';

describe('problemSchema', () => {
  test('takes the types of its status and no others', () => {
    const problem = { title: 'x', status: 400, type: '/errors/invalid-data' };
    expect(problemSchema(400).safeParse(problem).success).toBe(true);
    expect(problemSchema(400).safeParse({ ...problem, type: '/errors/unexpected-error' }).success).toBe(false);
    expect(problemSchema(401).safeParse(problem).success).toBe(false);
  });

  test('names no type twice', () => {
    const types = Object.values(problemTypes).flat();
    expect(new Set(types).size).toBe(types.length);
  });
});
