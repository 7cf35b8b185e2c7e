/**
 * LangChain's vector store over any server with FT.*: `NearkeyVectorStore.open(embeddings, { commander, index, fields })`, and by
 * `asRetriever()` a retriever. A document is a hash with its text, its metadata as JSON and its vector; the members of its metadata that are
 * named in `fields` are fields of their own, by which a search filters.
 *
 * Queries use only what every server with vector search has: KNN behind filters of tags and numbers.
 */
import { Document, type DocumentInterface } from '@langchain/core/documents';
import type { EmbeddingsInterface } from '@langchain/core/embeddings';
import { VectorStore } from '@langchain/core/vectorstores';
import { z } from 'zod';
import type { CommandArgument, Commander } from '../commander.js';
import { CacheError, storeError } from '../errors.js';
import { newSecretId } from '../random.js';
import { parseSearchReply } from '../search-reply.js';

/** Members of metadata that can be filtered by. */
export type MetadataFields = Readonly<Record<string, 'tag' | 'number'>>;

/** All must hold: a tag is one of these, a number lies between two, both included. */
export type MetadataFilter = Readonly<
  Record<string, string | number | readonly string[] | { readonly min?: number; readonly max?: number }>
>;

export interface NearkeyVectorStoreOptions {
  readonly commander: Commander;
  /** Of the index; keys begin with it. */
  readonly index: string;
  readonly fields?: MetadataFields;
  /** Of ids for documents that have none. */
  readonly newId?: () => string;
}

const namePattern = /^[A-Za-z][\w-]{0,63}$/;
const fieldPattern = /^[A-Za-z]\w{0,63}$/;
const metadataSchema = z.record(z.string(), z.unknown());
/** What a document's own members may not be called. */
const ownFields: ReadonlySet<string> = new Set(['text', 'metadata', 'vector', 'distance']);

export class NearkeyVectorStore extends VectorStore {
  override FilterType: MetadataFilter = {};
  readonly #options: NearkeyVectorStoreOptions;

  private constructor(embeddings: EmbeddingsInterface, options: NearkeyVectorStoreOptions) {
    super(embeddings, {});
    this.#options = options;
  }

  /** Creates the index where there is none. */
  static async open(embeddings: EmbeddingsInterface, options: NearkeyVectorStoreOptions): Promise<NearkeyVectorStore> {
    const unfit = [
      ...(namePattern.test(options.index) ? [] : [options.index]),
      ...Object.keys(options.fields ?? {}).filter((name) => !fieldPattern.test(name) || ownFields.has(name)),
    ];
    if (unfit.length > 0) throw new CacheError('invalid-configuration', `Cannot name an index or a field ${unfit[0]}`);
    const store = new NearkeyVectorStore(embeddings, options);
    await store.#create();
    return store;
  }

  override _vectorstoreType(): string {
    return 'nearkey';
  }

  /** @returns the ids of the documents: those in `options.ids`, their own, or new ones. One that is there is replaced */
  override async addDocuments(
    documents: DocumentInterface[],
    options?: { readonly ids?: readonly string[] },
  ): Promise<string[]> {
    const vectors = await this.embeddings.embedDocuments(documents.map(({ pageContent }) => pageContent));
    return this.addVectors(vectors, documents, options);
  }

  override async addVectors(
    vectors: number[][],
    documents: DocumentInterface[],
    options?: { readonly ids?: readonly string[] },
  ): Promise<string[]> {
    const { newId = newSecretId } = this.#options;
    return Promise.all(
      documents.map(async (document, at) => {
        const id = options?.ids?.[at] ?? document.id ?? newId();
        const key = this.#key(id);
        // Fields of an older document with this id are not to be found.
        await this.#call('DEL', key);
        await this.#call('HSET', key, ...this.#hash(document, vectors[at] ?? []));
        return id;
      }),
    );
  }

  override async delete({ ids }: { readonly ids: readonly string[] }): Promise<void> {
    for (const id of ids) await this.#call('DEL', this.#key(id));
  }

  /** The nearest first, each with its cosine similarity. */
  override async similaritySearchVectorWithScore(
    vector: number[],
    k: number,
    filter: MetadataFilter = {},
  ): Promise<[Document, number][]> {
    const query = `${this.#query(filter)}=>[KNN ${k} @vector $vector AS distance]`;
    const returned = ['RETURN', 3, 'text', 'metadata', 'distance'];
    const params = ['PARAMS', 2, 'vector', bytesOf(vector)];
    const options = [...params, ...returned, 'LIMIT', 0, k, 'DIALECT', 2];
    const { rows } = parseSearchReply(await this.#call('FT.SEARCH', this.#options.index, query, ...options));
    return rows
      .map(({ key, fields }): [Document, number] => {
        const metadata = metadataSchema.parse(JSON.parse(fields.get('metadata') ?? '{}'));
        const id = key.slice(this.#key('').length);
        return [
          new Document({ id, pageContent: fields.get('text') ?? '', metadata }),
          1 - Number(fields.get('distance')),
        ];
      })
      .sort(([, a], [, b]) => b - a);
  }

  async #create(): Promise<void> {
    const [vector = []] = await this.embeddings.embedDocuments(['dimension']);
    const { index, fields = {} } = this.#options;
    const attributes = ['TYPE', 'FLOAT32', 'DIM', vector.length, 'DISTANCE_METRIC', 'COSINE'];
    const schema = Object.entries(fields).flatMap(([name, kind]) =>
      kind === 'tag' ? [name, 'TAG', 'SEPARATOR', '|'] : [name, 'NUMERIC'],
    );
    const args = ['ON', 'HASH', 'PREFIX', 1, this.#key(''), 'SCHEMA', ...schema];
    try {
      await this.#options.commander.call(
        ...(['FT.CREATE', index] as const),
        ...[...args, 'vector', 'VECTOR', 'HNSW', attributes.length, ...attributes],
      );
    } catch (error) {
      if (!/already exists/i.test(String(error))) throw storeError(error, 'FT.CREATE');
    }
  }

  #hash({ pageContent, metadata }: DocumentInterface, vector: readonly number[]): CommandArgument[] {
    const filterable = Object.keys(this.#options.fields ?? {}).flatMap((name): CommandArgument[] => {
      const value: unknown = metadata[name];
      if (Array.isArray(value)) return [name, value.join('|')];
      return value === undefined || value === null ? [] : [name, String(value)];
    });
    const own = ['text', pageContent, 'metadata', JSON.stringify(metadata), 'vector', bytesOf(vector)];
    return [...own, ...filterable];
  }

  #query(filter: MetadataFilter): string {
    const conditions = Object.entries(filter).map(([name, wanted]) => {
      const kind = this.#options.fields?.[name];
      if (kind === undefined)
        throw new CacheError('invalid-request', `Cannot filter by ${name}: it is no field of the index`);
      return kind === 'tag' ? tagCondition(name, wanted) : numberCondition(name, wanted);
    });
    return conditions.length === 0 ? '*' : `(${conditions.join(' ')})`;
  }

  async #call(command: string, ...args: readonly CommandArgument[]) {
    try {
      return await this.#options.commander.call(command, ...args);
    } catch (error) {
      throw storeError(error, command);
    }
  }

  #key(id: string): string {
    return `${this.#options.index}:${id}`;
  }
}

function tagCondition(name: string, wanted: MetadataFilter[string]): string {
  const values = typeof wanted === 'string' || typeof wanted === 'number' ? [String(wanted)] : wanted;
  if (!isTexts(values))
    throw new CacheError('invalid-request', `Cannot filter by ${name}: it takes one text, or several`);
  return `@${name}:{${values.map(escaped).join('|')}}`;
}

function numberCondition(name: string, wanted: MetadataFilter[string]): string {
  if (typeof wanted === 'number') return `@${name}:[${wanted} ${wanted}]`;
  if (typeof wanted === 'string' || isTexts(wanted)) {
    throw new CacheError('invalid-request', `Cannot filter by ${name}: it takes a number, or the least and the most`);
  }
  return `@${name}:[${wanted.min ?? '-inf'} ${wanted.max ?? '+inf'}]`;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** Every character that could mean something in a query. */
function escaped(tag: string): string {
  return tag.replace(/[^\p{L}\p{N}_]/gu, '\\$&');
}

function bytesOf(vector: readonly number[]): Uint8Array {
  return new Uint8Array(Float32Array.from(vector).buffer);
}
