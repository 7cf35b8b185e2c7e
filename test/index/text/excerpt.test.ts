import { parseQuery } from '#index/query/parser.js';
import { defineSchema } from '#index/schema.js';
import { Excerpts } from '#index/text/excerpt.js';

const schema = defineSchema([
  { type: 'TEXT', identifier: 'title' },
  { type: 'TEXT', identifier: 'body' },
]);
const tags = { open: '<b>', close: '</b>' };

function highlighted(query: string, text: string, field = 'body'): string {
  return new Excerpts(parseQuery(query, { schema }).filter, schema).of(field, text, tags, undefined);
}

describe('excerpts', () => {
  it.each([
    ['running', 'Run, runner: he RUNS.', '<b>Run</b>, runner: he <b>RUNS</b>.'],
    ['"hello world"', 'Hello big world', '<b>Hello</b> big <b>world</b>'],
    ['he* -world', 'hello world', '<b>hello</b> world'],
    ['*ld | *or*', 'hello world', 'hello <b>world</b>'],
    ['%hallo%', 'hello world', '<b>hello</b> world'],
    ["w'w?rld'", 'hello world', 'hello <b>world</b>'],
    ['@title:hello', 'hello', 'hello'],
    ['@body:hello', 'hello', '<b>hello</b>'],
    ['*', 'hello', 'hello'],
  ])('of %s mark its words in %s', (query, text, expected) => {
    expect(highlighted(query, text)).toBe(expected);
  });

  it('are the parts in which the words stand', () => {
    const filler = Array.from({ length: 30 }, (_, at) => `word${at}`).join(' ');
    const text = `${filler} cat dog ${filler} cat ${filler}`;
    const excerpts = new Excerpts(parseQuery('cat | dog', { schema }).filter, schema);
    const summary = { fragments: 2, words: 4, separator: '... ' };
    expect(excerpts.of('body', text, tags, summary)).toBe(
      'word29 <b>cat</b> <b>dog</b> word0... word28 word29 <b>cat</b> word0... '.replace(
        'word29 <b>cat</b> <b>dog</b> word0',
        'word28 word29 <b>cat</b> <b>dog</b>',
      ),
    );
    expect(excerpts.of('body', text, undefined, { ...summary, fragments: 1 })).toBe('word28 word29 cat dog... ');
    expect(excerpts.of('body', filler, undefined, summary)).toBe('word0 word1 word2 word3');
    expect(excerpts.of('body', 'short', tags, summary)).toBe('short');
    expect(excerpts.of('body', 'a cat', tags, summary)).toBe('a <b>cat</b>... ');
  });
});
