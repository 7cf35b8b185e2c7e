import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../../../server/dist/demo/main.js', import.meta.url));

function demo(...options: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...options], {
    encoding: 'utf8',
    timeout: 110_000,
  });
  return { status, stdout, stderr };
}

test('answers the stored questions, rewordings of them, and hardly a trap', () => {
  const { status, stdout, stderr } = demo('--json');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const report = JSON.parse(stdout);
  expect(report.questions.rightHits).toBe(report.questions.asked);
  const [paraphrases, reworded] = report.paraphrases;
  expect(reworded.name).toBe('reworded');
  expect(reworded.rightHits / reworded.asked).toBeGreaterThan(0.4);
  expect(paraphrases.wrongHits / paraphrases.asked).toBeLessThan(0.01);
  const [traps] = report.traps;
  expect(traps.wrongHits / traps.asked).toBeLessThan(0.15);
}, 120_000);

test('a bad option is one line and a failure', () => {
  const { status, stdout, stderr } = demo('--faster');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^demo: Unknown option '--faster'[^\n]*\n$/);
});

test('explains itself', () => {
  expect(demo('--help')).toMatchObject({ status: 0, stdout: expect.stringContaining('--min-similarity') });
});
