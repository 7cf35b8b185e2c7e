/** Compat scripts of the cluster commands, of which a server with cluster mode off knows the names. */
import { type Script, script } from './script.js';

const subcommands: readonly (readonly [name: string, ...args: string[]])[] = [
  ...['BUMPEPOCH', 'FLUSHSLOTS', 'HELP', 'INFO', 'LINKS', 'MYID', 'NODES', 'SAVECONFIG', 'SHARDS', 'SLOTS'].map(
    (name): [string] => [name],
  ),
  ...['ADDSLOTS', 'DELSLOTS', 'COUNTKEYSINSLOT', 'KEYSLOT'].map((name): [string, string] => [name, '1']),
  ...['COUNT-FAILURE-REPORTS', 'FORGET', 'REPLICAS', 'REPLICATE', 'SLAVES', 'SET-CONFIG-EPOCH'].map(
    (name): [string, string] => [name, 'x'],
  ),
  ['ADDSLOTSRANGE', '1', '2'],
  ['DELSLOTSRANGE', '1', '2'],
  ['FAILOVER'],
  ['FAILOVER', 'FORCE'],
  ['FAILOVER', 'TAKEOVER'],
  ['GETKEYSINSLOT', '1', '2'],
  ['MEET', '127.0.0.1', '7000'],
  ['RESET'],
  ['RESET', 'HARD'],
  ['RESET', 'SOFT'],
  ['SETSLOT', '1', 'STABLE'],
  ...['IMPORTING', 'MIGRATING', 'NODE'].map((state): [string, string, string, string] => ['SETSLOT', '1', state, 'x']),
];

const refused = script('CLUSTER, READONLY, READWRITE and ASKING say that cluster mode is off', [
  'CLUSTER',
  'CLUSTER BOGUS',
  ...subcommands.flatMap(([name, ...args]) => [
    `CLUSTER ${name} ${args.join(' ')}`,
    `cluster ${name.toLowerCase()} ${args.join(' ')} more`,
    `CLUSTER ${name}`,
  ]),
  ...['READONLY', 'READWRITE', 'ASKING'].flatMap((name) => [name, `${name} x`]),
  'MULTI',
  'CLUSTER INFO',
  'READONLY',
  'EXEC',
  'PING',
]);

export const clusterScripts: readonly Script[] = [refused];
