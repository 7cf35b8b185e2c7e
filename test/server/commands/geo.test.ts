import { ChangeRecorder } from '../../support/change-recorder.js';
import { startInProcess } from '../../support/in-process.js';

describe('GEOADD', () => {
  test('adds points to a sorted set, and tells so', () => {
    const { server, connect } = startInProcess();
    const client = connect();
    const recorder = new ChangeRecorder(server);
    expect(client.call('GEOADD', 'g', '13.361389', '38.115556', 'Palermo', '15.087269', '37.502669', 'Catania')).toBe(
      2,
    );
    expect(client.call('GEOADD', 'g', 'NX', '0', '0', 'Palermo')).toBe(0);
    expect(client.call('GEOADD', 'g', 'XX', 'CH', '13.4', '38', 'Palermo')).toBe(1);
    expect(recorder.take()).toEqual({
      changes: ['zadd g', 'zadd g'],
      effects: ['GEOADD g 13.361389 38.115556 Palermo 15.087269 37.502669 Catania', 'GEOADD g XX CH 13.4 38 Palermo'],
    });
    expect(client.call('TYPE', 'g')).toBe('zset');
  });

  test('refuses a point off the map, and changes nothing', () => {
    const client = startInProcess().connect();
    expect(client.error('GEOADD', 'g', '1', '2', 'a', '181', '2.5', 'b')).toBe(
      'ERR invalid longitude,latitude pair 181.000000,2.500000',
    );
    expect(client.error('GEOADD', 'g', '1', '2')).toBe("ERR wrong number of arguments for 'geoadd' command");
    expect(client.error('GEOADD', 'g', 'NX', 'XX', '1', '2', 'a')).toBe('ERR syntax error');
    expect(client.call('EXISTS', 'g')).toBe(0);
  });
});

test('GEOPOS, GEODIST and GEOHASH answer for each member', () => {
  const client = startInProcess().connect();
  client.call('GEOADD', 'g', '13.361389', '38.115556', 'Palermo', '15.087269', '37.502669', 'Catania');
  expect(client.call('GEOPOS', 'g', 'Palermo', 'none')).toEqual([
    ['13.36138933897018433', '38.11555639549629859'],
    null,
  ]);
  expect(client.call('GEODIST', 'g', 'Palermo', 'Catania')).toBe('166274.1516');
  expect(client.call('GEODIST', 'g', 'Palermo', 'Catania', 'KM')).toBe('166.2742');
  expect(client.call('GEODIST', 'g', 'Palermo', 'none')).toBeNull();
  expect(client.call('GEOHASH', 'g', 'Palermo', 'none', 'Catania')).toEqual(['sqc8b49rny0', null, 'sqdtr74hyu0']);
  expect(client.error('GEODIST', 'g', 'Palermo', 'Catania', 'parsec')).toMatch(/^ERR unsupported unit/);
  client.client.protocol = 3;
  expect(client.raw('GEOPOS', 'g', 'Palermo').toString()).toBe(
    '*1\r\n*2\r\n,13.36138933897018433\r\n,38.11555639549629859\r\n',
  );
});
