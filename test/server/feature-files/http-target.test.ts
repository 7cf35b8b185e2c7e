import { parseEventTime } from '#sdk/features/mod.js';
import { openHttpTarget } from '#server/feature-files/http-target.js';
import { values } from '../../contract/feature-store.js';
import { type Nearkey, startNearkey } from '../../support/nearkey.js';
import { createGroup } from './groups.js';

const apiKey = 'secret-secret-secret';

let nearkey: Nearkey;

beforeAll(async () => {
  nearkey = await startNearkey({ args: ['--http-api-key', apiKey] });
});
afterAll(() => nearkey.stop());

const target = (key: string) => openHttpTarget({ origin: `http://127.0.0.1:${nearkey.httpPort}`, apiKey: key });

test('what is refused, gone or not there is an error that says so', async () => {
  await expect(target('wrong').group('g')).rejects.toMatchObject({ code: 'AccessForbidden' });
  await expect(target(apiKey).group('g')).rejects.toMatchObject({
    code: 'ResourceNotFound',
    message: expect.stringContaining('no feature group with the name g'),
  });
  await expect(target(apiKey).group('no name')).rejects.toMatchObject({ code: 'ValidationError' });
  const nowhere = openHttpTarget({ origin: 'http://127.0.0.1:1', apiKey: undefined });
  await expect(nowhere.group('g')).rejects.toMatchObject({ code: 'ServiceUnavailable' });
  nowhere.close();
});

test('a group is known by when it was created', async () => {
  const before = Date.now();
  await createGroup(nearkey.httpPort, 'moment', {}, apiKey);
  const { createdAtMs } = (await target(apiKey).group('moment')).definition;
  expect(createdAtMs).toBeGreaterThanOrEqual(before);
  expect(createdAtMs).toBeLessThanOrEqual(Date.now());
});

test('a call that is refused as a whole is no fault of its records', async () => {
  await createGroup(nearkey.httpPort, 'whole', {}, apiKey);
  const group = await target(apiKey).group('whole');
  const records = [values({ id: '1', t: '2024-01-02T00:00:00Z' })];
  await expect(target('wrong').sink(group).write(records)).rejects.toMatchObject({ code: 'AccessForbidden' });
  const reader = target(apiKey).reader(group, group.features);
  const reads = Array.from({ length: 101 }, (_, id) => ({
    recordId: `${id}`,
    asOf: parseEventTime('2024-01-02T00:00:00Z', 'String'),
  }));
  await expect(reader.read(reads)).rejects.toMatchObject({ code: 'ValidationError' });
});

test('a batch answers for each record: written, there already, older, wrong', async () => {
  await createGroup(nearkey.httpPort, 'batch', {}, apiKey);
  const group = await target(apiKey).group('batch');
  const record = (t: string, a: string) => values({ id: '1', t, a });
  const records = [
    record('2024-01-02T00:00:00Z', '1'),
    record('2024-01-02T00:00:00.000Z', '2'),
    record('2024-01-01T00:00:00Z', '3'),
    record('2024-01-03T00:00:00Z', 'x'),
  ];
  expect(await target(apiKey).sink(group).write(records)).toEqual([
    { isStale: false },
    { isStale: true, isSameTime: true },
    { isStale: true, isSameTime: false },
    expect.objectContaining({ code: 'ValidationError' }),
  ]);
});
