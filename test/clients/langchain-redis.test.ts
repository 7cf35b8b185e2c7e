/** `@langchain/redis` as it comes, with the node-redis 4 it carries: vector stores, cache, chat history. */
import { createRequire } from 'node:module';
import { Document } from '@langchain/core/documents';
import { Embeddings } from '@langchain/core/embeddings';
import { AIMessage, HumanMessage } from '@langchain/core/messages';
import {
  type CustomSchemaField,
  FluentRedisVectorStore,
  type FluentRedisVectorStoreConfig,
  Geo,
  Num,
  RedisCache,
  RedisChatMessageHistory,
  RedisVectorStore,
  Tag,
  Text,
} from '@langchain/redis';
import { WordEmbedder } from '../sdk/word-embedder.js';
import { type Nearkey, startNearkey } from '../support/nearkey.js';

type Client = FluentRedisVectorStoreConfig['redisClient'];

/** The node-redis that the package carries. Its types cannot be imported from here. */
const carried: unknown = createRequire(import.meta.resolve('@langchain/redis'))('redis');

function isClient(value: unknown): value is Client {
  return typeof value === 'object' && value !== null && 'connect' in value && 'ft' in value;
}

function connect(port: number): Client {
  const createClient: unknown = Reflect.get(Object(carried), 'createClient');
  if (typeof createClient !== 'function') throw new Error('no node-redis');
  const client: unknown = createClient({ url: `redis://127.0.0.1:${port}` });
  if (!isClient(client)) throw new Error('not a client');
  return client;
}

function isFieldType(value: unknown): value is CustomSchemaField['type'] {
  return value === 'TAG' || value === 'NUMERIC';
}

function fieldType(name: string): CustomSchemaField['type'] {
  if (!isFieldType(name)) throw new Error(`not a type: ${name}`);
  return name;
}

class WordEmbeddings extends Embeddings {
  readonly #embedder = new WordEmbedder();

  constructor() {
    super({});
  }

  async embedQuery(text: string): Promise<number[]> {
    return (await this.embedDocuments([text])).flat();
  }

  async embedDocuments(texts: string[]): Promise<number[][]> {
    return (await this.#embedder.embed(texts)).map((vector) => [...vector]);
  }
}

const documents = [
  { pageContent: 'the fox eats mice', metadata: { topic: 'animals', year: 2001, place: '13.36,38.11' } },
  { pageContent: 'the train leaves at noon', metadata: { topic: 'travel', year: 2002, place: '13.37,38.12' } },
  { pageContent: 'the fox sleeps at noon', metadata: { topic: 'animals', year: 2003, place: '2.35,48.85' } },
].map((document) => new Document(document));

const contents = (found: readonly Document[]): string[] => found.map(({ pageContent }) => pageContent);

describe('@langchain/redis', () => {
  let server: Nearkey;
  let client: Client;

  beforeAll(async () => {
    server = await startNearkey({ args: ['--no-http'] });
    client = connect(server.port);
    await client.connect();
  });

  afterAll(async () => {
    await client?.disconnect();
    await server?.stop();
  });

  test('stores texts, finds the nearest with their scores, and deletes', async () => {
    const store = new RedisVectorStore(new WordEmbeddings(), { redisClient: client, indexName: 'texts' });
    await store.addDocuments(documents, { keys: ['doc:texts:a', 'doc:texts:b', 'doc:texts:c'] });
    const [best, next] = await store.similaritySearchWithScore('the fox eats mice', 2);
    expect(best?.[0]).toMatchObject({ pageContent: 'the fox eats mice', metadata: { topic: 'animals', year: 2001 } });
    expect(best?.[1]).toBeCloseTo(0, 5);
    expect(next?.[1]).toBeGreaterThan(0.1);
    const travel = ['"topic":"travel"'];
    expect(contents(await store.similaritySearch('noon', 3, travel))).toEqual(['the train leaves at noon']);
    await store.delete({ ids: ['a'] });
    expect(contents(await store.similaritySearch('the fox eats mice', 3))).not.toContain('the fox eats mice');
    await store.delete({ deleteAll: true });
    expect(await store.checkIndexExists()).toBe(false);
  });

  test('filters by a schema of metadata whose names hold dots', async () => {
    const store = new RedisVectorStore(new WordEmbeddings(), {
      redisClient: client,
      indexName: 'typed',
      customSchema: {
        topic: { type: fieldType('TAG'), SORTABLE: true },
        year: { type: fieldType('NUMERIC'), SORTABLE: true },
      },
    });
    await store.addDocuments(documents);
    const found = async (filter: Record<string, unknown>): Promise<string[]> => {
      const [vector = []] = await store.embeddings.embedDocuments(['noon']);
      const rows = await store.similaritySearchVectorWithScoreAndMetadata(vector, 3, filter);
      return contents(rows.map(([document]) => document)).sort();
    };
    expect(await found({ topic: 'travel' })).toEqual(['the train leaves at noon']);
    expect(await found({ year: { min: 2002 } })).toEqual(['the fox sleeps at noon', 'the train leaves at noon']);
    expect(await found({ topic: 'animals', year: { min: 2002, max: 2010 } })).toEqual(['the fox sleeps at noon']);
    expect(await store.dropIndex(true)).toBe(true);
  });

  test('filters by expressions', async () => {
    const store = await FluentRedisVectorStore.fromDocuments(documents, new WordEmbeddings(), {
      redisClient: client,
      indexName: 'fluent',
      customSchema: [
        { name: 'topic', type: 'tag' },
        { name: 'year', type: 'numeric', options: { sortable: true } },
        { name: 'place', type: 'geo' },
      ],
    });
    const found = async (filter: Parameters<typeof store.similaritySearch>[2]): Promise<string[]> =>
      contents(await store.similaritySearch('noon', 3, filter)).sort();
    expect(await found(Tag('topic').eq('animals'))).toEqual(['the fox eats mice', 'the fox sleeps at noon']);
    expect(await found(Tag('topic').ne('animals'))).toEqual(['the train leaves at noon']);
    expect(await found(Num('year').between(2002, 2003).and(Tag('topic').eq('animals')))).toEqual([
      'the fox sleeps at noon',
    ]);
    expect(await found(Num('year').lt(2002).or(Tag('topic').eq('travel')))).toEqual([
      'the fox eats mice',
      'the train leaves at noon',
    ]);
    expect(await found(Geo('place').within(13.36, 38.11, 10, 'km'))).toEqual([
      'the fox eats mice',
      'the train leaves at noon',
    ]);
    expect(await found(Text('content').eq('sleeps'))).toEqual(['the fox sleeps at noon']);
    await store.delete({ deleteAll: true });
  });

  test("keeps models' answers and conversations", async () => {
    const cache = new RedisCache(client);
    expect(await cache.lookup('prompt', 'model')).toBeNull();
    await cache.update('prompt', 'model', [{ text: 'answer' }]);
    expect(await cache.lookup('prompt', 'model')).toMatchObject([{ text: 'answer' }]);
    const history = new RedisChatMessageHistory({ sessionId: 'talk', client });
    await history.addMessages([new HumanMessage('hello'), new AIMessage('good morning')]);
    expect((await history.getMessages()).map(({ content }) => content)).toEqual(['hello', 'good morning']);
    await history.clear();
    expect(await history.getMessages()).toEqual([]);
  });
});
