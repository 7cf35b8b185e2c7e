/** What queries of words find, end to end in the engine, against a plain reading of the same documents. */
import { defineSchema, parseQuery, SearchIndex, type TextOptions } from '#index/mod.js';
import { document } from './documents.js';
import { Random } from './random.js';

const schema = defineSchema([
  { type: 'TEXT', identifier: 'title', withSuffixTrie: true },
  { type: 'TEXT', identifier: 'body', noStem: true, indexEmpty: true, indexMissing: true },
]);

const texts: readonly (readonly [key: string, title: string, body?: string])[] = [
  ['run', 'The running man', 'A fast runner runs home'],
  ['fox', 'Quick brown fox', 'jumps over the lazy dog'],
  ['dog', 'Lazy dogs sleep', 'the quick and the brown'],
  ['empty', 'Nothing here', ''],
  ['hello', 'Héllo wörld'],
];

const index = new SearchIndex(schema);
for (const [key, title, body] of texts) index.put(key, document({ title, body }));

function keys(query: string, words: Partial<TextOptions> = {}): string[] {
  return index
    .search(parseQuery(query, { schema, text: words }))
    .hits.map(({ key }) => key)
    .sort();
}

describe('a query of words', () => {
  it.each<[query: string, keys: string[]]>([
    ['fox', ['fox']],
    ['FOX', ['fox']],
    ['héllo', ['hello']],
    ['HÉLLO WÖRLD', ['hello']],
    ['quick brown', ['dog', 'fox']],
    ['@title:(quick brown)', ['fox']],
    ['@title:quick @body:dog', ['fox']],
    ['@title|body:dog', ['dog', 'fox']],
    ['run', ['run']],
    ['@title:run', ['run']],
    ['@title:runs', ['run']],
    ['@body:run', []],
    ['dog', ['dog', 'fox']],
    ['"quick brown"', ['dog', 'fox']],
    ['"brown quick"', []],
    ['"quick and the brown"', ['dog', 'fox']],
    ['"fox brown"', []],
    ['@title:"quick brown"', ['fox']],
    ['"brown jumps"', []],
    ['(quick fox)=>{$slop: 0}', []],
    ['(quick fox)=>{$slop: 1}', ['fox']],
    ['(fox quick)=>{$slop: 1}', ['fox']],
    ['(fox quick)=>{$slop: 1; $inorder: true}', []],
    ['(quick (fox|dog))=>{$slop: 1; $inorder: true}', ['fox']],
    ['qui*', ['dog', 'fox']],
    ['*zy', ['dog', 'fox']],
    ['*un*', ['run']],
    ["w'qu?ck'", ['dog', 'fox']],
    ["w'd*g*'", ['dog', 'fox']],
    ['%quik%', ['dog', 'fox']],
    ['%%wuik%%', ['dog', 'fox']],
    ['%quik%=>{$weight: 2}', ['dog', 'fox']],
    ['fox | running', ['fox', 'run']],
    ['-fox', ['dog', 'empty', 'hello', 'run']],
    ['dog -@title:fox', ['dog']],
    ['quick ~fox', ['dog', 'fox']],
    ['the', []],
    ['the fox', ['fox']],
    ['-the', []],
    ['the | fox', ['fox']],
    ['@body:""', ['empty']],
    ['ismissing(@body)', ['hello']],
    ['-ismissing(@body) -@body:""', ['dog', 'fox', 'run']],
    ['quick,brown.fox!', ['fox']],
    ['quick-brown', ['dog', 'fox']],
    ['lazy -sleep', ['fox']],
    ['(lazy)', ['dog', 'fox']],
    ['@title:*', ['dog', 'empty', 'fox', 'hello', 'run']],
  ])('%s finds %j', (query, expected) => {
    if (query === '@title:*') expect(() => keys(query)).toThrow('Expected a word');
    else expect(keys(query)).toEqual(expected);
  });

  it('is read otherwise when it is asked to', () => {
    expect(keys('runs', { verbatim: true })).toEqual(['run']);
    expect(keys('run', { verbatim: true })).toEqual([]);
    expect(keys('the', { noStopWords: true })).toEqual([]);
    expect(keys('quick', { inFields: ['title'] })).toEqual(['fox']);
    expect(keys('brown quick', { slop: 0 })).toEqual(['dog', 'fox']);
    expect(keys('brown quick', { inOrder: true })).toEqual([]);
    expect(keys('speedy', { synonymsOf: (word) => (word === 'speedy' ? ['fast'] : []) })).toEqual(['run']);
    expect(() => keys('x', { inFields: ['nope'] })).toThrow('`nope` does not exist');
  });

  it('needs positions for phrases', () => {
    const bare = defineSchema([{ type: 'TEXT', identifier: 'title' }], { hasOffsets: false });
    for (const query of ['"a1 b1"', '(a1 b1)=>{$slop: 1}']) {
      expect(() => parseQuery(query, { schema: bare })).toThrow('Index does not support offsets');
    }
  });

  it('finds what reading every document finds', () => {
    const random = new Random(3);
    const word = (): string => random.pick(['red', 'green', 'blue', 'gray', 'grey']);
    const plain = defineSchema([{ type: 'TEXT', identifier: 't', noStem: true }]);
    const many = new SearchIndex(plain);
    const documents = new Map<string, string[]>();
    for (let at = 0; at < 400; at++) {
      const key = `k${random.integer(120)}`;
      if (random.chance(0.25)) {
        many.delete(key);
        documents.delete(key);
        continue;
      }
      const words = Array.from({ length: random.integer(6) }, word);
      many.put(key, document({ t: words.join(' ') }));
      documents.set(key, words);
    }
    expect(many.validate()).toEqual([]);
    const holds: [query: string, test: (words: string[]) => boolean][] = [
      ['red green', (words) => words.includes('red') && words.includes('green')],
      ['gr*', (words) => words.some((other) => other.startsWith('gr'))],
      ['%gray%', (words) => words.some((other) => other === 'gray' || other === 'grey')],
      ["w'*e*'", (words) => words.some((other) => other.includes('e'))],
      ['"red blue"', (words) => words.some((other, at) => other === 'red' && words[at + 1] === 'blue')],
      ['red -(green|blue)', (words) => words.includes('red') && !words.includes('green') && !words.includes('blue')],
    ];
    for (const [query, test] of holds) {
      const { hits, total } = many.search(parseQuery(query, { schema: plain }), { count: 1000 });
      const expected = [...documents].filter(([, words]) => test(words)).map(([key]) => key);
      expect([query, hits.map(({ key }) => key).sort()]).toEqual([query, expected.sort()]);
      expect(total).toBe(expected.length);
    }
  });
});
