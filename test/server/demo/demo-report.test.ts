import { type DemoReport, histogram, renderDemo } from '#server/demo/demo-report.js';

const REPORT: DemoReport = {
  company: 'Test',
  minSimilarity: 0.9,
  entries: 2,
  questions: { name: 'questions as stored', asked: 6, rightHits: 6, wrongHits: 0 },
  paraphrases: [{ name: 'paraphrases', asked: 4, rightHits: 1, wrongHits: 1 }],
  traps: [
    { name: 'traps', asked: 2, rightHits: 0, wrongHits: 1 },
    { name: 'antonym', asked: 2, rightHits: 0, wrongHits: 1 },
  ],
  wrongHits: Array.from({ length: 22 }, (_, at) => ({ asked: `question ${at}`, answeredAs: 'one', similarity: 0.91 })),
  latencies: [
    { name: 'store', count: 2, p50Ms: 1.234, p99Ms: 5 },
    { name: 'miss', count: 0, p50Ms: 0, p99Ms: 0 },
  ],
  similarities: { paraphrases: [], traps: [] },
};

test('prints every figure', () => {
  const text = renderDemo(REPORT);
  expect(text).toContain('2 answers in the cache, threshold 0.90');
  expect(text).toMatch(/^paraphrases +4 +1 +25\.0 % +1 +25\.0 %$/m);
  expect(text).toMatch(/^ {2}antonym +2 +0 +0\.0 % +1 +50\.0 %$/m);
  expect(text).toContain('  0.910  "question 0" got the answer to one');
  expect(text).toContain('and 2 more');
  expect(text).toMatch(/^store +2 +1\.23 ms +5\.00 ms$/m);
  expect(text).toMatch(/^miss +0$/m);
});

test('says when nothing went wrong, and whose threshold it was', () => {
  const text = renderDemo({ ...REPORT, wrongHits: [], minSimilarity: undefined });
  expect(text).toContain('No wrong hits.');
  expect(text).toContain("threshold the server's default");
});

test('the histogram counts both sides, extremes in the outer bins', () => {
  const lines = histogram({ paraphrases: [-0.2, 0.51, 0.52, 1], traps: [0.99] }).split('\n');
  expect(lines).toHaveLength(21);
  expect(lines[1]).toMatch(/^ {2}0\.00 +1 #{15} +0$/);
  expect(lines[11]).toMatch(/^ {2}0\.50 +2 #{30} +0$/);
  expect(lines[20]).toMatch(/^ {2}0\.95 +1 #{15} +1 #{15}$/);
});
