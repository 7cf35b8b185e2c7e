import { OpenQuestions } from '#sdk/semantic-cache/decision/open-questions.js';

const question = (features: readonly number[] | undefined = undefined) => ({ candidates: [], features });

describe('open questions', () => {
  test('are taken once', () => {
    const open = new OpenQuestions();
    open.note('a', question([1]));
    expect(open.take('a')).toEqual(question([1]));
    expect(open.take('a')).toBeUndefined();
    expect(open.take('never asked')).toBeUndefined();
  });

  test('asked again are as they were asked last', () => {
    const open = new OpenQuestions();
    open.note('a', question([1]));
    open.note('a', question([2]));
    expect(open.take('a')).toEqual(question([2]));
  });

  test('are bounded: those asked longest ago are forgotten first', () => {
    const open = new OpenQuestions();
    for (let i = 0; i < 1024; i++) open.note(`q${i}`, question([i]));
    open.note('q0', question([0]));
    open.note('one more', question());
    expect(open.take('q1')).toBeUndefined();
    expect(open.take('q0')).toBeDefined();
    expect(open.take('q2')).toBeDefined();
  });
});
