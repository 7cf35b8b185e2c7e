/**
 * Failures as Feast's clients read them: a body that is a JSON text in which the class lies, or for a body against the schema FastAPI's
 * list of details. What the caller did is 404 or 422 here, where Feast answers some of it with 500: clients try a 500 again.
 */
import { FeatureError } from '@nearkey/sdk/features';
import { featureError } from './aws-error.js';

export interface FeastFailure {
  readonly status: number;
  readonly body: string;
}

/** A refusal with the class that Feast raises for it. */
export class FeastError extends Error {
  override readonly name = 'FeastError';

  constructor(
    readonly status: number,
    readonly raised: string,
    message: string,
  ) {
    super(message);
  }
}

export function viewNotFound(name: string): FeastError {
  return new FeastError(404, 'FeatureViewNotFoundException', `Feature view ${name} does not exist`);
}

export function feastFailure(error: unknown): FeastFailure {
  if (error instanceof FeastError) {
    return { status: error.status, body: textForm('feast.errors', error.raised, error.message) };
  }
  const { code, message } = FeatureError.isInstance(error) ? featureError(error) : featureError(undefined);
  switch (code) {
    case 'ValidationError':
      return { status: 422, body: JSON.stringify({ detail: [{ type: 'value_error', loc: ['body'], msg: message }] }) };
    case 'AccessForbidden':
      return { status: 403, body: textForm('feast.errors', 'FeastPermissionError', message) };
    case 'ResourceNotFound':
      return { status: 404, body: textForm('feast.errors', 'FeatureViewNotFoundException', message) };
    case 'ServiceUnavailable':
      return { status: 503, body: JSON.stringify(message) };
    default:
      return { status: 500, body: JSON.stringify(message) };
  }
}

function textForm(module: string, raised: string, message: string): string {
  return JSON.stringify(JSON.stringify({ module, class: raised, message }));
}
