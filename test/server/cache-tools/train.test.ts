import { parseTrainArguments, runTrain, type TrainRequest } from '#server/cache-tools/train.js';
import { startInProcess } from '../../support/in-process.js';

function parsed(...argv: string[]): TrainRequest {
  const request = parseTrainArguments(argv);
  if ('mistake' in request) throw new Error(request.mistake);
  return request;
}

test('arguments', () => {
  expect(parsed('--namespace', 'help')).toEqual({
    cacheId: 'help',
    store: 'redis://127.0.0.1:6379',
    embedder: { id: 'use-lite-en-1', dimension: 512 },
    maxErrorRate: 0.01,
    isDry: false,
  });
  const all = ['--namespace=a', '--store=rediss://h:1', '--max-error-rate', '0.2', '--embedder=e.5:8', '--dry-run'];
  expect(parsed(...all)).toEqual({
    cacheId: 'a',
    store: 'rediss://h:1',
    embedder: { id: 'e.5', dimension: 8 },
    maxErrorRate: 0.2,
    isDry: true,
  });
});

test.each([
  [[], 'there is no cache named: --namespace CACHE'],
  [['--namespace'], '--namespace needs a value'],
  [['--namespace', 'a', 'b'], "unexpected argument 'b'"],
  [['--quick'], "unknown option '--quick'"],
  [['--namespace=a', '--store=localhost'], '--store needs a redis:// or rediss:// address'],
  [['--namespace=a', '--max-error-rate=2'], '--max-error-rate needs a number from 0 to 1'],
  [['--namespace=a', '--embedder=e'], '--embedder needs ID:DIMENSION'],
])('%j is refused', (argv, mistake) => {
  expect(parseTrainArguments(argv)).toEqual({ mistake });
});

test('prints what the labels are worth, and says what is stored', async () => {
  const { commander } = startInProcess().server;
  const request = parsed('--namespace=help', '--embedder=words:8', '--max-error-rate=0.2');
  expect(await runTrain(request, commander, 0)).toBe('help has no labels to learn from\n');
  for (let at = 0; at < 200; at++) {
    const features = [1, 0.7 + (at % 30) / 100, 0.5, 0.1, (at % 10) / 10, 0.1, 0.8];
    const record = { kind: 'label', atMs: 0, process: 'p', source: 'vote', isRight: at % 10 > 4, features };
    await commander.call('XADD', 'nearkey:cache:{help}:trail', '*', 'record', JSON.stringify(record));
  }
  const dry = await runTrain({ ...request, isDry: true }, commander, 3_600_000);
  expect(dry).toContain(
    'help: 200 labels, 100 of them wrong answers; 200 were never written down: would be stored; 0 still',
  );
  expect(dry).toMatch(/\nbefore: the prior {20,}\d\.\d{4} +\d+\.\d\d % +0\.\d{4}\n/);
  expect(dry).toMatch(/\nafter: fitted, cross-validated +0\.29\d\d +13\.00 % +0\.0\d{3}\n/);
  expect(dry).toContain('(no requests to place it for)\nweights: constant -');
  expect(await runTrain(request, commander, 3_600_000)).toContain('200 were never written down: stored; 0 still');
  expect(await runTrain(request, commander, 3_600_000)).toContain('; 0 were never written down: stored; 0 still');
});
