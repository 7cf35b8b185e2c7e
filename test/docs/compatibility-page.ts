/** docs/compatibility.md: features of search, JSON and vector sets, who has them, and what proves that Nearkey does. */
import { type Page, page, type Row, table } from './markdown.js';
import { parseProof } from './proofs.js';
import { type Feature, searchFeatures } from './search-features.js';

const introduction = `What search, JSON documents and vector sets consist of, which clients and libraries ask for it (in bold: cannot
work without), and who has it. How the answers differ where several have a feature is in [differences.md](differences.md).

"yes" under Nearkey means that the tests named beside it have passed: \`.ci/run\` reads the reports of its own run and fails if
one of them did not. They use the clients as they come from npm and PyPI, through their own interfaces, in RESP2 and RESP3.
The other columns are what their makers say and publish:

- ElastiCache for Valkey 8.2 and 9.0: the user guide of Amazon ElastiCache (vector search, limits, supported commands), and the
  source of valkey-search, of which 8.2 has about version 1.0 (tag 1.0.2) and 9.0 about 1.2 (tag 1.2.1).
- Redis 8: the source and tests of RediSearch, the source of the vector sets in redis/redis, and the command pages of redis.io.
- What clients send: the source and tests of redis-py 8.1, RedisVL 0.26, node-redis 6.2, @langchain/redis, langchain-redis,
  langgraph-redis, langchain-aws, valkey-glide, and mem0.`;

export function compatibilityPage(): Page {
  const head = ['feature', 'used by', 'ElastiCache 8.2', 'ElastiCache 9.0', 'Redis 8', 'Nearkey', 'tests'];
  const text = page(
    'Compatibility',
    'test/docs/search-features.ts',
    introduction,
    table(head, searchFeatures.map(featureRow)),
  );
  return { path: 'docs/compatibility.md', text };
}

function featureRow({ name, usedBy, elsewhere, proofs }: Feature): Row {
  return [name, usedBy, ...elsewhere, proofs.length > 0 ? 'yes' : 'no', linksTo(proofs)];
}

/** The files of the tests, each once. */
function linksTo(proofs: readonly string[]): string {
  const paths = new Set(proofs.map((proof) => parseProof(proof).path));
  return [...paths]
    .map((path) => `[${path.replace(/^.*\//, '').replace(/(\.test\.ts|\.py)$/, '')}](../${path})`)
    .join(', ');
}
