/** Evaluates an expression over a row of properties. */
import { bindExpression } from '#index/expression/bind-expression.js';
import { parseExpression } from '#index/expression/parse-expression.js';
import type { Value } from '#index/expression/value.js';

export type Properties = Readonly<Record<string, Value>>;

export function evaluated(text: string, properties: Properties = {}, terms: readonly string[] = []): Value {
  const evaluate = bindExpression<Properties>(parseExpression(text), {
    property: (name) => (row) => row[name],
    matchedTerms: (_row, max) => terms.slice(0, max),
  });
  return evaluate(properties);
}
