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

test('without keys a signature is not looked at', async () => {
  const open = await startNearkey();
  const records = currentRecords(open.httpPort);
  await expect(
    records.getRecord({ FeatureGroupName: 'none', RecordIdentifierValueAsString: '1' }),
  ).rejects.toMatchObject({ name: 'ResourceNotFound' });
  records.destroy();
  await open.stop();
});
