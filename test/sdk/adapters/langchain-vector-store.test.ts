import { Document } from '@langchain/core/documents';
import { Embeddings } from '@langchain/core/embeddings';
import { type MetadataFilter, NearkeyVectorStore } from '#sdk/adapters/langchain-vector-store.js';
import { openTestStore, type TestStore } from '../../support/test-store.js';
import { WordEmbedder } from '../word-embedder.js';

class WordEmbeddings extends Embeddings {
  readonly #embedder = new WordEmbedder({ dimension: 64 });

  constructor() {
    super({});
  }

  override async embedDocuments(texts: string[]): Promise<number[][]> {
    return (await this.#embedder.embed(texts)).map((vector) => [...vector]);
  }

  override async embedQuery(text: string): Promise<number[]> {
    const [vector = []] = await this.embedDocuments([text]);
    return vector;
  }
}

let store: TestStore;
let vectors: NearkeyVectorStore;
const open = () =>
  NearkeyVectorStore.open(new WordEmbeddings(), {
    commander: store.commander,
    index: 'docs',
    fields: { kind: 'tag', year: 'number' },
  });

beforeEach(async () => {
  store = await openTestStore();
  vectors = await open();
});
afterEach(() => store.close());

const documents = [
  new Document({
    id: 'a',
    pageContent: 'reset my password',
    metadata: { kind: 'account, web', year: 2020, deep: { x: [1] } },
  }),
  new Document({ id: 'b', pageContent: 'reset my router', metadata: { kind: ['device', 'home'], year: 2024 } }),
  new Document({ id: 'c', pageContent: 'pay a bill', metadata: { kind: 'money' } }),
];

const idsOf = (found: readonly { readonly id?: string }[]) => found.map(({ id }) => id);

test('finds the nearest documents, whole, with their similarity', async () => {
  expect(await vectors.addDocuments(documents)).toEqual(['a', 'b', 'c']);
  const found = await vectors.similaritySearchWithScore('reset my password', 2);
  expect(found[0]?.[0]).toEqual(documents[0]);
  expect(found.map(([, score]) => score)).toEqual([expect.closeTo(1, 5), expect.closeTo(2 / 3, 5)]);
});

test.each<[MetadataFilter, string[]]>([
  [{ kind: 'account, web' }, ['a']],
  [{ kind: ['home', 'money'] }, ['b', 'c']],
  [{ year: 2024 }, ['b']],
  [{ year: { min: 2021 } }, ['b']],
  [{ year: { max: 2022 }, kind: 'device' }, []],
])('filters by %j', async (filter, expected) => {
  await vectors.addDocuments(documents);
  expect(idsOf(await vectors.similaritySearch('reset my password', 3, filter)).sort()).toEqual(expected);
});

test('refuses filters it has no field for, or not in this form', async () => {
  await expect(vectors.similaritySearch('a', 1, { deep: 'x' })).rejects.toThrow('Cannot filter by deep');
  await expect(vectors.similaritySearch('a', 1, { year: 'x' })).rejects.toMatchObject({ code: 'invalid-request' });
  await expect(vectors.similaritySearch('a', 1, { kind: { min: 1 } })).rejects.toMatchObject({
    code: 'invalid-request',
  });
});

test('is a retriever, in LangChain’s own ways', async () => {
  await vectors.addDocuments(documents);
  const retriever = vectors.asRetriever({ k: 1, filter: { kind: 'money' } });
  expect(idsOf(await retriever.invoke('reset my password'))).toEqual(['c']);
});

test('replaces and deletes documents, and opens again what is there', async () => {
  await vectors.addDocuments(documents);
  await vectors.addDocuments([new Document({ pageContent: 'other words', metadata: {} })], { ids: ['b'] });
  await vectors.delete({ ids: ['a'] });
  const again = await open();
  expect(idsOf(await again.similaritySearch('other', 5)).sort()).toEqual(['b', 'c']);
  expect(await again.similaritySearch('other', 5, { kind: 'home' })).toEqual([]);
  const [made] = await again.addDocuments([new Document({ pageContent: 'new', metadata: {} })]);
  expect(made).toMatch(/^[\w-]{43}$/);
});

test('refuses names that would mean something else', async () => {
  const embeddings = new WordEmbeddings();
  const { commander } = store;
  const opened = NearkeyVectorStore.open(embeddings, { commander, index: 'a b' });
  await expect(opened).rejects.toMatchObject({ code: 'invalid-configuration' });
  const taken = NearkeyVectorStore.open(embeddings, { commander, index: 'docs', fields: { text: 'tag' } });
  await expect(taken).rejects.toMatchObject({ code: 'invalid-configuration' });
});
