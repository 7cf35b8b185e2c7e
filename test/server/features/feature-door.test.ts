/**
 * The unmodified clients of AWS against a Nearkey as a user runs it; and what comes without a client, both ways: ahead of Express, and
 * within it, where HTTP/2 goes.
 */
import { connect as connectHttp2 } from 'node:http2';
import { Http2Caller } from '../../support/http2-caller.js';
import { type Nearkey, startNearkey } from '../../support/nearkey.js';
import { type AwsClients, awsClients, currentRecords, groupNamed, region } from './aws-clients.js';

let nearkey: Nearkey;

beforeAll(async () => {
  nearkey = await startNearkey();
});
afterAll(() => nearkey.stop());

const t = (second: number): string => `2024-01-01T00:00:${String(second).padStart(2, '0')}Z`;

describe.each(awsClients)('the AWS SDK, %s', (version, open) => {
  let clients: AwsClients;
  const name = `Orders-${version.replace('.', '-')}`;

  beforeAll(async () => {
    clients = open(nearkey.httpPort);
    const { FeatureGroupArn } = await clients.groups.createFeatureGroup(groupNamed(name));
    expect(FeatureGroupArn).toBe(`arn:aws:sagemaker:${region}:000000000000:feature-group/${name.toLowerCase()}`);
  });
  afterAll(() => {
    clients.groups.destroy();
    clients.records.destroy();
  });

  test('puts a record and gets it, by name and by ARN', async () => {
    const RecordIdentifierValueAsString = 'u/1 &x+é{%}';
    const Record = [
      { FeatureName: 'id', ValueAsString: RecordIdentifierValueAsString },
      { FeatureName: 't', ValueAsString: t(0) },
      { FeatureName: 'a', ValueAsString: '7' },
      { FeatureName: 'set', ValueAsStringList: ['x', 'y'] },
      { FeatureName: 'emb', ValueAsStringList: ['0.1', '0.2'] },
    ];
    await clients.records.putRecord({ FeatureGroupName: name, Record });
    for (const FeatureGroupName of [name, `arn:aws:sagemaker:us-east-1:123456789012:feature-group/${name}`]) {
      const found = await clients.records.getRecord({ FeatureGroupName, RecordIdentifierValueAsString });
      expect(found.Record).toEqual(Record);
    }
    const projected = await clients.records.getRecord({
      FeatureGroupName: name,
      RecordIdentifierValueAsString,
      FeatureNames: ['emb', 'a'],
    });
    expect(projected.Record).toEqual([Record[2], Record[4]]);
  });

  test('finds nothing where nothing is, and no group where there is none', async () => {
    const missing = await clients.records.getRecord({ FeatureGroupName: name, RecordIdentifierValueAsString: 'none' });
    expect(missing.Record).toBeUndefined();
    await expect(
      clients.records.getRecord({ FeatureGroupName: 'nowhere', RecordIdentifierValueAsString: '1' }),
    ).rejects.toMatchObject({ name: 'ResourceNotFound', $metadata: { httpStatusCode: 404 } });
    await expect(
      clients.records.putRecord({ FeatureGroupName: 'nowhere', Record: [{ FeatureName: 'id', ValueAsString: '1' }] }),
    ).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringMatching(/^Resource Not Found: /),
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('deletes softly and wholly', async () => {
    const key = { FeatureGroupName: name, RecordIdentifierValueAsString: 'gone' };
    const put = (second: number) =>
      clients.records.putRecord({
        FeatureGroupName: name,
        Record: [
          { FeatureName: 'id', ValueAsString: 'gone' },
          { FeatureName: 't', ValueAsString: t(second) },
        ],
      });
    await put(10);
    await clients.records.deleteRecord({ ...key, EventTime: t(20), TargetStores: ['OnlineStore'] });
    await put(15);
    expect(await clients.records.getRecord(key)).not.toHaveProperty('Record');
    await expect(
      clients.records.deleteRecord({ ...key, EventTime: t(20), DeletionMode: 'HardDelete' }),
    ).rejects.toMatchObject({ name: 'ValidationError' });
    await clients.records.deleteRecord({ ...key, EventTime: t(21), DeletionMode: 'HardDelete' });
    await put(1);
    expect(await clients.records.getRecord(key)).toHaveProperty('Record');
  });

  test('gets a batch: found, missing, of no group, and with unknown features', async () => {
    const { records } = clients;
    await records.putRecord({
      FeatureGroupName: name,
      Record: [
        { FeatureName: 'id', ValueAsString: '1' },
        { FeatureName: 't', ValueAsString: t(0) },
        { FeatureName: 'a', ValueAsString: '5' },
      ],
      TtlDuration: { Unit: 'Days', Value: 40_000 },
    });
    const reply = await records.batchGetRecord({
      Identifiers: [
        { FeatureGroupName: name, RecordIdentifiersValueAsString: ['missing', '1', '1'], FeatureNames: ['a'] },
        { FeatureGroupName: 'nowhere', RecordIdentifiersValueAsString: ['9'] },
        { FeatureGroupName: name, RecordIdentifiersValueAsString: ['1'], FeatureNames: ['what'] },
      ],
      ExpirationTimeResponse: 'Enabled',
    });
    expect(reply.Records).toEqual([
      {
        FeatureGroupName: name,
        RecordIdentifierValueAsString: '1',
        Record: [{ FeatureName: 'a', ValueAsString: '5' }],
        ExpiresAt: '2133-07-08T00:00:00Z',
      },
    ]);
    expect(reply.Errors).toMatchObject([
      { FeatureGroupName: 'nowhere', RecordIdentifierValueAsString: '9', ErrorCode: 'ResourceNotFound' },
      { FeatureGroupName: name, RecordIdentifierValueAsString: '1', ErrorCode: 'ValidationError' },
    ]);
    expect(reply.UnprocessedIdentifiers).toEqual([]);
  });
});

describe('what only current clients know', () => {
  const record = (id: string, second: number, a = '1') => [
    { FeatureName: 'id', ValueAsString: id },
    { FeatureName: 't', ValueAsString: t(second) },
    { FeatureName: 'a', ValueAsString: a },
  ];
  const FeatureGroupName = 'news';

  beforeAll(async () => {
    const [[, open] = []] = awsClients;
    const clients = open?.(nearkey.httpPort);
    await clients?.groups.createFeatureGroup(groupNamed(FeatureGroupName));
    clients?.groups.destroy();
  });

  test('updates, with a conflict for what is older', async () => {
    const records = currentRecords(nearkey.httpPort);
    const key = { FeatureGroupName, RecordIdentifierValueAsString: 'u' };
    await records.putRecord({ FeatureGroupName, Record: record('u', 10) });
    await records.updateRecord({ ...key, Features: [{ FeatureName: 'b-c', ValueAsString: 'new' }] });
    expect((await records.getRecord(key)).Record).toEqual([
      ...record('u', 10),
      { FeatureName: 'b-c', ValueAsString: 'new' },
    ]);
    const older = [{ FeatureName: 't', ValueAsString: t(9) }];
    await expect(records.updateRecord({ ...key, Features: older })).rejects.toMatchObject({
      name: 'ConflictException',
      $metadata: { httpStatusCode: 409 },
    });
    const missing = { ...key, RecordIdentifierValueAsString: 'none' };
    await expect(records.updateRecord({ ...missing, Features: older })).rejects.toMatchObject({
      name: 'ResourceNotFound',
    });
    records.destroy();
  });

  test('writes a batch, of which the good half is written and the bad half named as it was sent', async () => {
    const records = currentRecords(nearkey.httpPort);
    const Entries = [
      { FeatureGroupName, Record: record('b1', 1) },
      { FeatureGroupName, Record: record('b2', 1, 'no number') },
      { FeatureGroupName: 'nowhere', Record: record('b3', 1) },
      { FeatureGroupName, Record: record('b1', 1, '2') },
      { FeatureGroupName, Record: record('b4', 1), TtlDuration: { Unit: 'Days' as const, Value: 1 } },
    ];
    const reply = await records.batchWriteRecord({ Entries, TtlDuration: { Unit: 'Weeks', Value: 10_000 } });
    expect(reply.UnprocessedEntries).toEqual([]);
    expect(reply.Errors).toEqual([
      { Entry: Entries[1], ErrorCode: 'ValidationError', ErrorMessage: expect.stringContaining('Integral') },
      { Entry: Entries[2], ErrorCode: 'ResourceNotFound', ErrorMessage: expect.any(String) },
    ]);
    const get = (id: string) =>
      records.getRecord({ FeatureGroupName, RecordIdentifierValueAsString: id, ExpirationTimeResponse: 'Enabled' });
    expect(await get('b1')).toMatchObject({ Record: record('b1', 1), ExpiresAt: '2215-08-28T00:00:01Z' });
    for (const id of ['b2', 'b3', 'b4']) expect(await get(id)).not.toHaveProperty('Record');
    records.destroy();
  });

  test('lists identifiers by pages', async () => {
    const records = currentRecords(nearkey.httpPort);
    const [[, open] = []] = awsClients;
    const clients = open?.(nearkey.httpPort);
    await clients?.groups.createFeatureGroup(groupNamed('many'));
    const ids = Array.from({ length: 120 }, (_, id) => `é${id}`);
    for (const id of ids) await records.putRecord({ FeatureGroupName: 'many', Record: record(id, 1) });
    await records.deleteRecord({
      FeatureGroupName: 'many',
      RecordIdentifierValueAsString: 'é5',
      EventTime: t(2),
    });
    const listed = async (IncludeSoftDeletedRecords: boolean): Promise<string[]> => {
      const all: string[] = [];
      let NextToken: string | undefined;
      do {
        const page = await records.listRecords({
          FeatureGroupName: 'many',
          MaxResults: 50,
          IncludeSoftDeletedRecords,
          ...(NextToken === undefined ? {} : { NextToken }),
        });
        all.push(...(page.RecordIdentifiers ?? []));
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return [...new Set(all)].sort();
    };
    expect(await listed(true)).toEqual([...ids].sort());
    expect(await listed(false)).toEqual(ids.filter((id) => id !== 'é5').sort());
    clients?.groups.destroy();
    records.destroy();
  });
});

type Send = (method: string, path: string, body?: string, headers?: Record<string, string>) => Promise<Response>;

const overHttp1: Send = (method, path, body, headers = {}) =>
  fetch(`http://127.0.0.1:${nearkey.httpPort}${path}`, { method, headers, ...(body === undefined ? {} : { body }) });

const overHttp2: Send = async (method, path, body, headers = {}) => {
  const session = connectHttp2(`http://127.0.0.1:${nearkey.httpPort}`);
  const answer = await new Http2Caller(session).call({ ...headers, ':method': method, ':path': path }, body);
  session.close();
  const received = Object.entries(answer.headers).filter(([name]) => !name.startsWith(':'));
  return new Response(answer.text, {
    status: answer.status,
    headers: received.map(([name, value]): [string, string] => [name, String(value)]),
  });
};

describe.each([
  ['HTTP/1.1', overHttp1],
  ['HTTP/2', overHttp2],
] as const)('without a client, over %s', (protocol, send) => {
  const metered = async (route: string): Promise<number> => {
    const text = await (await overHttp1('GET', '/metrics')).text();
    const labels = `method="GET",route="${route}",status="404"`;
    const line = text
      .split('\n')
      .find((each) => each.startsWith('nearkey_http_request_duration_seconds_count') && each.includes(labels));
    return Number(line?.split(' ').at(-1) ?? 0);
  };

  test('a request is named, told what it is, and counted by its route', async () => {
    const before = await metered('/FeatureGroup/{name}');
    const path = '/FeatureGroup/nowhere?RecordIdentifierValueAsString=1';
    const named = await send('GET', path, undefined, { 'x-request-id': 'mine-1' });
    expect(named.headers.get('x-request-id')).toBe('mine-1');
    expect(named.headers.get('x-amzn-requestid')).toBe('mine-1');
    expect(named.headers.get('x-content-type-options')).toBe('nosniff');
    expect(named.headers.get('content-type')).toBe('application/json');
    const unnamed = await send('GET', path, undefined, { 'x-request-id': 'not a plain one' });
    expect(unnamed.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await metered('/FeatureGroup/{name}')).toBe(before + 2);
  });

  test('an error has its class in a header and in the body, and a request id', async () => {
    const response = await send('GET', '/FeatureGroup/nowhere?RecordIdentifierValueAsString=1');
    expect(response.status).toBe(404);
    expect(response.headers.get('x-amzn-errortype')).toBe('ResourceNotFound');
    expect(response.headers.get('x-amzn-requestid')).toMatch(/./);
    expect(await response.json()).toEqual({
      __type: 'ResourceNotFound',
      Message: 'Resource Not Found: there is no feature group with the name nowhere',
    });
  });

  test('a write that is too old says so, which SageMaker does not', async () => {
    const put = (second: number) =>
      send(
        'PUT',
        '/FeatureGroup/news',
        JSON.stringify({
          Record: [
            { FeatureName: 'id', ValueAsString: `stale over ${protocol}` },
            { FeatureName: 't', ValueAsString: t(second) },
          ],
        }),
      );
    expect((await put(5)).headers.get('x-nearkey-stale')).toBeNull();
    const response = await put(4);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-nearkey-stale')).toBe('true');
    expect(response.headers.get('x-nearkey-stored-event-time')).toBe('2024-01-01T00:00:05Z');
  });

  test.each([
    ['GET', '/FeatureGroup/?RecordIdentifierValueAsString=1', undefined],
    ['GET', '/FeatureGroup/news', undefined],
    ['GET', '/FeatureGroup/%zz?RecordIdentifierValueAsString=1', undefined],
    ['GET', '/FeatureGroup/news?RecordIdentifierValueAsString=1&FeatureName=nowhere', undefined],
    ['PUT', '/FeatureGroup/news', '{'],
    ['PUT', '/FeatureGroup/news', '[]'],
    ['PUT', '/FeatureGroup/news', ''],
    ['PUT', '/FeatureGroup/news', '{"Record":[{"FeatureName":"id","ValueAsString":5}]}'],
    ['POST', '/FeatureGroup/news/Record', '{}'],
    ['POST', '/FeatureGroup/news/ListRecords', '{"NextToken":"bm9uZQ"}'],
    ['POST', '/FeatureGroup/news/ListRecords', '{"MaxResults":101}'],
    ['POST', '/BatchGetRecord', '{"Identifiers":[]}'],
    ['POST', '/BatchWriteRecord', '{"Entries":[]}'],
    ['DELETE', '/FeatureGroup/news?RecordIdentifierValueAsString=1', undefined],
    ['DELETE', '/FeatureGroup/news?RecordIdentifierValueAsString=1&EventTime=x', undefined],
  ])('%s %s with %j is a ValidationError', async (method, path, body) => {
    const response = await send(method, path, body);
    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-errortype')).toBe('ValidationError');
  });

  test('a body without an end is cut off', async () => {
    const response = await send('PUT', '/FeatureGroup/news', ' '.repeat(17 * 1024 * 1024));
    expect(await response.json()).toMatchObject({ Message: expect.stringContaining('more than') });
  });

  test('an operation of SageMaker that is not of the feature store is refused', async () => {
    const response = await send('POST', '/', '{}', { 'x-amz-target': 'SageMaker.CreateModel' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ __type: 'ValidationException' });
  });

  test('pages of other origins are refused, in the words of AWS', async () => {
    const headers = { 'sec-fetch-site': 'cross-site' };
    const response = await send('GET', '/FeatureGroup/news?RecordIdentifierValueAsString=1', undefined, headers);
    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toBe('AccessForbidden');
  });

  test('other paths go on to the other routes', async () => {
    expect((await send('GET', '/')).headers.get('content-type')).toContain('text/html');
    expect((await send('PATCH', '/FeatureGroup/news')).status).toBe(404);
    expect((await send('POST', '/FeatureGroup/news/What')).status).toBe(404);
  });
});
