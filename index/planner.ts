/** How a query is going to be run. */
export interface Plan {
  readonly strategy: 'empty' | 'filter' | 'exact' | 'graph' | 'filtered-graph';
  /** Upper bound of the documents that pass the filter. */
  readonly matchesMax: number;
  /** One sentence for humans. */
  readonly reason: string;
}
