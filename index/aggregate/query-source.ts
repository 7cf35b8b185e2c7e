/** The rows of a query: the documents that pass its filter in the order of their ids, or the nearest to a vector, nearest first. */
import { Deadline } from '../deadline.js';
import type { DocumentId } from '../document-table.js';
import type { Value } from '../expression/value.js';
import type { Query } from '../query/query.js';
import { scan, scanList } from '../scan.js';
import {
  boundFilter,
  contextOf,
  type Distance,
  knnMatches,
  type SearchOptions,
  type SearchSource,
  scorerOf,
  yieldedDistances,
} from '../search.js';
import { bindMatchedTerms } from './matched-terms.js';
import type { RowSource } from './row-source.js';

/** The property that holds the score of a document. */
export const scoreProperty = '__score';

export function querySource(sourceNow: () => SearchSource, query: Query, options: SearchOptions): RowSource {
  const source = sourceNow();
  const deadline = new Deadline(options.shouldStop, options.budgetMs);
  const filter = boundFilter(source, query, options, deadline);
  const distances = yieldedDistances(source, query);
  const scorer = options.scores === undefined ? undefined : scorerOf(source, query, options, deadline);
  const columns = new Map<string, (id: DocumentId) => Value>();
  for (const { name, measure } of distances) columns.set(name, measure);
  if (scorer !== undefined) columns.set(scoreProperty, (id) => scorer(id));
  const { documents } = source;
  return {
    documents,
    attribute: (alias) => source.attribute(alias),
    columns,
    matchedTerms: bindMatchedTerms(query.filter, contextOf(source, options, deadline)),
    scan: (visit, isEnough) => {
      const job = { filter, deadline: () => deadline, documents, now: sourceNow, visit, isEnough };
      if (query.knn === undefined) return scan({ ...job, isAll: query.filter.kind === 'all' });
      return scanList(job, nearest(source, query, filter, distances[0], deadline));
    },
  };
}

function nearest(
  source: SearchSource,
  query: Query,
  filter: ReturnType<typeof boundFilter>,
  distance: Distance | undefined,
  deadline: Deadline,
): DocumentId[] {
  const { knn } = query;
  if (knn === undefined || distance === undefined) return [];
  const { rows } = knnMatches(source, knn, query, filter, deadline);
  const ids: DocumentId[] = [];
  rows.forEach((id: DocumentId) => void ids.push(id));
  const measured = ids.map((id) => ({ id, distance: distance.measure(id) ?? Number.POSITIVE_INFINITY }));
  measured.sort((a, b) => a.distance - b.distance || (source.documents.precedes(a.id, b.id) ? -1 : 1));
  return measured.map(({ id }) => id);
}
