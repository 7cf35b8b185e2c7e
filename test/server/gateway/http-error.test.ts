import { CacheError, type CacheErrorCode } from '@nearkey/sdk';
import { problemSchema, problemTypes } from '@nearkey/sdk/contract';
import { z } from 'zod';
import { HttpProblem, invalidRequest, problemKinds, problemOf } from '#server/gateway/http-error.js';

test('every problem has a type that its status allows', () => {
  for (const kind of Object.values(problemKinds)) {
    expect(problemTypes[kind.status]).toContain(kind.type);
    expect(problemSchema(kind.status).safeParse({ ...kind, detail: 'x', instance: 'y' }).success).toBe(true);
  }
});

describe('problemOf', () => {
  test.each<[CacheErrorCode, number, string]>([
    ['invalid-request', 400, '/errors/invalid-data'],
    ['invalid-configuration', 500, '/errors/unexpected-error'],
    ['store-unavailable', 424, '/errors/database/resource-database-unavailable'],
    ['store-out-of-memory', 424, '/errors/database/out-of-memory'],
    ['store-access-denied', 500, '/errors/cache/authentication'],
    ['store-failed', 500, '/errors/cache/unexpected-error'],
    ['unexpected-reply', 500, '/errors/cache/unexpected-error'],
    ['embedder-busy', 424, '/errors/embeddings/too-many-requests'],
    ['embedder-failed', 500, '/errors/embeddings/unexpected-error'],
  ])('makes %s %i %s', (code, status, type) => {
    expect(problemOf(new CacheError(code, 'x'), 'id')).toMatchObject({ status, type, instance: 'id' });
  });

  test('shows the caller its own mistake and keeps the store to itself', () => {
    expect(problemOf(new CacheError('invalid-request', 'too long'), 'id').detail).toBe('too long');
    expect(problemOf(new CacheError('store-failed', 'key nearkey:x'), 'id').detail).not.toContain('nearkey:x');
    expect(JSON.stringify(problemOf(new Error('password=x'), 'id'))).not.toContain('password');
  });

  test.each([
    [{ status: 400, message: 'x' }, 400],
    [{ status: 415 }, 400],
    [{ status: 413 }, 413],
    [{ status: 302 }, 500],
    [{ status: '400' }, 500],
    [new Error('x'), 500],
    ['x', 500],
    [null, 500],
  ])('makes %j a problem with status %i', (error, status) => {
    expect(problemOf(error, 'id').status).toBe(status);
  });
});

test('invalidRequest names every field', () => {
  const result = z
    .object({ prompt: z.string(), attributes: z.object({ a: z.number() }) })
    .safeParse({ attributes: {} });
  const problem = problemOf(result.success ? null : invalidRequest(result.error), 'id');
  expect(problem.fields).toEqual([
    { field: 'prompt', rule: 'invalid_type', message: expect.any(String) },
    { field: 'attributes.a', rule: 'invalid_type', message: expect.any(String) },
  ]);
  expect(problem.detail).toMatch(/^prompt: /);
});

test('a problem without fields has none', () => {
  expect(problemOf(new HttpProblem('notFound', 'x'), 'id')).not.toHaveProperty('fields');
});
