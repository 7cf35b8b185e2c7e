/**
 * What the rows at one step have: slots, and as long as they are documents, columns beside them. Steps are bound one after the
 * other, each to the scope that the one before it leaves.
 */
import type { DocumentId } from '../document-table.js';
import { QueryError } from '../errors.js';
import { bindExpression, type Evaluate } from '../expression/bind-expression.js';
import { type Expression, propertiesOf } from '../expression/expression.js';
import type { Value } from '../expression/value.js';
import {
  type ColumnSource,
  type DocumentReader,
  declaredColumn,
  keyColumn,
  namedColumn,
  type ReadColumn,
} from './document-columns.js';
import { Layout } from './layout.js';
import type { Row } from './row.js';
import type { RowSource } from './row-source.js';

/** The property that holds the key of a document. */
export const keyProperty = '__key';

/** The documents that rows stand for. */
export interface DocumentScope {
  readonly source: ColumnSource & Pick<RowSource, 'hidden'>;
  readonly reader: DocumentReader;
  readonly matchedTerms: (id: DocumentId, max: number) => Value;
  /** Whether a document has been asked for every field: then any name may be one. */
  loadsAll: boolean;
}

export class RowScope {
  readonly layout = new Layout();

  /** @param documents undefined for groups */
  constructor(readonly documents: DocumentScope | undefined) {}

  /** @throws QueryError when rows have no such property */
  property(name: string): Evaluate<Row> {
    const slot = this.layout.slotOf(name);
    if (slot !== undefined) return (row) => row.values[slot];
    const column = this.#column(name);
    return (row) => column(row.id);
  }

  /** The properties of an expression that come from documents, put into slots. @returns what fills them */
  load(names: readonly string[]): { readonly slot: number; readonly column: ReadColumn }[] {
    return names.flatMap((name) => {
      if (this.layout.slotOf(name) !== undefined) return [];
      const column = this.#column(name);
      return [{ slot: this.layout.add(name, true), column }];
    });
  }

  /** The column of what is loaded by name. @throws QueryError when rows are no documents */
  loaded(name: string): ReadColumn {
    if (this.documents === undefined) throw noProperty(name);
    const { source, reader } = this.documents;
    const hidden = source.hidden?.get(name);
    if (hidden !== undefined) return hidden;
    return name === keyProperty ? keyColumn(source) : namedColumn(name, source, reader);
  }

  bind(expression: Expression): Evaluate<Row> {
    const { documents } = this;
    return bindExpression(expression, {
      property: (name) => this.property(name),
      ...(documents === undefined
        ? {}
        : { matchedTerms: ({ id }: Row, max: number) => documents.matchedTerms(id, max) }),
    });
  }

  /** Names that an expression reads and no slot has. */
  missing(expression: Expression): string[] {
    return propertiesOf(expression).filter((name) => this.layout.slotOf(name) === undefined);
  }

  #column(name: string): ReadColumn {
    if (this.documents === undefined) throw noProperty(name);
    const { source, reader, loadsAll } = this.documents;
    if (name === keyProperty) return keyColumn(source);
    const hidden = source.hidden?.get(name);
    if (hidden !== undefined) return hidden;
    const column = declaredColumn(name, source, reader);
    if (column !== undefined) return column;
    if (!loadsAll) throw noProperty(name);
    return namedColumn(name, source, reader);
  }
}

function noProperty(name: string): QueryError {
  return new QueryError('field', `Property \`${name}\` not loaded nor in pipeline`);
}
