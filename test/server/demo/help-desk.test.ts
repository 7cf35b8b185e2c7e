import { type HelpDesk, loadHelpDesk, paraphraseStyles, parseHelpDesk, trapKinds } from '#server/demo/help-desk.js';

const desk = loadHelpDesk();

test('holds enough of everything', () => {
  expect(desk.entries.length).toBeGreaterThanOrEqual(64);
  expect(desk.entries.flatMap(({ paraphrases }) => paraphrases).length).toBeGreaterThanOrEqual(192);
  expect(desk.traps.length).toBeGreaterThanOrEqual(72);
});

test('has paraphrases of every style for every question, and traps of every kind', () => {
  for (const { paraphrases } of desk.entries) {
    expect(new Set(paraphrases.map(({ style }) => style))).toEqual(new Set(paraphraseStyles));
  }
  expect(new Set(desk.traps.map(({ kind }) => kind))).toEqual(new Set(trapKinds));
});

describe('refuses a desk', () => {
  function changed(change: (desk: HelpDesk) => void): HelpDesk {
    const copy = structuredClone(desk);
    change(copy);
    return copy;
  }

  test.each<[string, (desk: HelpDesk) => void, string]>([
    [
      'with two entries of one id',
      ({ entries }) => entries.push({ ...first(entries), question: 'Another?' }),
      'two entries are called',
    ],
    ['that asks one thing twice', ({ traps }) => traps.push({ ...first(traps) }), 'asked twice'],
    ['with a trap near nothing', ({ traps }) => Object.assign(first(traps), { near: 'nothing' }), 'no entry nothing'],
    [
      'with an answer that is not there',
      ({ traps }) => Object.assign(first(traps), { expected: 'nothing' }),
      'no entry nothing for',
    ],
    [
      'with a trap that is none',
      ({ traps }) => Object.assign(first(traps), { expected: first(traps).near }),
      'and no trap',
    ],
    ['with too few traps', ({ traps }) => traps.splice(10), 'Too small'],
    ['with an unknown field', (copy) => Object.assign(copy, { extra: 1 }), 'extra'],
  ])('%s', (_, change, problem) => {
    expect(() => parseHelpDesk(changed(change))).toThrow(problem);
  });
});

function first<T>(values: readonly T[]): T {
  const [value] = values;
  if (value === undefined) throw new Error('the list is empty');
  return value;
}
