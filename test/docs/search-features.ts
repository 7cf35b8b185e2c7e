/**
 * What search, JSON and vector sets consist of: who has it, which clients ask for it, and the tests that prove that Nearkey
 * has it. `docs/compatibility.md` is written from this table. A proof is a test that runs: its file under test/ and its
 * name; test/docs/compatibility.test.ts finds each, and .ci/run demands of the reports that each has passed.
 */

export interface Feature {
  readonly name: string;
  /** ElastiCache for Valkey 8.2, ElastiCache for Valkey 9.0, Redis 8: `yes`, `no`, or what there is of it. */
  readonly elsewhere: readonly [elastiCache82: string, elastiCache90: string, redis8: string];
  /** Clients and libraries that ask for it; in bold those that cannot work without. */
  readonly usedBy: string;
  /** `file: name of a test`. None where Nearkey has it not. */
  readonly proofs: readonly string[];
}

const redisPy = 'python/test_redis_py_search.py: test_';
const redisPyAggregate = 'python/test_redis_py_aggregate.py: test_';
const redisPyWords = 'python/test_redis_py_lexicon.py: test_';
const redisPyJson = 'python/test_redis_py_json.py: test_';
const redisPyVectorSets = 'python/test_redis_py_vector_sets.py: test_';
const redisVl = 'python/test_redisvl.py: test_';
const redisVlExtensions = 'python/test_redisvl_extensions.py: test_';
const langChain = 'python/test_langchain_redis.py: test_';
const langGraph = 'python/test_langgraph.py: test_';
const langChainAws = 'python/test_langchain_aws.py: test_';
const mem0 = 'python/test_mem0_valkey.py: test_';
const mem0Redis = 'python/redis-py-7/test_mem0_redis.py: test_';
const valkeyClients = 'python/test_valkey_clients.py: test_';
const nodeRedis = 'clients/node-redis-search.test.ts: ';
const nodeRedisWords = `${nodeRedis}searches words, explains, profiles, alters and renames through client.ft`;
const nodeRedisLexicon = `${nodeRedis}suggests, widens by synonyms, spells and sets through client.ft`;
const glide = 'clients/valkey-glide.test.ts: ';
const glideWords = `${glide}searches words, describes, explains, profiles and renames through GlideFt`;
const langChainJs = 'clients/langchain-redis.test.ts: ';
const ioredis = 'clients/ioredis.test.ts: ';

const everywhere = ['yes', 'yes', 'yes'] as const;
const fromNine = ['no', 'yes', 'yes'] as const;
const redisOnly = ['no', 'no', 'yes'] as const;

export const searchFeatures: readonly Feature[] = [
  {
    name: 'FT.CREATE ON HASH, PREFIX, vectors by HNSW and FLAT',
    elsewhere: everywhere,
    usedBy: '**all**',
    proofs: [
      `${redisPy}nearest_vectors`,
      `${redisVl}vector_queries`,
      `${nodeRedis}creates an index, stores documents and finds the nearest through client.ft`,
      `${glide}creates an index, stores documents and finds the nearest through GlideFt`,
      `${ioredis}creates an index, stores documents and finds the nearest`,
      `${langChainAws}valkey_vector_store`,
    ],
  },
  {
    name: 'FT.CREATE ON JSON, `$.path AS alias`',
    elsewhere: everywhere,
    usedBy: '**RedisVL, langchain-redis, LangGraph**, node-redis, GLIDE',
    proofs: [
      `${redisPy}json_documents`,
      `${redisVl}vector_queries`,
      `${nodeRedis}indexes JSON documents through client.ft`,
      `${langGraph}history_of_a_thread`,
    ],
  },
  {
    name: 'TAG with SEPARATOR and CASESENSITIVE',
    elsewhere: everywhere,
    usedBy: '**all**',
    proofs: [`${redisPy}tags_numbers_places_and_operators`, `${redisPy}options_of_an_index`, glideWords],
  },
  {
    name: 'NUMERIC',
    elsewhere: everywhere,
    usedBy: '**RedisVL, langchain-redis, LangChain.js, LangGraph, langchain-aws, mem0**',
    proofs: [
      `${redisVl}filters`,
      `${langChain}vector_store_finds_and_filters`,
      `${langChainJs}filters by a schema of metadata whose names hold dots`,
      `${langChainAws}valkey_vector_store`,
    ],
  },
  {
    name: 'TEXT',
    elsewhere: fromNine,
    usedBy: '**LangChain.js, langchain-redis, LangGraph, RedisVL**, GLIDE',
    proofs: [
      `${redisPy}words_phrases_prefixes_and_fuzzy_words`,
      `${langChain}chat_history`,
      `${langChainJs}stores texts, finds the nearest with their scores, and deletes`,
      glideWords,
    ],
  },
  {
    name: 'GEO',
    elsewhere: redisOnly,
    usedBy: 'RedisVL, LangChain.js, node-redis, redis-py',
    proofs: [
      `${redisPy}tags_numbers_places_and_operators`,
      `${redisVl}filters`,
      `${langChainJs}filters by expressions`,
    ],
  },
  {
    name: 'GEOSHAPE',
    elsewhere: redisOnly,
    usedBy: 'node-redis, redis-py',
    proofs: [`${nodeRedis}finds shapes through client.ft`],
  },
  {
    name: 'Indexes without a vector field',
    elsewhere: fromNine,
    usedBy: '**LangGraph**, RedisVL, mem0, node-redis',
    proofs: [`${langGraph}history_of_a_thread`, `${redisVlExtensions}message_history`],
  },
  {
    name: 'SCORE 1.0',
    elsewhere: fromNine,
    usedBy: '**redis-py, RedisVL, langchain-redis, LangGraph, langchain-aws**',
    proofs: [`${redisPy}options_of_an_index`, `${redisVl}creates_describes_and_deletes_an_index`],
  },
  {
    name: 'WEIGHT',
    elsewhere: redisOnly,
    usedBy: 'RedisVL, node-redis',
    proofs: [`${redisVl}text_queries`, nodeRedisWords],
  },
  {
    name: 'SORTABLE',
    elsewhere: ['no', 'ignored', 'yes'],
    usedBy: 'LangChain.js, RedisVL, langchain-redis, node-redis',
    proofs: [
      `${redisPy}order_pages_and_counts`,
      `${redisVl}orders_and_pages`,
      `${langChainJs}filters by a schema of metadata whose names hold dots`,
    ],
  },
  {
    name: 'UNF, NOINDEX, INDEXMISSING, INDEXEMPTY',
    elsewhere: redisOnly,
    usedBy: 'RedisVL, node-redis, redis-py',
    proofs: [`${redisPy}options_of_an_index`, `${redisVl}index_with_many_options`, `${redisVl}filters`],
  },
  {
    name: 'EPSILON of an HNSW field',
    elsewhere: redisOnly,
    usedBy: '**RedisVL**, langchain-redis, LangGraph',
    proofs: [`${redisVl}index_with_many_options`, `${redisPy}vectors_within_a_radius`],
  },
  {
    name: 'SKIPINITIALSCAN',
    elsewhere: fromNine,
    usedBy: 'node-redis, redis-py',
    proofs: [`${redisPy}options_of_an_index`, glideWords],
  },
  {
    name: 'STOPWORDS',
    elsewhere: fromNine,
    usedBy: 'RedisVL, redis-py',
    proofs: [`${redisPy}info_of_an_index`, `${redisVl}index_with_many_options`],
  },
  {
    name: 'LANGUAGE other than English',
    elsewhere: redisOnly,
    usedBy: 'redis-py, node-redis',
    proofs: [`${redisPy}languages_other_than_english`],
  },
  {
    name: 'FILTER of FT.CREATE',
    elsewhere: redisOnly,
    usedBy: 'redis-py, node-redis',
    proofs: [`${redisPy}indexes_with_a_filter_and_an_end`],
  },
  {
    name: 'TEMPORARY',
    elsewhere: redisOnly,
    usedBy: 'redis-py, node-redis',
    proofs: [`${redisPy}indexes_with_a_filter_and_an_end`],
  },
  {
    name: 'Vectors of FLOAT16 and BFLOAT16',
    elsewhere: redisOnly,
    usedBy: 'RedisVL',
    proofs: [`${redisPy}other_elements_of_vectors`],
  },
  {
    name: 'Vectors of FLOAT64',
    elsewhere: redisOnly,
    usedBy: 'RedisVL',
    proofs: [`${redisPy}other_elements_of_vectors`, `${redisVl}index_with_many_options`],
  },
  {
    name: 'Vectors of INT8 and UINT8',
    elsewhere: redisOnly,
    usedBy: 'RedisVL',
    proofs: [`${redisPy}other_elements_of_vectors`],
  },
  { name: 'SVS-VAMANA', elsewhere: ['no', 'no', 'from 8.2'], usedBy: 'RedisVL', proofs: [] },
  {
    name: 'KNN, pure and with a filter',
    elsewhere: everywhere,
    usedBy: '**all**',
    proofs: [
      `${redisPy}nearest_vectors`,
      `${redisVl}vector_queries`,
      `${langChainAws}valkey_vector_store`,
      `${mem0}finds_filters_and_lists`,
      `${mem0Redis}finds_filters_and_lists`,
    ],
  },
  {
    name: 'EF_RUNTIME of KNN',
    elsewhere: everywhere,
    usedBy: 'RedisVL, langchain-redis, node-redis',
    proofs: [`${redisPy}nearest_vectors`, `${redisVl}policies_of_vector_queries`],
  },
  {
    name: 'HYBRID_POLICY, BATCH_SIZE',
    elsewhere: redisOnly,
    usedBy: 'RedisVL',
    proofs: [`${redisPy}nearest_vectors`, `${redisVl}policies_of_vector_queries`],
  },
  {
    name: '`=>{$YIELD_DISTANCE_AS: …}`',
    elsewhere: redisOnly,
    usedBy: '**RedisVL, langchain-aws**',
    proofs: [`${redisPy}vectors_within_a_radius`, `${redisVl}range_queries`, `${langChainAws}memorydb_vector_store`],
  },
  {
    name: 'VECTOR_RANGE',
    elsewhere: redisOnly,
    usedBy: '**RedisVL, langchain-redis, langchain-aws, LangGraph**',
    proofs: [
      `${redisVl}range_queries`,
      `${redisVlExtensions}semantic_cache_answers_what_is_near`,
      `${langChain}semantic_cache`,
      `${langChainAws}memorydb_semantic_cache`,
    ],
  },
  {
    name: 'SORTBY a field',
    elsewhere: fromNine,
    usedBy: '**LangGraph**, RedisVL, langchain-redis',
    proofs: [`${redisPy}order_pages_and_counts`, `${redisVl}orders_and_pages`, `${langGraph}history_of_a_thread`],
  },
  {
    name: 'SORTBY the distance',
    elsewhere: redisOnly,
    usedBy: '**LangChain.js, RedisVL, langchain-redis, langchain-aws, bifrost**',
    proofs: [
      `${redisPy}vectors_within_a_radius`,
      `${redisVl}vector_queries`,
      `${langChainJs}stores texts, finds the nearest with their scores, and deletes`,
    ],
  },
  {
    name: 'RETURN with AS',
    elsewhere: everywhere,
    usedBy: 'all',
    proofs: [`${redisPy}returns_fields_under_other_names`, `${valkeyClients}glide_searches`],
  },
  {
    name: 'NOCONTENT, LIMIT 0 0 for a count',
    elsewhere: everywhere,
    usedBy: '**RedisVL**, langchain-redis, LangChain.js',
    proofs: [`${redisPy}order_pages_and_counts`, `${redisVl}filters`],
  },
  {
    name: 'WITHSCORES, SCORER',
    elsewhere: redisOnly,
    usedBy: 'RedisVL, node-redis, redis-py',
    proofs: [`${redisPy}scores_scorers_and_verbatim`, `${redisVl}text_queries`],
  },
  {
    name: 'WITHSORTKEYS',
    elsewhere: fromNine,
    usedBy: 'GLIDE',
    proofs: ['server/commands/search/ft-search.test.ts: scores, payloads and sort keys stand between key and fields'],
  },
  {
    name: 'PARAMS outside KNN',
    elsewhere: redisOnly,
    usedBy: 'RedisVL, LangGraph, redis-py, node-redis',
    proofs: [`${redisPy}tags_numbers_places_and_operators`],
  },
  {
    name: 'PARAMS that nothing uses',
    elsewhere: redisOnly,
    usedBy: '**RedisVL**',
    proofs: [`${redisPy}vectors_within_a_radius`, `${redisVl}range_queries`],
  },
  {
    name: 'INKEYS, INFIELDS',
    elsewhere: redisOnly,
    usedBy: 'redis-py, node-redis',
    proofs: [`${redisPy}filters_beside_the_query`, nodeRedisWords],
  },
  {
    name: 'HIGHLIGHT, SUMMARIZE',
    elsewhere: redisOnly,
    usedBy: 'redis-py, node-redis',
    proofs: [`${redisPy}highlighting_and_summaries`, nodeRedisWords],
  },
  {
    name: 'Prefixes, phrases, fuzzy words',
    elsewhere: fromNine,
    usedBy: 'RedisVL, LangChain.js, LangGraph, node-redis',
    proofs: [`${redisPy}words_phrases_prefixes_and_fuzzy_words`, `${redisVl}filters`, `${langGraph}store_of_memories`],
  },
  {
    name: "Infixes, wildcards `w'…'`",
    elsewhere: redisOnly,
    usedBy: 'RedisVL, redis-py',
    proofs: [`${redisPy}words_phrases_prefixes_and_fuzzy_words`, `${redisVl}filters`],
  },
  {
    name: '`ismissing`',
    elsewhere: redisOnly,
    usedBy: 'RedisVL',
    proofs: [`${redisVl}filters`, nodeRedisWords],
  },
  {
    name: 'Operators on numbers: `==`, `>=` …',
    elsewhere: redisOnly,
    usedBy: 'redis-py',
    proofs: [`${redisPy}tags_numbers_places_and_operators`],
  },
  {
    name: 'Optional words: `~`',
    elsewhere: redisOnly,
    usedBy: 'RedisVL',
    proofs: [`${redisPy}words_phrases_prefixes_and_fuzzy_words`],
  },
  {
    name: 'Negation',
    elsewhere: everywhere,
    usedBy: 'RedisVL, langchain-redis, LangGraph',
    proofs: [`${redisPy}words_phrases_prefixes_and_fuzzy_words`, `${redisVl}filters`],
  },
  {
    name: 'FT.AGGREGATE: GROUPBY, REDUCE, APPLY, FILTER, SORTBY, LIMIT',
    elsewhere: fromNine,
    usedBy: '**RedisVL**, node-redis, redis-py, GLIDE',
    proofs: [
      `${redisPyAggregate}groups_and_reducers`,
      `${redisPyAggregate}applies_filters_sorts_and_pages`,
      `${redisVlExtensions}router_finds_the_route`,
      `${redisVl}aggregated_hybrid_queries`,
      `${nodeRedis}aggregates, with cursors, through client.ft`,
      `${glide}aggregates through GlideFt`,
    ],
  },
  {
    name: 'FT.AGGREGATE WITHCURSOR, FT.CURSOR',
    elsewhere: redisOnly,
    usedBy: 'redis-py, node-redis, RedisVL',
    proofs: [
      `${redisPyAggregate}cursors`,
      `${redisVl}updates_and_drops_by_filter`,
      `${nodeRedis}aggregates, with cursors, through client.ft`,
    ],
  },
  {
    name: 'LOAD of fields that are not declared',
    elsewhere: redisOnly,
    usedBy: 'redis-py, node-redis',
    proofs: [`${redisPyAggregate}loads_everything_and_scores`],
  },
  {
    name: 'TOLIST, FIRST_VALUE',
    elsewhere: redisOnly,
    usedBy: 'node-redis, redis-py',
    proofs: [`${redisPyAggregate}groups_and_reducers`],
  },
  {
    name: 'QUANTILE, RANDOM_SAMPLE, COUNT_DISTINCTISH',
    elsewhere: redisOnly,
    usedBy: 'node-redis, redis-py',
    proofs: [`${redisPyAggregate}groups_and_reducers`],
  },
  {
    name: 'FT.INFO',
    elsewhere: ['own fields', 'own fields', 'yes'],
    usedBy: '**all**',
    proofs: [
      `${redisPy}info_of_an_index`,
      `${redisVl}creates_describes_and_deletes_an_index`,
      `${valkeyClients}glide_searches`,
      `${mem0}makes_and_drops_collections`,
    ],
  },
  {
    name: 'FT._LIST',
    elsewhere: everywhere,
    usedBy: '**langchain-aws, mem0**, RedisVL',
    proofs: [
      `${redisPy}drops_an_index_with_and_without_its_documents`,
      `${mem0}makes_and_drops_collections`,
      `${langChainAws}valkey_store`,
    ],
  },
  {
    name: 'FT.DROPINDEX',
    elsewhere: everywhere,
    usedBy: 'all',
    proofs: [`${redisPy}drops_an_index_with_and_without_its_documents`, `${mem0}makes_and_drops_collections`],
  },
  {
    name: 'FT.DROPINDEX DD',
    elsewhere: redisOnly,
    usedBy: '**RedisVL, LangChain.js, langchain-redis**',
    proofs: [
      `${redisPy}drops_an_index_with_and_without_its_documents`,
      `${redisVl}creates_describes_and_deletes_an_index`,
      `${langChainJs}stores texts, finds the nearest with their scores, and deletes`,
    ],
  },
  {
    name: 'FT.ALTER',
    elsewhere: redisOnly,
    usedBy: 'RedisVL, redis-py, node-redis',
    proofs: [`${redisPy}alters_and_renames`, nodeRedisWords],
  },
  {
    name: 'Aliases',
    elsewhere: redisOnly,
    usedBy: 'GLIDE, redis-py, node-redis',
    proofs: [`${redisPy}alters_and_renames`, `${valkeyClients}glide_renames_explains_and_profiles`, nodeRedisWords],
  },
  {
    name: 'FT.EXPLAIN, FT.EXPLAINCLI, FT.PROFILE',
    elsewhere: redisOnly,
    usedBy: 'GLIDE, redis-py, node-redis',
    proofs: [`${redisPy}explains_and_profiles`, nodeRedisWords, glideWords],
  },
  {
    name: 'FT.SUGADD, FT.SUGGET, FT.SUGLEN, FT.SUGDEL',
    elsewhere: redisOnly,
    usedBy: 'redis-py, node-redis',
    proofs: [`${redisPyWords}suggestions`, nodeRedisLexicon],
  },
  {
    name: 'FT.SYNUPDATE, FT.SYNDUMP',
    elsewhere: redisOnly,
    usedBy: 'redis-py, node-redis',
    proofs: [`${redisPyWords}synonyms`, nodeRedisLexicon],
  },
  {
    name: 'FT.DICTADD, FT.DICTDEL, FT.DICTDUMP, FT.SPELLCHECK',
    elsewhere: redisOnly,
    usedBy: 'redis-py, node-redis',
    proofs: [`${redisPyWords}dictionaries_and_spelling`, nodeRedisLexicon],
  },
  {
    name: 'FT.TAGVALS',
    elsewhere: redisOnly,
    usedBy: 'redis-py, node-redis',
    proofs: [`${redisPy}values_of_tags`, nodeRedisWords],
  },
  {
    name: 'FT.CONFIG',
    elsewhere: redisOnly,
    usedBy: 'redis-py, node-redis',
    proofs: [`${redisPyWords}settings`, nodeRedisLexicon],
  },
  {
    name: 'FT.HYBRID',
    elsewhere: ['no', 'no', 'from 8.4'],
    usedBy: 'RedisVL, redis-py, node-redis',
    proofs: [
      `${redisPyAggregate}hybrid_queries`,
      `${redisVl}hybrid_queries`,
      `${nodeRedis}fuses words and nearness through client.ft`,
    ],
  },
  {
    name: 'JSON.SET, JSON.GET, JSON.MGET, JSON.DEL',
    elsewhere: everywhere,
    usedBy: '**RedisVL, langchain-redis, LangGraph**',
    proofs: [
      `${redisPyJson}sets_and_gets`,
      `${redisPyJson}several_documents`,
      `${nodeRedis}keeps JSON documents through client.json`,
      `${glide}keeps JSON documents through GlideJson`,
      `${langGraph}store_of_memories`,
    ],
  },
  {
    name: 'JSON.MERGE',
    elsewhere: redisOnly,
    usedBy: 'LangGraph, redis-py, node-redis',
    proofs: [`${redisPyJson}several_documents`, `${nodeRedis}keeps JSON documents through client.json`],
  },
  {
    name: 'Arrays of JSON documents as tags',
    elsewhere: redisOnly,
    usedBy: 'RedisVL, LangGraph',
    proofs: [`${redisPy}json_documents`, `${redisVl}filters`],
  },
  {
    name: 'Searches in MULTI',
    elsewhere: ['no', 'no', 'yes'],
    usedBy: 'RedisVL (pipelines)',
    proofs: [`${redisPy}searches_in_pipelines_and_transactions`],
  },
  {
    name: 'Indexes in every database',
    elsewhere: ['yes', 'yes', 'database 0'],
    usedBy: '',
    proofs: [`${redisPy}indexes_of_every_database`],
  },
  {
    name: 'Fields with a lifetime leave the index',
    elsewhere: fromNine,
    usedBy: '',
    proofs: [`${redisPy}fields_that_expire_leave_the_index`],
  },
  {
    name: 'Vector sets',
    elsewhere: redisOnly,
    usedBy: 'redis-py, node-redis',
    proofs: [
      `${redisPyVectorSets}finds_similar_elements`,
      `${redisPyVectorSets}attributes`,
      `${nodeRedis}keeps vector sets through client.v*`,
    ],
  },
  {
    name: 'Replies as maps in RESP3',
    elsewhere: redisOnly,
    usedBy: '**redis-py 8, RedisVL, langchain-redis, LangGraph**, node-redis',
    proofs: [`${redisPy}native_replies_of_resp3`, `${redisPy}order_pages_and_counts`],
  },
  {
    name: 'Replies as arrays in RESP3',
    elsewhere: ['yes', 'yes', 'no'],
    usedBy: '**GLIDE, langchain-aws**',
    proofs: [`${valkeyClients}glide_searches`, glideWords, `${langChainAws}valkey_vector_store`],
  },
];
