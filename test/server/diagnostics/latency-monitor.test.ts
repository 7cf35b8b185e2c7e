import { LatencyMonitor } from '#server/diagnostics/latency-monitor.js';

test('one sample a second, the longest of it', () => {
  const monitor = new LatencyMonitor();
  monitor.add('command', 1000, 5);
  monitor.add('command', 1900, 9);
  monitor.add('command', 1950, 7);
  monitor.add('command', 2000, 3);
  expect(monitor.samples('command')).toEqual([
    { atSeconds: 1, latencyMs: 9 },
    { atSeconds: 2, latencyMs: 3 },
  ]);
  expect([monitor.maxMs('command'), monitor.maxMs('fast-command')]).toEqual([9, 0]);
});

test('keeps 160 seconds of an event, and the longest of all time', () => {
  const monitor = new LatencyMonitor();
  for (let second = 0; second < 200; second++) monitor.add('command', second * 1000, 200 - second);
  expect(monitor.samples('command')).toHaveLength(160);
  expect([monitor.samples('command')[0]?.atSeconds, monitor.maxMs('command')]).toEqual([40, 200]);
});

test('forgets an event', () => {
  const monitor = new LatencyMonitor();
  monitor.add('expire-cycle', 1000, 5);
  expect(monitor.events()).toEqual(['expire-cycle']);
  expect([monitor.reset('expire-cycle'), monitor.reset('expire-cycle'), monitor.events()]).toEqual([true, false, []]);
});
