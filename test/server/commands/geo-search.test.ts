import { ChangeRecorder } from '../../support/change-recorder.js';
import { type InProcess, type InProcessClient, startInProcess } from '../../support/in-process.js';

function filled(): { nearkey: InProcess; client: InProcessClient } {
  const nearkey = startInProcess();
  const client = nearkey.connect();
  client.call('GEOADD', 'g', '13.361389', '38.115556', 'Palermo', '15.087269', '37.502669', 'Catania');
  client.call('GEOADD', 'g', '12.496365', '41.902782', 'Rome', '-74.005974', '40.712776', 'New York');
  return { nearkey, client };
}

describe('searches', () => {
  test('find points in circles and boxes, from members and from anywhere', () => {
    const { client } = filled();
    expect(client.call('GEOSEARCH', 'g', 'FROMLONLAT', 15, 37, 'BYRADIUS', 200, 'km', 'ASC')).toEqual([
      'Catania',
      'Palermo',
    ]);
    expect(client.call('GEOSEARCH', 'g', 'FROMMEMBER', 'Palermo', 'BYBOX', 400, 400, 'km', 'DESC')).toEqual([
      'Catania',
      'Palermo',
    ]);
    expect(client.call('GEORADIUS', 'g', 15, 37, 200, 'km', 'COUNT', 1)).toEqual(['Catania']);
    expect(client.call('GEORADIUSBYMEMBER_RO', 'g', 'Rome', 500, 'km', 'WITHDIST', 'ASC')).toEqual([
      ['Rome', '0.0000'],
      ['Palermo', '427.6295'],
    ]);
    expect(client.call('GEORADIUS_RO', 'none', 15, 37, 200, 'km')).toEqual([]);
  });

  test('store what they find, or remove the key when that is nothing', () => {
    const { nearkey, client } = filled();
    const recorder = new ChangeRecorder(nearkey.server);
    expect(client.call('GEOSEARCHSTORE', 'd', 'g', 'FROMMEMBER', 'Palermo', 'BYRADIUS', 200, 'km')).toBe(2);
    expect(client.call('ZSCORE', 'd', 'Palermo')).toBe(client.call('ZSCORE', 'g', 'Palermo'));
    expect(client.call('GEORADIUS', 'g', 15, 37, 200, 'km', 'STOREDIST', 'd')).toBe(2);
    expect(Number(client.call('ZSCORE', 'd', 'Catania'))).toBeCloseTo(56.4413, 3);
    expect(client.call('GEORADIUS', 'g', 60, 0, 1, 'm', 'STORE', 'd')).toBe(0);
    expect(client.call('GEORADIUS', 'g', 60, 0, 1, 'm', 'STORE', 'd')).toBe(0);
    expect(recorder.take().changes).toEqual(['geosearchstore d', 'georadiusstore d', 'del d']);
  });

  test('tell mistakes in the order they are met', () => {
    const { client } = filled();
    client.call('SET', 's', 'v');
    expect(client.error('GEOSEARCH', 's', 'BOGUS', 'x', 'x', 'x', 'x')).toMatch(/^WRONGTYPE/);
    expect(client.error('GEORADIUSBYMEMBER', 'g', 'none', 'x', 'km')).toBe(
      'ERR could not decode requested zset member',
    );
    expect(client.error('GEORADIUSBYMEMBER', 'g', 'Rome', 'x', 'km')).toBe('ERR need numeric radius');
    expect(client.call('GEORADIUSBYMEMBER', 'missing', 'Rome', 'x', 'km')).toEqual([]);
    expect(client.error('GeoSearch', 'g', 'BYRADIUS', 1, 'km', 'ASC', 'ASC')).toBe(
      'ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for GeoSearch',
    );
  });
});
