import { type InProcess, startInProcess } from '../../support/in-process.js';

/** A server on which a slow and a fast kind of command took 30 ms. */
function slowServer(): InProcess {
  const server = startInProcess({ 'latency-monitor-threshold': '20' });
  const client = server.connect();
  client.call('GET', 'k');
  server.clock.usPerLook = 30_000;
  client.call('KEYS', '*');
  client.call('GET', 'k');
  server.clock.usPerLook = 0;
  return server;
}

test('commands above the threshold are samples of their kind', () => {
  const client = slowServer().connect();
  expect(client.call('LATENCY', 'LATEST')).toEqual([
    ['command', 1_700_000_000, 30, 30],
    ['fast-command', 1_700_000_000, 30, 30],
  ]);
  expect(client.call('LATENCY', 'HISTORY', 'command')).toEqual([[1_700_000_000, 30]]);
  expect(client.call('LATENCY', 'RESET', 'command', 'bogus')).toBe(1);
  expect(client.call('LATENCY', 'RESET')).toBe(1);
  expect(client.call('LATENCY', 'LATEST')).toEqual([]);
});

test('a graph and a report tell what was slow', () => {
  const server = slowServer();
  const client = server.connect();
  expect(String(client.call('LATENCY', 'GRAPH', 'command'))).toContain('command - high 30 ms, low 30 ms');
  expect(String(client.call('LATENCY', 'DOCTOR'))).toContain('fast-command: in 1 seconds, 30 ms on average');
  client.call('LATENCY', 'RESET');
  expect(String(client.call('LATENCY', 'DOCTOR'))).toContain('Nothing has taken 20 ms');
});

test('a histogram counts calls by their duration, subcommands with their container', () => {
  const server = startInProcess();
  const client = server.connect();
  server.clock.usPerLook = 100;
  client.call('GET', 'k');
  client.call('CLIENT', 'ID');
  server.clock.usPerLook = 0;
  expect(client.call('LATENCY', 'HISTOGRAM', 'get', 'client')).toEqual([
    'get',
    ['calls', 1, 'histogram_usec', [132, 1]],
    'client|id',
    ['calls', 1, 'histogram_usec', [132, 1]],
  ]);
  expect(String(client.call('INFO', 'latencystats'))).toContain('usec_get:p50=100.351,p99=100.351,p99.9=100.351\r\n');
  client.call('CONFIG', 'SET', 'latency-tracking', 'no');
  client.call('CONFIG', 'RESETSTAT');
  client.call('GET', 'k');
  expect(client.call('LATENCY', 'HISTOGRAM', 'get')).toEqual([]);
});
