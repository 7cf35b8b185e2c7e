import { clusterCommands } from '#server/commands/cluster.js';
import { startInProcess } from '../../support/in-process.js';

test('every command of a cluster says that cluster mode is off', () => {
  const client = startInProcess().connect();
  const entries = clusterCommands.flatMap((entry) => [...(entry.subcommands?.values() ?? [entry])]);
  expect(entries.length).toBe(30);
  for (const { name, arity } of entries) {
    const words = name.split(' ');
    const args = Array.from({ length: Math.abs(arity) - words.length }, () => 'x');
    expect(client.error(...words, ...args)).toBe('ERR This instance has cluster support disabled');
  }
});

test('what is no command of a cluster is unknown', () => {
  const client = startInProcess().connect();
  expect(client.error('CLUSTER', 'BOGUS')).toBe("ERR unknown subcommand 'BOGUS'. Try CLUSTER HELP.");
  expect(client.error('READONLY', 'x')).toBe("ERR wrong number of arguments for 'readonly' command");
});
