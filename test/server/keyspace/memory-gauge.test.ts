import { Config } from '#server/config/config.js';
import { MemoryGauge } from '#server/keyspace/memory-gauge.js';
import { bytes, smallKeyspace } from '../../support/small-keyspace.js';

const NO_EXPIRY = -1;

test('data counts at once, without asking the process again', () => {
  const keyspace = smallKeyspace();
  const gauge = new MemoryGauge(keyspace, new Config());
  const before = gauge.usedBytes;
  keyspace.database(0).setString(bytes('k'), bytes('v'.repeat(100_000)), NO_EXPIRY);
  expect(gauge.usedBytes - before).toBeGreaterThanOrEqual(100_000);
  expect(gauge.peakBytes).toBe(gauge.usedBytes);
  keyspace.database(0).delete(bytes('k'));
  expect(gauge.usedBytes - before).toBeLessThan(1_000);
});

test('the peak stays, as far as it was sampled', () => {
  const keyspace = smallKeyspace();
  const gauge = new MemoryGauge(keyspace, new Config());
  keyspace.database(0).setString(bytes('k'), bytes('v'.repeat(10_000_000)), NO_EXPIRY);
  gauge.sample();
  const peak = gauge.peakBytes;
  keyspace.database(0).delete(bytes('k'));
  expect(gauge.peakBytes).toBe(peak);
  expect(peak).toBeGreaterThan(gauge.usedBytes);
});

test('memory is full above maxmemory, never without it, and as soon as it is set', () => {
  const config = new Config();
  const gauge = new MemoryGauge(smallKeyspace(), config);
  expect(gauge.isFull).toBe(false);
  config.setText('maxmemory', '1');
  expect(gauge.isFull).toBe(true);
  config.setText('maxmemory', '100gb');
  expect(gauge.isFull).toBe(false);
});
