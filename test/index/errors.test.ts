import { QueryError, SchemaError, timeoutError } from '#index/errors.js';

describe('errors', () => {
  it('carry a name, a message and a code', () => {
    const error = new QueryError('syntax', 'wrong', 4);
    expect([error.name, error.message, error.code, error.offset]).toEqual(['QueryError', 'wrong', 'syntax', 4]);
    expect(new SchemaError('bad').name).toBe('SchemaError');
  });

  it('word a timeout as both servers do', () => {
    expect(timeoutError().code).toBe('timeout');
    expect(timeoutError().message).toContain('Search operation cancelled due to timeout');
    expect(timeoutError().message).toContain('Timeout limit was reached');
  });
});
