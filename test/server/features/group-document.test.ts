import { featureDocument, groupDocument, groupSummary } from '#server/features/group-document.js';
import { newGroup } from '../../contract/feature-store.js';

const definition = { ...newGroup('Orders', 1_704_067_200_123), generation: 1 };
const place = { region: 'us-east-1', account: '000000000000' };

test('moments are numbers of seconds', () => {
  expect(groupDocument(definition, place)).toMatchObject({
    CreationTime: 1_704_067_200.123,
    FeatureGroupArn: 'arn:aws:sagemaker:us-east-1:000000000000:feature-group/orders',
  });
  expect(groupSummary(definition, place)).toMatchObject({ CreationTime: 1_704_067_200.123 });
});

test('a feature that is not there has no document', () => {
  expect(featureDocument(definition, 'nowhere', place)).toBeUndefined();
  expect(featureDocument(definition, 'a', place)).toMatchObject({ FeatureType: 'Integral', Parameters: [] });
});

test('a group says what it keeps, and where its changes are', () => {
  const online = { storageType: 'InMemory' as const, history: { versions: 3 }, changes: { maxLength: 9 } };
  const transforms = [{ name: 'x', expression: '@a' }];
  expect(groupDocument({ ...definition, online: { ...online, transforms } }, place)).toMatchObject({
    OnlineStoreConfig: {
      VersionHistory: { MaxVersions: 3 },
      Transforms: [{ Name: 'x', Expression: '@a' }],
      ChangeStream: { MaxLength: 9, StreamKey: 'fsc:orders.1:changes' },
    },
  });
});
