import { FeastHashes } from '#sdk/features/feast/feast-hashes.js';
import { entityKey, featureField } from '#sdk/features/feast/feast-keys.js';
import { parseFeastRegistry } from '#sdk/features/feast/feast-registry.js';
import { startInProcess } from '../../../support/in-process.js';
import { registryDump } from './registry-dump.js';

const hex = (text: string): Uint8Array => Buffer.from(text, 'hex');

test('bytes come whole through the script, for the view and its versions', async () => {
  const { server } = startInProcess();
  const { commander } = server;
  const hashes = new FeastHashes(commander, parseFeastRegistry(registryDump));
  const [drivers, global] = ['drivers', 'global'].map((name) => hashes.registry.views.get(name));
  if (drivers === undefined || global === undefined) throw new Error('no views');
  const key = entityKey(drivers.joinKeys, { driver: 7 }, 'rides');
  // The float has bytes that are no UTF-8, zeros and an end of line.
  await commander.call('HSET', key, featureField('drivers', 'rate'), hex('29000a80ffc3280040'));
  await commander.call('HSET', key, '_ts:drivers', hex('0880e2cfaa06'));
  await commander.call('HSET', key, featureField('drivers_v2', 'rate'), hex('29000000000000f03f'));
  const features = ['rate', 'name'];
  const entities = [{ driver: 8 }, { driver: 7 }];
  const value = Buffer.from(hex('000a80ffc3280040')).readDoubleLE();
  expect(await hashes.read(drivers, 0, entities, features)).toEqual([
    undefined,
    { values: [JSON.stringify(value), 'null'], eventNanos: 1_700_000_000_000_000_000n },
  ]);
  expect(await hashes.read(drivers, 2, [{ driver: 7 }], features)).toEqual([
    { values: ['1.0', 'null'], eventNanos: 0n },
  ]);
  await commander.call(
    'HSET',
    entityKey([{ name: '__dummy_id', type: 'STRING' }], { __dummy_id: '' }, 'rides'),
    featureField('global', 'n'),
    hex('20e807'),
  );
  expect(await hashes.read(global, 0, [{}], ['n'])).toEqual([{ values: ['1000'], eventNanos: 0n }]);
  await commander.call('HSET', key, featureField('drivers', 'name'), 'no message');
  await expect(hashes.read(drivers, 0, [{ driver: 7 }], features)).rejects.toMatchObject({ code: 'InternalFailure' });
  await server.close(0);
});
