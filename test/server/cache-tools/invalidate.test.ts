import { parseInvalidateArguments, runInvalidate } from '#server/cache-tools/invalidate.js';
import { post } from '#server/cache-tools/transfer-io.js';
import { startTestGateway, type TestGateway } from '../../support/llm-gateway.js';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

async function run(...argv: string[]): Promise<string> {
  const request = parseInvalidateArguments([...argv, '--url', gateway.url], undefined);
  if ('mistake' in request) throw new Error(request.mistake);
  return runInvalidate(request, post);
}

test('arguments', () => {
  expect(parseInvalidateArguments(['--cache=a b', '--model', 'm', '--before=5', '--url=http://h:1/'], 'k')).toEqual({
    url: 'http://h:1/v1/caches/a%20b/invalidate',
    headers: { 'content-type': 'application/json', authorization: 'Bearer k' },
    body: { dryRun: false, model: 'm', namespace: undefined, storedBeforeMillis: 5 },
  });
  expect(parseInvalidateArguments(['--cache=a', '--before', '1970-01-01T00:00:01Z'], undefined)).toMatchObject({
    body: { storedBeforeMillis: 1000 },
  });
});

test.each([
  [['--model=m'], 'there is no cache named: --cache ID'],
  [['--cache=a', '--dry-run'], 'nothing says which entries: --model, --namespace or --before'],
  [['--cache=a', '--before=soon'], "--before is no time: 'soon'"],
  [['--cache'], '--cache needs a value'],
  [['--all'], "unknown option '--all'"],
  [['all'], "unexpected argument 'all'"],
])('%j is refused', (argv, mistake) => {
  expect(parseInvalidateArguments(argv, undefined)).toEqual({ mistake });
});

test('counts in a dry run, then deletes what is selected and nothing else', async () => {
  const headers = { 'content-type': 'application/json' };
  for (const prompt of ['What is one?', 'Where is Rome?']) {
    const body = JSON.stringify({ prompt, response: 'an answer' });
    expect((await post(`${gateway.url}/v1/caches/one/entries`, headers, body)).status).toBe(201);
  }
  const before = String(Date.now() + 60_000);
  expect(await run('--cache=one', '--model=other')).toBe('0 entries deleted\n');
  expect(await run('--cache=one', '--before', before, '--dry-run')).toBe('2 entries would be deleted\n');
  expect(await run('--cache=one', '--before', before)).toBe('2 entries deleted\n');
  expect(await run('--cache=one', '--before', before)).toBe('0 entries deleted\n');
  await expect(run('--cache=no:id', '--model=m')).rejects.toThrow(/^the cache answered 4\d\d: /);
});
