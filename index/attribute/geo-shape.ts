/**
 * The index of a GEOSHAPE field: the boxes of the shapes in an R-tree, and the shapes by id. Whose boxes touch that of the query are
 * compared with it. DISJOINT is what has a shape and does not intersect.
 */
import RBush from 'rbush';
import type { DocumentId } from '../document-table.js';
import { type CoordinateSystem, isRelated, type Placed, place, type ShapeRelation } from '../geometry/relation.js';
import { boxesTouch } from '../geometry/shape.js';
import { parseWkt } from '../geometry/wkt.js';

interface Entry {
  readonly id: DocumentId;
  readonly placed: Placed;
}

/** Reads boxes where they are, instead of having them copied into each entry. */
class BoxTree extends RBush<Entry> {
  override toBBox({ placed: { box } }: Entry): Placed['box'] {
    return box;
  }

  override compareMinX(a: Entry, b: Entry): number {
    return a.placed.box.minX - b.placed.box.minX;
  }

  override compareMinY(a: Entry, b: Entry): number {
    return a.placed.box.minY - b.placed.box.minY;
  }
}

export class GeoShapeIndex {
  readonly #tree = new BoxTree();
  readonly #entries = new Map<DocumentId, Entry>();
  #corners = 0;

  get size(): number {
    return this.#entries.size;
  }

  has(id: DocumentId): boolean {
    return this.#entries.has(id);
  }

  /** Replaces what the document had. */
  put(id: DocumentId, placed: Placed): void {
    this.delete(id);
    const entry = { id, placed };
    this.#entries.set(id, entry);
    this.#tree.insert(entry);
    this.#corners += cornersOf(placed);
  }

  delete(id: DocumentId): void {
    const entry = this.#entries.get(id);
    if (entry === undefined) return;
    this.#entries.delete(id);
    this.#tree.remove(entry);
    this.#corners -= cornersOf(entry.placed);
  }

  isRelated(id: DocumentId, relation: ShapeRelation, query: Placed): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    if (!boxesTouch(entry.placed.box, query.box)) return relation === 'DISJOINT';
    return isRelated(relation, entry.placed, query);
  }

  /** Every document that may be related. */
  candidates(relation: ShapeRelation, query: Placed): DocumentId[] {
    if (relation === 'DISJOINT') return [...this.#entries.keys()];
    return this.#tree.search(query.box).map(({ id }) => id);
  }

  get memoryBytes(): number {
    return this.#entries.size * entryOverheadBytes + this.#corners * cornerBytes;
  }

  validate(): string[] {
    const errors: string[] = [];
    const inTree = this.#tree.all();
    if (inTree.length !== this.#entries.size) errors.push('geoshape: tree and table differ in size');
    for (const entry of inTree) {
      if (this.#entries.get(entry.id) !== entry) errors.push(`geoshape: document ${entry.id} has another shape`);
    }
    return errors;
  }
}

/** The objects of an entry, its slot in a node of the tree and in a Map, headers of arrays. */
const entryOverheadBytes = 400;
/** Two doubles, on a sphere as they are and projected. */
const cornerBytes = 32;

function cornersOf({ shape }: Placed): number {
  return shape.rings.reduce((sum, ring) => sum + ring.length / 2, 0);
}

/** Reads the text of a shape. */
export function placeWkt(text: string, system: CoordinateSystem): Placed | { readonly fault: string } {
  const parsed = parseWkt(text);
  if ('fault' in parsed) return parsed;
  return place(parsed.shape, system) ?? { fault: `invalid geometry in '${text.slice(0, quotedCharsMax)}'` };
}

/** A bad shape is quoted in an error, but not a megabyte of it. */
const quotedCharsMax = 24;
