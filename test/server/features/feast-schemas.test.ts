import { getOnlineFeatures, push } from '#server/features/feast-schemas.js';

test('takes what Feast sends beyond what is needed', () => {
  const body = { entities: { id: [1] }, features: ['v:f'], include_feature_view_version_metadata: false };
  expect(getOnlineFeatures.parse(body)).toMatchObject({ entities: { id: [1] }, features: ['v:f'] });
  expect(push.parse({ push_source_name: 's', df: { id: [1] }, allow_registry_cache: true })).toMatchObject({
    df: { id: [1] },
  });
});

test.each([[{}], [{ entities: { id: 1 } }], [{ entities: [], features: 5 }]])('refuses %p', (body) => {
  expect(getOnlineFeatures.safeParse(body).success).toBe(false);
});
