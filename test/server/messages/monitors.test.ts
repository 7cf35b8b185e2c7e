import { ByteSlice } from '#server/base/byte-slice.js';
import { Monitors } from '#server/messages/monitors.js';
import { fakeClient } from '../../support/fake-client.js';

test('monitors get time, database, source and the quoted arguments, until they are removed', () => {
  const monitors = new Monitors();
  const { client, pushed } = fakeClient(1);
  const feed = (): void =>
    monitors.feed(1_700_000_000_123, 3, 'peer:9', [ByteSlice.fromText('GET'), ByteSlice.fromText('a\n')]);
  feed();
  monitors.add(client);
  feed();
  monitors.remove(client);
  feed();
  expect(pushed()).toBe('+1700000000.123000 [3 peer:9] "GET" "a\\n"\r\n');
  expect([monitors.isEmpty, client.monitors]).toEqual([true, false]);
});
