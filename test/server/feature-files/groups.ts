/** A group on a server, by the control plane's HTTP. */
export async function createGroup(httpPort: number, name: string, online: object = {}, apiKey = ''): Promise<void> {
  const definition = (FeatureName: string, FeatureType: string) => ({ FeatureName, FeatureType });
  const response = await fetch(`http://127.0.0.1:${httpPort}/`, {
    method: 'POST',
    headers: {
      'x-amz-target': 'SageMaker.CreateFeatureGroup',
      'content-type': 'application/x-amz-json-1.1',
      ...(apiKey === '' ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    body: JSON.stringify({
      FeatureGroupName: name,
      RecordIdentifierFeatureName: 'id',
      EventTimeFeatureName: 't',
      FeatureDefinitions: [
        definition('id', 'String'),
        definition('t', 'String'),
        definition('a', 'Integral'),
        definition('b', 'String'),
        { ...definition('v', 'Fractional'), CollectionType: 'List' },
      ],
      OnlineStoreConfig: { EnableOnlineStore: true, StorageType: 'InMemory', ...online },
    }),
  });
  if (!response.ok) throw new Error(await response.text());
}
