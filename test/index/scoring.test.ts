/**
 * The figures are worked out by hand from the formulas that RediSearch publishes, for three documents of 2, 3 and 2 words (N = 3,
 * mean length 7/3). "hello" is in two of them: idf = ln(1 + 1.5 / 2.5) = 0.4700036 for BM25STD, floor(log2(1 + 4/2)) = 1
 * for the others.
 */
import { defineSchema, parseQuery, type ScorerName, SearchIndex, type TextOptions } from '#index/mod.js';
import { document, text } from './documents.js';
import { Random } from './random.js';

const schema = defineSchema([
  { type: 'TEXT', identifier: 'body' },
  { type: 'TAG', identifier: 'tag' },
]);

const twoFields = defineSchema([
  { type: 'TEXT', identifier: 'title', weight: 3 },
  { type: 'TEXT', identifier: 'body' },
]);
const words = ['x', 'y', 'y', 'z', 'z', 'z', 'd1', 'd2', 'd3', 'd4', 'd5', 'run', 'runs', 'running'];

function corpus(): SearchIndex {
  const index = new SearchIndex(schema);
  index.put('a', document({ body: 'Hello, world', tag: 'x' }));
  index.put('b', document({ body: 'hello hello there friend', tag: 'x' }));
  index.put('c', document({ body: 'goodbye moon' }));
  return index;
}

function scores(query: string, scorer: ScorerName, words: Partial<TextOptions> = { verbatim: true }, index = corpus()) {
  const parsed = parseQuery(query, { schema, text: words });
  const { hits } = index.search(parsed, { scorer, scores: 'wanted' });
  return Object.fromEntries(hits.map(({ key, score }) => [key, score]));
}

describe('scores', () => {
  it.each<[query: string, scorer: ScorerName, a: number, b: number]>([
    // 0.4700036 x 2.2 / (1 + 1.2 (0.25 + 0.75 x 2 / 2.3333)), and f = 2, length 3 for b
    ['hello', 'BM25STD', 0.499176268302345, 0.5981864372218454],
    // 1 / (1 + 1.2 (0.5 + 0.5 x 2.3333)), 2 / (2 + ...)
    ['hello', 'BM25', 0.3333333333333333, 0.5],
    // f / greatest f
    ['hello', 'TFIDF', 1, 1],
    // f / length
    ['hello', 'TFIDF.DOCNORM', 0.5, 2 / 3],
    ['hello', 'DISMAX', 1, 2],
    ['hello', 'DOCSCORE', 1, 1],
    ['hello=>{$weight: 2}', 'DISMAX', 2, 4],
    ['(hello)=>{$weight: 3}', 'BM25STD', 0.499176268302345 * 3, 0.5981864372218454 * 3],
    ['hello', 'BM25STD.TANH', Math.tanh(0.499176268302345 / 4), Math.tanh(0.5981864372218454 / 4)],
    ['hello @tag:{x}', 'BM25STD', 0.499176268302345, 0.5981864372218454],
  ])('of %s by %s', (query, scorer, a, b) => {
    const found = scores(query, scorer);
    expect(found.a).toBeCloseTo(a, 9);
    expect(found.b).toBeCloseTo(b, 9);
    expect(found.c).toBeUndefined();
  });

  it('add up over AND and OR, and what does not hold adds nothing', () => {
    // world: idf = ln(1 + 2.5 / 1.5) = 0.9808293, f = 1, length 2
    const world = (Math.log(1 + 2.5 / 1.5) * 2.2) / (1 + 1.2 * (0.25 + (0.75 * 2) / (7 / 3)));
    expect(scores('hello world', 'BM25STD').a).toBeCloseTo(0.499176268302345 + world, 9);
    expect(scores('hello | world', 'BM25STD').b).toBeCloseTo(0.5981864372218454, 9);
    expect(scores('hello | (world moon)', 'BM25STD').a).toBeCloseTo(0.499176268302345, 9);
    expect(scores('hello ~world', 'DISMAX')).toEqual({ a: 2, b: 2 });
    expect(scores('hello | world', 'DISMAX')).toEqual({ a: 1, b: 2 });
    expect(scores('hello -moon', 'DISMAX')).toEqual({ a: 1, b: 2 });
    expect(scores('"hello world"', 'DISMAX')).toEqual({ a: 2 });
  });

  it('are less where words are far from each other, for the scorers that look at it', () => {
    const index = corpus();
    index.put('d', document({ body: 'hello you big blue world' }));
    const { a = 0, d = 0 } = scores('hello world', 'TFIDF', { verbatim: true }, index);
    // Four words apart.
    expect(d).toBeCloseTo(a / 4, 9);
  });

  it('are multiplied by the score of the document', () => {
    const index = corpus();
    index.put('a', document({ body: 'Hello, world', tag: 'x' }), { score: 0.5 });
    expect(scores('hello', 'BM25STD', { verbatim: true }, index).a).toBeCloseTo(0.499176268302345 / 2, 9);
    expect(scores('*', 'BM25STD', {}, index)).toEqual({ a: 0.5, b: 1, c: 1 });
    expect(scores('@tag:{x}', 'TFIDF', {}, index)).toEqual({ a: 0.5, b: 1 });
  });

  it('compare payloads bit by bit', () => {
    const payloads = new Map([
      ['a', 'abc'],
      ['b', 'abb'],
    ]);
    const { hits } = corpus().search(parseQuery('*', { schema }), {
      scorer: 'HAMMING',
      scores: 'wanted',
      payload: { identifier: 'p', ofQuery: text('abc') },
      read: (key) => text(payloads.get(key) ?? ''),
    });
    // b and c differ in one bit.
    expect(hits.map(({ key, score }) => [key, score])).toEqual([
      ['a', 1],
      ['b', 0.5],
      ['c', 0],
    ]);
  });

  it('order what is found, best first', () => {
    const { hits } = corpus().search(parseQuery('hello', { schema }));
    expect(hits.map(({ key }) => key)).toEqual(['b', 'a']);
  });

  it('are explained', () => {
    const query = parseQuery('(hello world)=>{$weight: 2}', { schema, text: { verbatim: true } });
    const [hit] = corpus().search(query, { scores: 'explained' }).hits;
    expect(hit?.explanation?.text).toBe('Final BM25 : words BM25 3.08 * document score 1.00');
    const [weighted] = hit?.explanation?.children ?? [];
    expect(weighted?.text).toBe('(Weight 2.00 * total children 1.54)');
    const words = weighted?.children[0]?.children.map((child) => child.text);
    expect(words).toEqual([
      'hello: (0.50 = Weight 1.00 * IDF 0.47 * (F 1.00 * (k1 1.2 + 1)) / (F 1.00 + k1 1.2 * (1 - b 0.75 + b 0.75 * Doc Len 2 / Average Doc Len 2.33)))',
      'world: (1.04 = Weight 1.00 * IDF 0.98 * (F 1.00 * (k1 1.2 + 1)) / (F 1.00 + k1 1.2 * (1 - b 0.75 + b 0.75 * Doc Len 2 / Average Doc Len 2.33)))',
    ]);
  });

  it.each(['x y', 'x | y | z', '"x y" | z', '(x y)=>{$weight: 2.5} | ~z', '@body:(x | y) -z', 'd* | x', 'run | y'])(
    'of documents that do not reach the page are not asked for, and are below those that do: %s',
    (query) => {
      const random = new Random(7);
      const index = new SearchIndex(twoFields);
      const some = (max: number): string =>
        Array.from({ length: 1 + random.integer(max) }, () => random.pick(words)).join(' ');
      for (let at = 0; at < 400; at++) {
        const fields = random.chance(0.5) ? { title: some(3), body: some(12) } : { body: some(6) };
        index.put(`d${at}`, document(fields), { score: random.pick([1, 1, 0.5, 0]) });
      }
      const parsed = parseQuery(query, { schema: twoFields });
      for (const scorer of ['BM25STD', 'BM25STD.TANH', 'BM25STD.NORM', 'TFIDF'] as const) {
        const all = index.search(parsed, { scorer, count: 400, scores: 'wanted' });
        const page = index.search(parsed, { scorer, offset: 2, count: 6, scores: 'wanted' });
        expect([page.total, page.hits]).toEqual([all.total, all.hits.slice(2, 8)]);
        const inOrder = all.hits.map(({ score = 0 }) => score);
        expect(inOrder).toEqual(inOrder.toSorted((a, b) => b - a));
      }
    },
  );
});
