import { Synonyms } from '#index/text/synonyms.js';

test('a word stands for the others of all its groups, without regard to case', () => {
  const synonyms = new Synonyms();
  expect(synonyms.of('child')).toEqual([]);
  synonyms.add('young', ['Boy', 'CHILD']);
  synonyms.add('family', ['child', 'offspring']);
  synonyms.add('young', ['kid', 'boy']);
  expect(synonyms.of('child')).toEqual(['boy', 'kid', 'offspring']);
  expect(synonyms.of('boy')).toEqual(['child', 'kid']);
  expect(synonyms.of('kid')).toEqual(['boy', 'child']);
  expect(synonyms.of('nope')).toEqual([]);
  expect(synonyms.size).toBe(4);
});

test('each word is told with its groups', () => {
  const synonyms = new Synonyms();
  synonyms.add('a', ['one', 'two']);
  synonyms.add('b', ['two']);
  expect([...synonyms.entries()].map(([word, groups]) => [word, ...groups])).toEqual([
    ['one', 'a'],
    ['two', 'a', 'b'],
  ]);
});
