/** The nearest records over HTTP, in groups that an unmodified client of AWS made. */
import { SageMaker } from '@aws-sdk/client-sagemaker';
import { type Nearkey, startNearkey } from '../../support/nearkey.js';
import { groupNamed, region } from './aws-clients.js';

let nearkey: Nearkey;
beforeAll(async () => {
  nearkey = await startNearkey();
  const groups = new SageMaker({
    endpoint: `http://127.0.0.1:${nearkey.httpPort}`,
    region,
    credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
  });
  await groups.createFeatureGroup({ ...groupNamed('items'), Tags: [{ Key: 'nearkey:distance-metric', Value: 'L2' }] });
  groups.destroy();
  for (const [id, x, a] of [
    ['é{1}%', '0.5', '1'],
    ['2', '2', '2'],
    ['3', '3', '3'],
  ]) {
    const Record = [
      { FeatureName: 'id', ValueAsString: id },
      { FeatureName: 't', ValueAsString: '2024-01-01T00:00:00Z' },
      { FeatureName: 'a', ValueAsString: a },
      { FeatureName: 'emb', ValueAsStringList: [x, '0'] },
    ];
    await send('PUT', '/FeatureGroup/items', { Record, TtlDuration: { Unit: 'Weeks', Value: 10_000 } });
  }
});
afterAll(() => nearkey.stop());

const send = (method: string, path: string, body: object): Promise<Response> =>
  fetch(`http://127.0.0.1:${nearkey.httpPort}${path}`, { method, body: JSON.stringify(body) });

const search = async (body: object, group = 'items') => {
  const response = await send('POST', `/FeatureGroup/${group}/Search`, body);
  return { status: response.status, type: response.headers.get('x-amzn-errortype'), body: await response.json() };
};

test('answers records with their distance, as much of them as is asked for', async () => {
  const FeatureNames = ['a'];
  expect(await search({ Vector: [0, '0.0'], TopK: 2, FeatureNames, ExpirationTimeResponse: 'Enabled' })).toEqual({
    status: 200,
    type: null,
    body: {
      Records: [
        {
          RecordIdentifierValueAsString: 'é{1}%',
          Distance: 0.25,
          Record: [{ FeatureName: 'a', ValueAsString: '1' }],
          ExpiresAt: '2215-08-28T00:00:00Z',
        },
        {
          RecordIdentifierValueAsString: '2',
          Distance: 4,
          Record: [{ FeatureName: 'a', ValueAsString: '2' }],
          ExpiresAt: '2215-08-28T00:00:00Z',
        },
      ],
    },
  });
});

test('finds what is like another record, and passes the filters', async () => {
  const Filters = [{ FeatureName: 'a', Operator: 'NotEquals', ValueAsString: '3' }];
  const found = await search({ RecordIdentifierValueAsString: '3', Filters });
  expect(found.body).toMatchObject({
    Records: [{ RecordIdentifierValueAsString: '2' }, { RecordIdentifierValueAsString: 'é{1}%' }],
  });
});

test.each([
  [{}, 400, 'ValidationError'],
  [{ Vector: [1, 2], RecordIdentifierValueAsString: '3' }, 400, 'ValidationError'],
  [{ Vector: [1] }, 400, 'ValidationError'],
  [{ Vector: [1, 'x'] }, 400, 'ValidationError'],
  [{ Vector: [1, 2], TopK: 1_001 }, 400, 'ValidationError'],
  [{ Vector: [1, 2], FeatureNames: ['what'] }, 400, 'ValidationError'],
  [{ Vector: [1, 2], Filters: [{ FeatureName: 'set', ValueAsString: 'x' }] }, 400, 'ValidationError'],
  [{ Vector: [1, 2], Filters: [{ FeatureName: 'a', Operator: 'Near', ValueAsString: 'x' }] }, 400, 'ValidationError'],
  [{ RecordIdentifierValueAsString: 'none' }, 404, 'ResourceNotFound'],
])('%j is refused with %d %s', async (body, status, type) => {
  expect(await search(body)).toMatchObject({ status, type });
});

test('a group that is not there is told', async () => {
  expect(await search({ Vector: [1, 2] }, 'nowhere')).toMatchObject({ status: 404, type: 'ResourceNotFound' });
});
