/**
 * The language of transforms: the expressions of APPLY, a feature as `@name`. Nothing of it runs as code. A text of bytes, as expressions
 * have it, is UTF-8 again where it is served.
 */
import {
  bindExpression,
  byteText,
  parseExpression,
  propertiesOf,
  QueryError,
  resultKind,
  shownText,
  textOf,
} from '@nearkey/index';
import { type CompiledExpression, type ExpressionLanguage, invalid, type Operand } from '@nearkey/sdk/features';

type Row = (name: string) => Operand;

export const transformLanguage: ExpressionLanguage = {
  compile(text): CompiledExpression {
    const expression = refusing(() => parseExpression(text));
    const evaluate = bindExpression<Row>(expression, {
      property: (name) => (row) => {
        const operand = row(name);
        return typeof operand === 'string' ? byteText(operand) : operand;
      },
    });
    return {
      reads: propertiesOf(expression),
      isNumber: (isNumberThere) =>
        resultKind(expression, (name) => (isNumberThere(name) ? 'number' : 'text')) === 'number',
      evaluate: (row) =>
        refusing(() => {
          const value = evaluate(row);
          if (typeof value === 'object') throw invalid('the value is a list');
          const bytes = textOf(value);
          return bytes === undefined ? undefined : shownText(bytes);
        }),
    };
  },
};

function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    const hasPlace = error.offset !== undefined && !error.message.includes('at offset');
    throw invalid(hasPlace ? `${error.message} at offset ${error.offset}` : error.message);
  }
}
