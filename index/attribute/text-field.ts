/** Which documents carry a TEXT field. Its words are in the text index, which all fields of a schema share. */
import type { DocumentId } from '../document-table.js';
import { IdSet } from '../id-set.js';

export class TextFieldIndex {
  readonly #documents = new IdSet();

  get size(): number {
    return this.#documents.size;
  }

  has(id: DocumentId): boolean {
    return this.#documents.has(id);
  }

  put(id: DocumentId): void {
    this.#documents.add(id);
  }

  delete(id: DocumentId): void {
    this.#documents.delete(id);
  }

  get memoryBytes(): number {
    return this.#documents.memoryBytes;
  }

  validate(): string[] {
    return this.#documents.validate();
  }
}
