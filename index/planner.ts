/**
 * Chooses how a KNN query runs: looking at every candidate, walking the graph, or walking it with a filter. A pure
 * function of sizes, so that a choice can be read off a table in a test.
 *
 * Costs are in microseconds, measured on 384-dimensional vectors (docs/decisions/0002): an exact distance costs
 * 1.5 ns a dimension in JavaScript, 0.3 ns in the graph, and asking a JavaScript filter about a node 0.8 us. A filter
 * that passes one node in s makes the graph ask about 1.8 x ef x s nodes before it has its ef results, at worst all of
 * them. Only the ratio of the two costs matters, and a graph that turns out to take longer than the estimate is left
 * for the exact scan, which also serves when the graph returns fewer neighbours than there are.
 */
import type { NearestRequest } from './vector/vector-index.js';

export interface PlanInput {
  readonly k: number;
  /** Vectors in the index. */
  readonly vectors: number;
  readonly dim: number;
  /** Nodes of the graph, tombstones included; 0 when there is none. */
  readonly graphNodes: number;
  readonly efRuntime: number;
  /** Upper bound of the documents that pass the filter; undefined when every document does. */
  readonly filterMatchesMax: number | undefined;
  /** The query asks for an exact scan. */
  readonly exactWanted: boolean;
}

/** How a query is going to be run. */
export interface Plan {
  readonly strategy: 'empty' | 'filter' | 'exact' | 'graph' | 'filtered-graph';
  /** Upper bound of the documents to choose from. */
  readonly matchesMax: number;
  /** One sentence for humans. */
  readonly reason: string;
}

const exactUsPerDim = 0.0015;
const exactUsPerVector = 0.05;
const graphUsPerDim = 0.0003;
const graphUsPerNode = 0.05;
const filterUsPerNode = 0.8;
const filteredNodesPerEf = 1.8;
/** Handing a query to the graph: each element crosses into native code as a JavaScript number. */
const graphCallUs = 10;
const graphCallUsPerDim = 0.1;
/** Nodes the unfiltered graph measures for each of its ef results, and before the first. */
const nodesPerEf = 12;
const nodesAtStart = 100;

export function planKnn(input: PlanInput): Plan {
  const { k, vectors, graphNodes, filterMatchesMax, exactWanted } = input;
  const matchesMax = Math.min(vectors, filterMatchesMax ?? vectors);
  if (k === 0 || matchesMax === 0) return { strategy: 'empty', matchesMax, reason: 'nothing to find' };
  if (graphNodes === 0) return { strategy: 'exact', matchesMax, reason: 'the index has no graph' };
  if (exactWanted) return { strategy: 'exact', matchesMax, reason: 'the query asks for an exact scan' };
  const exactUs = exactCostUs(input, matchesMax);
  const graphUs = filterMatchesMax === undefined ? graphCostUs(input) : filteredGraphCostUs(input, matchesMax);
  const costs = `exact scan ${Math.ceil(exactUs)} us, graph ${Math.ceil(graphUs)} us`;
  if (exactUs <= graphUs) return { strategy: 'exact', matchesMax, reason: costs };
  return { strategy: filterMatchesMax === undefined ? 'graph' : 'filtered-graph', matchesMax, reason: costs };
}

/** The plan of an engine that weighs its ways itself, between the codes one by one and the graph. */
export function ownPlan(
  { k, exact, allowed }: Pick<NearestRequest, 'k' | 'exact' | 'allowed'>,
  matchesMax: number,
): Plan {
  if (k === 0 || matchesMax === 0) return { strategy: 'empty', matchesMax, reason: 'nothing to find' };
  if (exact) return { strategy: 'exact', matchesMax, reason: 'the query asks for an exact scan' };
  const strategy = allowed === undefined ? 'graph' : 'filtered-graph';
  return { strategy, matchesMax, reason: 'the engine chooses between the graph and the codes one by one' };
}

/** Calls of a filter after which an exact scan of the candidates would have been done. */
export function filterCallsMax(input: PlanInput, matchesMax: number): number {
  const perCallUs = filterUsPerNode + graphUsPerNode + graphUsPerDim * input.dim;
  return Math.ceil(exactCostUs(input, matchesMax) / perCallUs);
}

function exactCostUs({ dim }: PlanInput, matchesMax: number): number {
  return matchesMax * (exactUsPerVector + exactUsPerDim * dim);
}

function graphCostUs(input: PlanInput): number {
  const { k, efRuntime, dim, graphNodes } = input;
  const nodes = nodesAtStart + nodesPerEf * Math.max(k, efRuntime);
  return callCostUs(input) + Math.min(nodes, graphNodes) * (graphUsPerNode + graphUsPerDim * dim);
}

function filteredGraphCostUs(input: PlanInput, matchesMax: number): number {
  const { k, efRuntime, dim, graphNodes } = input;
  const nodes = nodesAtStart + (filteredNodesPerEf * Math.max(k, efRuntime) * graphNodes) / matchesMax;
  const perNodeUs = filterUsPerNode + graphUsPerNode + graphUsPerDim * dim;
  return callCostUs(input) + Math.min(nodes, graphNodes) * perNodeUs;
}

/** Handing over the query, and measuring the k results again. */
function callCostUs(input: PlanInput): number {
  return graphCallUs + graphCallUsPerDim * input.dim + exactCostUs(input, input.k);
}
