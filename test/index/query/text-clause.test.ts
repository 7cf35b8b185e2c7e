import { parseQuery } from '#index/query/parser.js';
import { describeQuery } from '#index/query/query.js';
import { defineSchema } from '#index/schema.js';
import { parameters } from '../documents.js';

const schema = defineSchema([
  { type: 'TEXT', identifier: 't' },
  { type: 'TEXT', identifier: 'u', noStem: true },
  { type: 'TAG', identifier: 'tag' },
  { type: 'NUMERIC', identifier: 'n', noIndex: true },
  { type: 'GEO', identifier: 'g' },
]);
const context = {
  schema,
  parameters: parameters({ w: 'Hello World', p: 'pre', pattern: 'a*b', two: '2', yes: 'true', lon: '1.5', unit: 'km' }),
};
const tree = (query: string): string => describeQuery(parseQuery(query, context)).replaceAll('\\u0001', '+');

test('words are found by sound in fields that are PHONETIC, unless a query says otherwise', () => {
  const phonetic = defineSchema([
    { type: 'TEXT', identifier: 't', noStem: true, phonetic: 'dm:en' },
    { type: 'TEXT', identifier: 'u', noStem: true },
  ]);
  const read = (query: string, text = {}): string =>
    describeQuery(parseQuery(query, { schema: phonetic, text })).replaceAll('\\u0002', '<');
  expect(read('morphix')).toBe('text("morphix" | "<MRFKS")');
  expect(read('@t:morphix=>{$phonetic:true}')).toBe('text(0: "morphix" | "<MRFKS")');
  expect(read('@t:morphix=>{$phonetic:false}')).toBe('text(0: "morphix")');
  expect(read('@t:(a1 -morphix)=>{$phonetic:false}')).toBe('and(text(0: "a1"), not(text(0: "morphix")))');
  expect(read('@u:morphix')).toBe('text(1: "morphix")');
  expect(read('@t:"morphix"')).toBe('text(0: "morphix")');
  expect(read('@t:2015')).toBe('text(0: "2015")');
  expect(read('morphix', { verbatim: true })).toBe('text("morphix")');
  for (const value of ['true', 'false']) {
    expect(() => read(`@u:morphix=>{$phonetic:${value}}`)).toThrow('field does not support phonetics');
  }
  expect(() => read('morphix=>{$phonetic:2}')).toThrow('Invalid boolean: 2');
});

describe('words of a query', () => {
  it.each([
    ['cats', 'text("cats" | "+cat" | "cat")'],
    ['cat', 'text("cat" | "+cat")'],
    ['@u:cats', 'text(1: "cats")'],
    ['@t|u:cats', 'text(0|1: "cats" | "+cat" | "cat")'],
    ['foo\\-bar', 'text("foo-bar" | "+foo-bar")'],
    ['@u:(foo-bar)', 'and(text(1: "foo"), text(1: "bar"))'],
    ['@u:(a1 | @t:b1)', 'or(text(1: "a1"), text(0: "b1" | "+b1"))'],
    ['@u:$w', 'and(text(1: "hello"), text(1: "world"))'],
    ['@u:$p*', 'text(1: "pre"*)'],
    ['*fix', 'text(*"fix")'],
    ['*fix*', 'text(*"fix"*)'],
    ["w'A?b\\*'", 'text(w"a?b\\\\*")'],
    ["w'$pattern'", 'text(w"a*b")'],
    ['%%fuzz%%', 'text(%%"fuzz")'],
    ['%$p%', 'text(%"pre")'],
    ['"Hello the World"', 'phrase[0 in order]("hello" "world")'],
    ["'hello'", 'text("hello")'],
    ['"say \\"hi\\""', 'phrase[0 in order]("say" "hi")'],
    ['"users\\.ada the-end"', 'phrase[0 in order]("users.ada" "end")'],
    ['"users\\.ada"', 'text("users.ada")'],
    ['"a1 b1"=>{$slop: $two; $inorder: false}', 'phrase[2]("a1" "b1")'],
    ['(@u:a1 @u:b1)=>{$slop: 2; $inorder: $yes}', 'near[2 in order](text(1: "a1"), text(1: "b1"))'],
    ['(@u:a1 @u:b1)=>{$inorder: true}', 'near[Infinity in order](text(1: "a1"), text(1: "b1"))'],
    ['@u:a1=>{$weight: 0.5}', 'text(1: "a1")^0.5'],
    ['@u:""', 'text(1: "")'],
    ['the', 'none'],
    ['the (and) of', 'none'],
    ['@u:a1 the=>{$weight: 2} @tag:{b}', 'and(text(1: "a1"), tag(tag: "b"))'],
    ['@g:[$lon 2 3 $unit]', 'geo(g: 3000 m from 1.5, 2)'],
    ['@u:a1 and @u:b1', 'and(text(1: "a1"), text(1: "b1"))'],
  ])('%s is read as %s', (query, expected) => {
    expect(tree(query)).toBe(expected);
  });

  it.each([
    ['%%%%x%%%%', "Invalid fuzzy '%' markers"],
    ['%x%%', "Invalid fuzzy '%' markers"],
    ['%x', "Invalid fuzzy '%' markers"],
    ['%%', 'Empty fuzzy token'],
    ['%', 'Empty fuzzy token'],
    ['*a-b', "Invalid wildcard '*' markers"],
    ['"open', 'Missing closing quote, "'],
    ["w'open", "Missing closing quote, '"],
    ['@tag:word', '`tag` is not indexed as a text field'],
    ['@t|tag:word', '`tag` is not indexed as a text field'],
    ['@t|nope:word', 'Index field `nope` does not exist'],
    ['@t:{tag}', '`t` is not indexed as a tag field'],
    ['@n:[1 2]', 'Index field `n` is declared NOINDEX and cannot be searched'],
    ['$nope', 'Parameter nope not found'],
    ['$', 'Expected a word'],
    ['word=>{$weight: -1}', 'Invalid weight: -1'],
    ['"a1 b1"=>{$inorder: maybe}', 'Invalid boolean: maybe'],
    ['@t:', 'Unexpected character'],
    ['@t:|', 'Unexpected character'],
  ])('%s is refused', (query, message) => {
    expect(() => parseQuery(query, context)).toThrow(message);
  });

  it('takes AND in lower case for a word where it is one', () => {
    const bare = defineSchema([{ type: 'TEXT', identifier: 't', noStem: true }], { stopWords: new Set() });
    const [lower, upper] = ['x1 and y1', 'x1 AND y1'].map((query) =>
      describeQuery(parseQuery(query, { schema: bare })),
    );
    expect(lower).toBe('and(text("x1"), text("and"), text("y1"))');
    expect(upper).toBe('and(text("x1"), text("y1"))');
  });
});
