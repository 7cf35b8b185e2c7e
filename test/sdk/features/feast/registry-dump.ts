/** A registry as `feast registry-dump` writes it, cut down to what is read. */
export const registryDump = JSON.stringify({
  entities: [{ spec: { joinKey: 'driver', name: 'driver_e', valueType: 'INT64' } }],
  featureServices: [
    {
      spec: {
        name: 'svc',
        features: [{ featureViewName: 'drivers', featureColumns: [{ name: 'rate', valueType: 'DOUBLE' }] }],
      },
    },
  ],
  featureViews: [
    {
      spec: {
        name: 'drivers',
        entityColumns: [{ name: 'driver', valueType: 'INT64' }],
        features: [
          { name: 'rate', valueType: 'DOUBLE' },
          { name: 'name', valueType: 'STRING' },
          { name: 'extra', valueType: 'MAP' },
        ],
        ttl: '86400s',
      },
    },
    { spec: { name: 'global', entityColumns: [{ name: '__dummy_id' }], features: [{ name: 'n' }], ttl: '0s' } },
  ],
  project: 'rides',
});
