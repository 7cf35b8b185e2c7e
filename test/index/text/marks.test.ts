import { afterMarks, isMarked, shownMark, soundMark, stemMark, unmarked } from '#index/text/marks.js';

test('what is marked is ahead of words, and told from them', () => {
  const marked = [`${stemMark}run`, `${soundMark}RN`];
  for (const text of marked) expect([isMarked(text), text < afterMarks, afterMarks < 'a']).toEqual([true, true, true]);
  expect(['', 'run'].map(isMarked)).toEqual([false, false]);
  expect([...marked, 'run'].map(unmarked)).toEqual(['run', 'RN', 'run']);
  expect([...marked, 'run'].map(shownMark)).toEqual(['+run', '<RN', 'run']);
});
