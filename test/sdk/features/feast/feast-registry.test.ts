import { parseFeastRegistry } from '#sdk/features/feast/feast-registry.js';
import { registryDump } from './registry-dump.js';

test('views have their join keys, features and time to live; services their parts', () => {
  const { project, views, services } = parseFeastRegistry(registryDump);
  expect(project).toBe('rides');
  expect(views.get('drivers')).toEqual({
    name: 'drivers',
    joinKeys: [{ name: 'driver', type: 'INT64' }],
    features: ['rate', 'name', 'extra'],
    ttlMs: 86_400_000,
  });
  expect(views.get('global')).toEqual({ name: 'global', joinKeys: [], features: ['n'], ttlMs: undefined });
  expect(services.get('svc')?.parts).toEqual([{ view: 'drivers', features: ['rate'] }]);
});

test.each([
  ['no json', 'it is no JSON'],
  ['{}', 'project'],
  [
    '{"project":"p","featureViews":[{"spec":{"name":"v","entityColumns":[{"name":"k","valueType":"DOUBLE"}]}}]}',
    "'k' is of the type DOUBLE",
  ],
])('%j is refused', (text, why) => {
  expect(() => parseFeastRegistry(text)).toThrow(why);
});
