/**
 * A predicate bound to the attribute indexes, able to do three things: bound how many documents match, test one
 * document, and visit the matching ones. AND visits its smallest child and tests the others; so a tag that few
 * documents carry makes any conjunction cheap, and no set is ever built to be intersected.
 *
 * `matchesMax` is an upper bound, not a count. A filter is `approximate` when visiting may miss documents that `test`
 * accepts, which is so for ranges of an HNSW field; OR must then remember what it has visited instead of asking.
 */
import type { Attribute } from './attribute/attribute.js';
import type { GeoIndex } from './attribute/geo.js';
import type { GeoShapeIndex } from './attribute/geo-shape.js';
import type { NumericIndex } from './attribute/numeric.js';
import type { TagIndex } from './attribute/tag.js';
import type { Deadline } from './deadline.js';
import type { DocumentId, DocumentTable } from './document-table.js';
import { forEachBit, type IdSet, lowestBit } from './id-set.js';
import type {
  GeoPredicate,
  GeoShapePredicate,
  LeafPredicate,
  NumericPredicate,
  Predicate,
  TagPredicate,
  VectorRangePredicate,
} from './query/predicate.js';
import type { TextIndex } from './text/text-index.js';
import { nearFilter, phraseFilter, wordsFilter } from './text-filter.js';
import type { VectorIndex } from './vector/vector-index.js';

export interface Filter {
  readonly matchesMax: number;
  readonly approximate: boolean;
  test(id: DocumentId): boolean;
  /** Visits every match once, in no promised order. */
  forEach(visit: (id: DocumentId) => void): void;
  /** Where that is faster than visiting matches one by one. */
  readonly bits?: MatchBits;
}

export interface MatchBits {
  /** Sets the bit of every match. */
  readonly set: (bits: Uint32Array) => void;
  /** Words or bits that are written for it, about. */
  readonly steps: number;
}

/** A bit for each document that matches, for an engine that reads no JavaScript. */
export function filterBits(filter: Filter, idLimit: number): Uint32Array {
  if (filter.bits !== undefined) return bitsFrom(filter.bits, idLimit);
  const bits = new Uint32Array(Math.ceil(idLimit / 32));
  filter.forEach((id) => {
    setBit(bits, id);
  });
  return bits;
}

function bitsFrom({ set }: MatchBits, idLimit: number): Uint32Array {
  const bits = new Uint32Array(Math.ceil(idLimit / 32));
  set(bits);
  return bits;
}

function setBit(bits: Uint32Array, id: DocumentId): void {
  bits[id >>> 5] = (bits[id >>> 5] ?? 0) | (1 << (id & 31));
}

export interface FilterContext {
  readonly documents: DocumentTable;
  readonly text: TextIndex;
  readonly deadline: Deadline;
  /** Words that a wildcard or a fuzzy word may stand for. */
  readonly expansionsMax: number;
  /** The attribute of a field of the schema the predicate was parsed with. */
  attribute(alias: string): Attribute | undefined;
  /** The documents without a field that is INDEXMISSING. */
  missing(alias: string): IdSet | undefined;
}

/**
 * A range of an HNSW field is taken to match this many documents at most when another child of an AND could be visited
 * in its stead: measuring so many is as fast as asking the graph, and exact.
 */
const graphRangeMatchesGuess = 10_000;

export function bindFilter(predicate: Predicate, context: FilterContext): Filter {
  switch (predicate.kind) {
    case 'all':
    case 'optional':
      return everyDocument(context.documents);
    case 'none':
      return noDocument;
    case 'and':
      return conjunction(
        predicate.children.map((child) => bindFilter(child, context)),
        context.deadline,
      );
    case 'near':
      return nearFilter(
        predicate,
        conjunction(
          predicate.children.map((child) => bindFilter(child, context)),
          context.deadline,
        ),
        context,
      );
    case 'or':
      return disjunction(
        predicate.children.map((child) => bindFilter(child, context)),
        context.documents,
      );
    case 'not':
      return negation(bindFilter(predicate.child, context), context);
    case 'weighted':
      return bindFilter(predicate.child, context);
    default:
      return bindLeaf(predicate, context);
  }
}

function bindLeaf(predicate: LeafPredicate, context: FilterContext): Filter {
  switch (predicate.kind) {
    case 'text':
      return wordsFilter(predicate, context);
    case 'phrase':
      return phraseFilter(predicate, context);
    case 'keys':
      return keysFilter(predicate.keys, context.documents);
    case 'missing':
      return missingFilter(context.missing(predicate.field.alias));
    default:
      return bindAttribute(predicate, context);
  }
}

function bindAttribute(
  predicate: TagPredicate | NumericPredicate | GeoPredicate | GeoShapePredicate | VectorRangePredicate,
  context: FilterContext,
): Filter {
  const attribute = context.attribute(predicate.field.alias);
  if (predicate.kind === 'tag' && attribute?.type === 'TAG') return tagFilter(predicate, attribute.index);
  if (predicate.kind === 'numeric' && attribute?.type === 'NUMERIC') return numericFilter(predicate, attribute.index);
  if (predicate.kind === 'geo' && attribute?.type === 'GEO') return geoFilter(predicate, attribute.index);
  if (predicate.kind === 'geoshape' && attribute?.type === 'GEOSHAPE') {
    return shapeFilter(predicate, attribute.index, context.deadline);
  }
  if (predicate.kind === 'vector-range' && attribute?.type === 'VECTOR') {
    return vectorRangeFilter(predicate, attribute.index, context.deadline);
  }
  throw new TypeError(`The query was parsed with another schema: ${predicate.field.alias}`);
}

const noDocument: Filter = {
  matchesMax: 0,
  approximate: false,
  test: () => false,
  forEach: () => undefined,
};

function keysFilter(keys: readonly string[], documents: DocumentTable): Filter {
  const ids = new Set(keys.flatMap((key) => documents.idOf(key) ?? []));
  return {
    matchesMax: ids.size,
    approximate: false,
    test: (id) => ids.has(id),
    forEach: (visit) => ids.forEach(visit),
  };
}

function missingFilter(missing: IdSet | undefined): Filter {
  if (missing === undefined) return noDocument;
  return {
    matchesMax: missing.size,
    approximate: false,
    test: (id) => missing.has(id),
    forEach: (visit) => missing.forEach(visit),
    bits: { set: (bits) => missing.setBits(bits), steps: missing.bitSteps },
  };
}

function geoFilter(predicate: GeoPredicate, index: GeoIndex): Filter {
  const { radiusM } = predicate;
  return {
    matchesMax: index.countAround(predicate, radiusM),
    approximate: false,
    test: (id) => index.isWithin(id, predicate, radiusM),
    forEach: (visit) => index.forEachAround(predicate, radiusM, visit),
  };
}

function shapeFilter({ relation, shape }: GeoShapePredicate, index: GeoShapeIndex, deadline: Deadline): Filter {
  const candidates = index.candidates(relation, shape);
  const test = (id: DocumentId): boolean => index.isRelated(id, relation, shape);
  return {
    matchesMax: candidates.length,
    approximate: false,
    test,
    forEach: (visit) => {
      for (const id of candidates) {
        deadline.step();
        if (test(id)) visit(id);
      }
    },
  };
}

function everyDocument(documents: DocumentTable): Filter {
  return {
    matchesMax: documents.size,
    approximate: false,
    test: (id) => documents.has(id),
    forEach: (visit) => documents.forEach(visit),
  };
}

function tagFilter(predicate: TagPredicate, index: TagIndex): Filter {
  const wanted = index.resolve(predicate.terms);
  let matchesMax = 0;
  for (const value of wanted) matchesMax += index.count(value);
  const [only] = wanted.size === 1 ? wanted : [];
  return {
    matchesMax: Math.min(matchesMax, index.documents),
    approximate: false,
    test: index.carriesAny(wanted),
    bits: {
      set: (bits) => {
        for (const value of wanted) index.setBits(value, bits);
      },
      steps: [...wanted].reduce((sum, value) => sum + index.bitSteps(value), 0),
    },
    forEach: (visit) => {
      if (only === undefined) index.forEachOfAny(wanted, visit);
      else index.forEach(only, visit);
    },
  };
}

function numericFilter(predicate: NumericPredicate, index: NumericIndex): Filter {
  const matchesMax = index.count(predicate);
  return {
    matchesMax,
    approximate: false,
    test: (id) => index.isInRange(id, predicate),
    forEach: (visit) => index.forEach(predicate, visit),
    bits: { set: (bits) => index.setBits(predicate, bits), steps: matchesMax },
  };
}

function vectorRangeFilter(predicate: VectorRangePredicate, index: VectorIndex, deadline: Deadline): Filter {
  const { vector, radiusDistance, field } = predicate;
  const epsilon = predicate.epsilon ?? (field.algorithm === 'HNSW' ? field.epsilon : undefined);
  const measure = index.measure(vector);
  const hasGraph = index.graphNodes > 0;
  return {
    matchesMax: hasGraph ? Math.min(index.size, graphRangeMatchesGuess) : index.size,
    approximate: hasGraph,
    test: (id) => {
      const distance = measure(id);
      return distance !== undefined && distance <= radiusDistance;
    },
    forEach: (visit) => {
      for (const { id } of index.searchRadius(vector, radiusDistance, deadline, epsilon)) visit(id);
    },
  };
}

function negation(child: Filter, { documents, deadline }: FilterContext): Filter {
  const test = (id: DocumentId): boolean => !child.test(id);
  return {
    matchesMax: documents.size,
    approximate: false,
    test,
    forEach: (visit) => {
      documents.forEach((id) => {
        deadline.step();
        if (test(id)) visit(id);
      });
    },
  };
}

function conjunction(children: readonly Filter[], deadline: Deadline): Filter {
  const [smallest, ...others] = children.toSorted((a, b) => a.matchesMax - b.matchesMax);
  if (smallest === undefined) throw new RangeError('AND of nothing');
  const othersPass = passesAll(others);
  const forEach = (visit: (id: DocumentId) => void): void => {
    smallest.forEach((id) => {
      deadline.step();
      if (othersPass(id)) visit(id);
    });
  };
  const hasBits = children.every(({ bits }) => bits !== undefined);
  const set = (bits: Uint32Array): void => setCommonBits(smallest, others, forEach, bits);
  return {
    matchesMax: smallest.matchesMax,
    approximate: smallest.approximate,
    test: (id) => smallest.test(id) && othersPass(id),
    forEach,
    ...(hasBits ? { bits: { set, steps: smallest.matchesMax * askedSteps } } : {}),
  };
}

function passesAll(filters: readonly Filter[]): (id: DocumentId) => boolean {
  const [first, second, ...others] = filters.map(({ test }) => test);
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  if (others.length === 0) return (id) => first(id) && second(id);
  return (id) => {
    for (const filter of filters) if (!filter.test(id)) return false;
    return true;
  };
}

/** A document in so many from which on bits are set and compared, instead of asking each filter about few documents. */
const askedShare = 64;
/** Asking a filter about a document takes as long as writing so many bits. */
const askedSteps = 4;

/** Whether so few documents are in question that they are better visited one by one than set as bits. */
export function areFew(matchesMax: number, idLimit: number): boolean {
  return matchesMax * askedShare < idLimit;
}

function setCommonBits(
  smallest: Filter,
  others: readonly Filter[],
  forEach: Filter['forEach'],
  bits: Uint32Array,
): void {
  if (areFew(smallest.matchesMax, bits.length * 32)) {
    forEach((id) => setBit(bits, id));
    return;
  }
  const common = new Uint32Array(bits.length);
  smallest.bits?.set(common);
  const asked: Filter[] = [];
  for (const other of others) {
    // Clearing, setting and comparing words.
    const steps = (other.bits?.steps ?? Number.POSITIVE_INFINITY) + bits.length * 3;
    if (other.bits === undefined || steps > smallest.matchesMax * askedSteps) {
      asked.push(other);
      continue;
    }
    const own = new Uint32Array(bits.length);
    other.bits.set(own);
    for (let at = 0; at < common.length; at++) common[at] = (common[at] ?? 0) & (own[at] ?? 0);
  }
  const passes = passesAll(asked);
  for (let at = 0; at < bits.length; at++) {
    let word = common[at] ?? 0;
    for (let rest = asked.length === 0 ? 0 : word; rest !== 0; rest &= rest - 1) {
      const bit = lowestBit(rest);
      if (!passes(at * 32 + bit)) word &= ~(1 << bit);
    }
    bits[at] = (bits[at] ?? 0) | word;
  }
}

function disjunction(children: readonly Filter[], documents: DocumentTable): Filter {
  const approximate = children.some((child) => child.approximate);
  const matchesMax = children.reduce((sum, child) => sum + child.matchesMax, 0);
  const bits = unitedBits(children);
  return {
    matchesMax: Math.min(matchesMax, documents.size),
    approximate,
    test: passesAny(children),
    forEach: (visit) => {
      if (approximate) forEachSeen(children, visit);
      else if (bits !== undefined && areBetterGathered(children, documents.idLimit)) {
        forEachBit(bitsFrom(bits, documents.idLimit), 0, visit);
      } else forEachTested(children, visit);
    },
    ...(bits === undefined ? {} : { bits }),
  };
}

function unitedBits(children: readonly Filter[]): MatchBits | undefined {
  const all = children.flatMap(({ bits }) => bits ?? []);
  if (all.length < children.length) return undefined;
  return {
    set: (bits) => {
      for (const { set } of all) set(bits);
    },
    steps: all.reduce((sum, { steps }) => sum + steps, 0),
  };
}

/** Looking through so many words of a bitmap takes as long as asking whether a document was visited already. */
const askedWords = 32;

/** Whether a bitmap of all documents takes less than asking about each that is not of the first child. */
function areBetterGathered([, ...others]: readonly Filter[], idLimit: number): boolean {
  const asked = others.reduce((sum, { matchesMax }) => sum + matchesMax, 0);
  return asked * askedWords * 32 > idLimit;
}

function passesAny(filters: readonly Filter[]): (id: DocumentId) => boolean {
  return (id) => {
    for (const filter of filters) if (filter.test(id)) return true;
    return false;
  };
}

function forEachTested(children: readonly Filter[], visit: (id: DocumentId) => void): void {
  children.forEach((child, at) => {
    const wasVisited = passesAny(children.slice(0, at));
    child.forEach((id) => {
      if (!wasVisited(id)) visit(id);
    });
  });
}

function forEachSeen(children: readonly Filter[], visit: (id: DocumentId) => void): void {
  const seen = new Set<DocumentId>();
  for (const child of children) {
    child.forEach((id) => {
      if (seen.has(id)) return;
      seen.add(id);
      visit(id);
    });
  }
}
