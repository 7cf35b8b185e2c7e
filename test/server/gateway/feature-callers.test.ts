import { connect } from 'node:net';
import { SageMaker } from '@aws-sdk/client-sagemaker';
import { SageMakerFeatureStoreRuntime } from '@aws-sdk/client-sagemaker-featurestore-runtime';
import { type Nearkey, startNearkey } from '../../support/nearkey.js';
import { currentRecords, groupNamed, region } from '../features/aws-clients.js';

let nearkey: Nearkey;

beforeAll(async () => {
  nearkey = await startNearkey({
    args: [
      '--feature-key',
      'AKIDTEST known-secret',
      '--feature-key',
      'AKIDOTHER other',
      '--http-api-key',
      'bearer-key',
      ...['--feature-key', 'AKIDREADER reads'],
      ...['--feature-api-key', 'writer writer-token', '--feature-api-key', 'whole whole-token'],
      ...['--feature-grant', 'AKIDREADER read signed', '--feature-grant', 'writer write,admin w-*'],
    ],
  });
});
afterAll(() => nearkey.stop());

const settings = (accessKeyId: string, secretAccessKey: string) => ({
  endpoint: `http://127.0.0.1:${nearkey.httpPort}`,
  region,
  credentials: { accessKeyId, secretAccessKey },
  maxAttempts: 1,
});
const arn = 'arn:aws:sagemaker:us-east-1:123456789012:feature-group/signed';
const awkward = "a b/&+é*'()!~{%}🗝";

test('who signs with a known secret is let in, whatever is in the path, the query and the body', async () => {
  const groups = new SageMaker(settings('AKIDTEST', 'known-secret'));
  await groups.createFeatureGroup(groupNamed('signed'));
  const records = new SageMakerFeatureStoreRuntime(settings('AKIDOTHER', 'other'));
  const Record = [
    { FeatureName: 'id', ValueAsString: awkward },
    { FeatureName: 't', ValueAsString: '2024-01-01T00:00:00Z' },
    { FeatureName: 'b-c', ValueAsString: awkward },
  ];
  await records.putRecord({ FeatureGroupName: arn, Record });
  const found = await records.getRecord({
    FeatureGroupName: arn,
    RecordIdentifierValueAsString: awkward,
    FeatureNames: ['id', 't', 'b-c'],
  });
  expect(found.Record).toEqual(Record);
  groups.destroy();
  records.destroy();
});

test('who signs with another secret, or an unknown key, is refused in the words of each service', async () => {
  for (const [id, secret] of [
    ['AKIDTEST', 'wrong'],
    ['AKIDNONE', 'known-secret'],
  ] as const) {
    const records = new SageMakerFeatureStoreRuntime(settings(id, secret));
    const key = { FeatureGroupName: 'signed', RecordIdentifierValueAsString: '1' };
    await expect(records.getRecord(key)).rejects.toMatchObject({
      name: 'AccessForbidden',
      $metadata: { httpStatusCode: 403 },
    });
    const groups = new SageMaker(settings(id, secret));
    await expect(groups.listFeatureGroups({})).rejects.toMatchObject({ name: 'AccessDeniedException' });
    groups.destroy();
    records.destroy();
  }
});

test('the API key does as well, and nothing does not', async () => {
  const ask = (headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${nearkey.httpPort}/FeatureGroup/signed?RecordIdentifierValueAsString=none`, { headers });
  expect((await ask({ authorization: 'Bearer bearer-key' })).status).toBe(200);
  expect((await ask({ authorization: 'Bearer other' })).status).toBe(403);
  expect((await ask({})).status).toBe(403);
  expect((await ask({ authorization: 'Bearer bearer-key', 'sec-fetch-site': 'cross-site' })).status).toBe(403);
});

test('who shows no key is refused before the body is there', async () => {
  const answerTo = (...headers: readonly string[]): Promise<string> => {
    const socket = connect(nearkey.httpPort, '127.0.0.1');
    const head = ['PUT /FeatureGroup/signed HTTP/1.1', 'host: here', 'connection: close', ...headers];
    socket.write(`${[...head, 'content-length: 1000000'].join('\r\n')}\r\n\r\n`);
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('data', (bytes) => {
        socket.destroy();
        resolve(String(bytes).slice(0, 12));
      });
    });
  };
  expect(await answerTo()).toBe('HTTP/1.1 403');
  expect(await answerTo('authorization: Bearer other')).toBe('HTTP/1.1 403');
  const signedBy = (accessKeyId: string): string =>
    `authorization: AWS4-HMAC-SHA256 Credential=${accessKeyId}/20150830/us-east-1/sagemaker/aws4_request, SignedHeaders=host, Signature=${'a'.repeat(64)}`;
  expect(await answerTo(signedBy('AKIDNONE'))).toBe('HTTP/1.1 403');
  expect(await answerTo(signedBy('AKIDTEST'), 'x-amz-date: 20150830T123600Z')).toBe('HTTP/1.1 403');
});

test('without keys a signature is not looked at', async () => {
  const open = await startNearkey();
  const records = currentRecords(open.httpPort);
  await expect(
    records.getRecord({ FeatureGroupName: 'none', RecordIdentifierValueAsString: '1' }),
  ).rejects.toMatchObject({ name: 'ResourceNotFound' });
  records.destroy();
  await open.stop();
});

test('an access key that is granted something may do that, and is refused the rest in the words of each service', async () => {
  const groups = new SageMaker(settings('AKIDREADER', 'reads'));
  const records = new SageMakerFeatureStoreRuntime(settings('AKIDREADER', 'reads'));
  const key = { FeatureGroupName: 'signed', RecordIdentifierValueAsString: awkward };
  expect((await records.getRecord(key)).Record).toBeDefined();
  const Record = [{ FeatureName: 'id', ValueAsString: '1' }];
  for (const call of [
    records.putRecord({ FeatureGroupName: 'signed', Record }),
    records.deleteRecord({ ...key, EventTime: '2025-01-01T00:00:00Z' }),
    records.getRecord({ ...key, FeatureGroupName: 'nowhere' }),
  ]) {
    await expect(call).rejects.toMatchObject({ name: 'AccessForbidden', $metadata: { httpStatusCode: 403 } });
  }
  const { Errors } = await records.batchGetRecord({
    Identifiers: [{ FeatureGroupName: 'nowhere', RecordIdentifiersValueAsString: ['1'] }],
  });
  expect(Errors).toMatchObject([{ ErrorCode: 'AccessForbidden' }]);
  await expect(groups.deleteFeatureGroup({ FeatureGroupName: 'signed' })).rejects.toMatchObject({
    name: 'AccessDeniedException',
    $metadata: { httpStatusCode: 400 },
  });
  expect((await groups.listFeatureGroups({})).FeatureGroupSummaries).toHaveLength(1);
  groups.destroy();
  records.destroy();
});

test('so may an API key of a name, and one without a grant may do everything', async () => {
  const call = async (token: string, target: string, body: object) => {
    const headers = { authorization: `Bearer ${token}`, 'x-amz-target': `SageMaker.${target}` };
    const response = await fetch(`http://127.0.0.1:${nearkey.httpPort}/`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return response.status === 200 ? 200 : `${response.status} ${response.headers.get('x-amzn-errortype')}`;
  };
  expect(await call('writer-token', 'CreateFeatureGroup', groupNamed('w-1'))).toBe(200);
  expect(await call('writer-token', 'CreateFeatureGroup', groupNamed('x-1'))).toBe('400 AccessDeniedException');
  expect(await call('whole-token', 'CreateFeatureGroup', groupNamed('x-1'))).toBe(200);
  expect(await call('writer-token', 'DescribeFeatureGroup', { FeatureGroupName: 'x-1' })).toBe(
    '400 AccessDeniedException',
  );
  expect(await call('writer-token', 'DeleteFeatureGroup', { FeatureGroupName: 'w-1' })).toBe(200);
  expect(await call('none', 'ListFeatureGroups', {})).toBe('400 AccessDeniedException');
});
