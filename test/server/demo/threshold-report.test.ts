import type { Outcomes } from '#server/demo/evaluation.js';
import { type Curve, chooseThreshold, renderReport } from '#server/demo/threshold-report.js';

/** Wrong hits of 1,000 requests at the thresholds 0.8, 0.9 and 0.95. */
function curve(title: string, ...wrongHits: readonly [number, number, number]): Curve {
  const outcomes: Outcomes[] = [0.8, 0.9, 0.95].map((minSimilarity, at) => ({
    minSimilarity,
    requests: 1_000,
    hits: 500 - 100 * at,
    wrongHits: wrongHits[at] ?? 0,
  }));
  return { title, what: '', outcomes: { none: outcomes, next: outcomes, stop: outcomes } };
}

test.each([
  ['every curve allows it', [curve('a', 10, 5, 0), curve('b', 0, 0, 0)], curve('traps', 50, 0, 0), 0.8],
  ['one curve forbids less', [curve('a', 0, 0, 0), curve('b', 11, 10, 0)], curve('traps', 0, 0, 0), 0.9],
  ['the traps forbid less', [curve('a', 0, 0, 0)], curve('traps', 90, 51, 50), 0.95],
  ['nothing is strict enough', [curve('a', 90, 80, 70)], curve('traps', 0, 0, 0), undefined],
])('chooses the lowest threshold when %s', (_, curves, traps, expected) => {
  expect(chooseThreshold({ curves, traps, policy: 'stop' })).toBe(expected);
});

test('the page names the choice and marks it in every table', () => {
  const page = renderReport({
    embedderId: 'some-embedder-1',
    policy: 'stop',
    curves: [curve('Desk', 20, 5, 0)],
    traps: curve('Traps', 0, 0, 0),
    groups: [{ name: 'paraphrases: long', similarities: [0.2, 0.4, 0.6] }],
  });
  expect(page).toContain('**0.90**, with the guard (stop)');
  expect(page.match(/^\| \*\*0\.90\*\* \|/gm)).toHaveLength(2);
  expect(page).toContain('| paraphrases: long | 3 | 0.40 | 0.20 | 0.40 | 0.40 |');
  expect(page).toContain('| 0.80 | 50.0 % | 2.00 % | 96.0 % |');
});
