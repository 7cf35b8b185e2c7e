/**
 * The two ways a caller can be wrong: a schema that cannot be built, a query that cannot be run. Both carry a message
 * meant for the client as it is. Invalid *documents* are not errors but outcomes (see `PutOutcome`): one bad document
 * must not stop a backfill.
 */

/** A field definition is out of bounds or contradicts another one. */
export class SchemaError extends Error {
  override readonly name = 'SchemaError';
}

/**
 * Why a query was refused. `timeout` and `closed` depend on more than the query, the schema and limits; `expression` on the values of
 * documents.
 */
export type QueryErrorCode =
  | 'syntax'
  | 'field'
  | 'parameter'
  | 'vector'
  | 'limit'
  | 'text'
  | 'expression'
  | 'timeout'
  | 'closed';

/** A query could not be parsed, bound to the schema, or finished in time. */
export class QueryError extends Error {
  override readonly name = 'QueryError';

  constructor(
    readonly code: QueryErrorCode,
    message: string,
    /** Offset into the query text in UTF-16 units, when the error has a place. */
    readonly offset?: number,
  ) {
    super(message);
  }
}

/** The text differs from one server to another; this one holds the words of both. */
export function timeoutError(): QueryError {
  return new QueryError('timeout', 'Search operation cancelled due to timeout: Timeout limit was reached');
}

/** The index was closed while the query ran. */
export function closedError(): QueryError {
  return new QueryError('closed', 'Search operation cancelled: the index was dropped');
}
