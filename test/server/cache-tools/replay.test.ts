import type { TrailRecord } from '@nearkey/sdk';
import { parseReplayArguments, replayLog } from '#server/cache-tools/replay.js';

const id = (digit: string): string => digit.repeat(32);
const lookup = (place: number, similarity: number, isHit: boolean): TrailRecord => ({
  kind: 'lookup',
  lookupId: String(place).padStart(32, '0'),
  atMs: place,
  process: 'p',
  decision: {
    scope: { digest: id('d') },
    exact: id('e'),
    embedderId: 'e',
    tiers: ['exact', 'semantic'],
    minSimilarity: 0.9,
    maxErrorRate: null,
    boundary: null,
    candidates: [{ entryId: id('a'), similarity, answerGroup: 'g', isSameQuestion: false, guard: 'passed' }],
    decidedAbout: id('a'),
    outcome: isHit
      ? { status: 'hit', tier: 'semantic', entryId: id('a'), similarity }
      : { status: 'miss', reason: 'below-min-similarity' },
  },
});
const log = [
  lookup(1, 0.97, true),
  lookup(2, 0.93, true),
  lookup(3, 0.5, false),
  { kind: 'label', lookupId: String(2).padStart(32, '0'), atMs: 4, process: 'p', source: 'vote', isRight: false },
];

async function run(args: readonly string[], text = log.map((record) => JSON.stringify(record))) {
  const written: string[] = [];
  const drawn: string[] = [];
  async function* lines() {
    yield* text;
  }
  const request = parseReplayArguments(args);
  if ('mistake' in request) throw new Error(request.mistake);
  await replayLog(request, {
    lines: lines(),
    bytes: text.join('\n').length,
    write: (piece) => written.push(piece),
    drawBar: (piece) => drawn.push(piece),
  });
  return { output: written.join(''), drawn };
}

describe('a replay', () => {
  test('prints what was decided, what was asked for, and two curves', async () => {
    const { output } = await run(['log', '--min-similarity', '0.95']);
    const rows = output.split('\n').map((line) => line.split(/ {2,}/));
    expect(rows[0]).toEqual(['3 lookups']);
    expect(rows.find(([name]) => name === 'as logged')?.slice(1)).toEqual([
      '2',
      '66.67 %',
      '1',
      '1',
      '0.00 %',
      '0.00 % to 80.00 %',
      expect.any(String),
      '0',
    ]);
    expect(rows.filter(([name]) => name?.startsWith('min similarity 0.95')).map((row) => row[1])).toEqual(['1', '1']);
    expect(output).toContain('max error rate 0.01 *');
    expect(output).toContain('cannot be decided');
  });

  test('draws a bar, and takes it away', async () => {
    const { drawn } = await run(['log']);
    expect(drawn.at(0)).toMatch(/\[#+-*\] +\d+ % 1 lookups/);
    expect(drawn.at(-2)).toContain(`[${'#'.repeat(30)}] 100 %`);
    expect(drawn.at(-1)).toBe('\r\u001b[K');
  });

  test('prints lines of JSON for programs', async () => {
    const { output } = await run(['log', '--json', '--no-guard']);
    const outcomes = output
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(outcomes.slice(0, 2)).toMatchObject([
      { config: {}, hits: 2, changed: 0, wrongHits: 1 },
      { config: { isGuarded: false } },
    ]);
  });

  test('skips lines that are no records, and says how many', async () => {
    const { output } = await run(['log'], ['{}', '', 'x', JSON.stringify(log[0])]);
    expect(output).toContain('1 lookups; 2 lines are no records and were skipped');
  });
});

test('arguments are read in either form', () => {
  expect(parseReplayArguments(['--max-error-rate=0.02', 'log', '--no-guard'])).toEqual({
    log: 'log',
    isJson: false,
    config: { maxErrorRate: 0.02, minSimilarity: undefined, isGuarded: false },
  });
});

test.each([
  [[], 'there is no LOG'],
  [['a', 'b'], "unexpected argument 'b'"],
  [['a', '--what'], "unknown option '--what'"],
  [['a', '--max-error-rate'], 'needs a number from 0 to 1'],
  [['a', '--min-similarity', '1.5'], 'needs a number from 0 to 1'],
])('%j is refused: %s', (argv, message) => {
  expect(parseReplayArguments(argv)).toEqual({ mistake: expect.stringContaining(message) });
});
