/** INFO and TIME: what the server says about itself. Fields keep Redis's names where they mean the same. */
import { arch, platform, release, totalmem } from 'node:os';
import { percentiles } from '../config/percentiles.js';
import { type CommandEntry, type Context, command, noArguments } from './command.js';
import type { CommandTable } from './command-table.js';
import { COMPATIBLE_REDIS_VERSION } from './connection.js';
import { MODULES } from './modules.js';

type Facts = readonly (readonly [name: string, value: string | number])[];

interface Section {
  readonly name: string;
  readonly title: string;
  /** Shown by `all`, `everything` or by name. */
  readonly onDemand?: true;
  /** Of what is a module in Redis: shown by its name, by `modules` and by `everything`. */
  readonly module?: string;
  readonly facts: (context: Context) => Facts;
}

/** In the order of the reply. */
const SECTIONS: readonly Section[] = [
  { name: 'server', title: 'Server', facts: serverFacts },
  { name: 'clients', title: 'Clients', facts: clientFacts },
  { name: 'memory', title: 'Memory', facts: memoryFacts },
  { name: 'persistence', title: 'Persistence', facts: persistenceFacts },
  { name: 'stats', title: 'Stats', facts: statsFacts },
  { name: 'replication', title: 'Replication', facts: replicationFacts },
  { name: 'cpu', title: 'CPU', facts: cpuFacts },
  { name: 'modules', title: 'Modules', facts: moduleFacts },
  { name: 'commandstats', title: 'Commandstats', onDemand: true, facts: commandFacts },
  { name: 'latencystats', title: 'Latencystats', onDemand: true, facts: latencyFacts },
  { name: 'errorstats', title: 'Errorstats', facts: errorFacts },
  { name: 'cluster', title: 'Cluster', facts: () => [['cluster_enabled', 0]] },
  { name: 'keyspace', title: 'Keyspace', facts: keyspaceFacts },
  { name: 'search_index_stats', title: 'search_index_stats', module: 'search', facts: searchFacts },
  { name: 'json_core_metrics', title: 'json_core_metrics', module: 'json', facts: () => [] },
];

const info = command<{ sections: readonly string[] }>({
  name: 'INFO',
  arity: -1,
  flags: ['loading', 'stale'],
  acl: ['dangerous'],
  group: 'server',
  since: '1.0.0',
  complexity: 'O(1)',
  summary: 'Get information and statistics about the server',
  syntax: '[section [section ...]]',
  tips: ['nondeterministic_output', 'request_policy:all_shards', 'response_policy:special'],
  parse: (args) => ({ sections: args.rest().map((section) => section.utf8().toLowerCase()) }),
  run: (context, { sections }) => context.reply.verbatim('txt', describe(context, new Set(sections))),
});

function describe(context: Context, asked: ReadonlySet<string>): string {
  const all = asked.has('all') || asked.has('everything');
  const byDefault = asked.size === 0 || asked.has('default');
  const shown = SECTIONS.filter(({ name, onDemand, module }) => {
    if (asked.has(name)) return true;
    if (module !== undefined) return [module, 'modules', 'everything'].some((word) => asked.has(word));
    return all || (byDefault && onDemand === undefined);
  });
  const paragraphs = shown.map(({ title, facts }) => {
    const lines = facts(context).map(([name, value]) => `${name}:${value}\r\n`);
    return `# ${title}\r\n${lines.join('')}`;
  });
  return paragraphs.join('\r\n');
}

function serverFacts({ nowMs, server }: Context): Facts {
  const uptimeSeconds = Math.floor((nowMs - server.startedAtMs) / 1000);
  return [
    ['redis_version', COMPATIBLE_REDIS_VERSION],
    ['server_name', 'nearkey'],
    ['nearkey_version', server.version],
    ['redis_mode', 'standalone'],
    ['os', `${platform()} ${release()} ${arch()}`],
    ['arch_bits', 64],
    ['node_version', process.versions.node],
    ['process_id', process.pid],
    ['run_id', server.runId],
    ['tcp_port', server.port],
    ['http_port', server.httpPort],
    ['transport', server.transportName],
    ['vector_engine', server.vectorEngineName],
    ['server_time_usec', nowMs * 1000],
    ['uptime_in_seconds', uptimeSeconds],
    ['uptime_in_days', Math.floor(uptimeSeconds / 86_400)],
    ['hz', server.config.get('hz')],
    ['configured_hz', server.config.get('hz')],
    ['lru_clock', Math.floor(nowMs / 1000) & 0xffffff],
  ];
}

function clientFacts({ server }: Context): Facts {
  return [
    ['connected_clients', server.clients.count],
    ['maxclients', server.config.get('maxclients')],
    ['blocked_clients', server.blocked.count],
    ['tracking_clients', server.tracking.clientCount],
    ['pubsub_clients', server.pubsub.clientCount],
  ];
}

/** Data as its allocator counts it, the rest of the process as Node does. */
function memoryFacts({ server }: Context): Facts {
  const { heapUsed, rss } = process.memoryUsage();
  const { liveBytes, reservedBytes } = server.keyspace.memoryUsage();
  const { usedBytes, peakBytes, processBytes } = server.memory;
  const maxBytes = server.config.get('maxmemory');
  return [
    ['used_memory', usedBytes],
    ['used_memory_human', human(usedBytes)],
    ['used_memory_rss', rss],
    ['used_memory_rss_human', human(rss)],
    ['used_memory_peak', peakBytes],
    ['used_memory_peak_human', human(peakBytes)],
    ['used_memory_overhead', processBytes],
    ['used_memory_dataset', liveBytes],
    ['used_memory_dataset_human', human(liveBytes)],
    ['used_memory_dataset_reserved', reservedBytes],
    ['used_memory_js_heap', heapUsed],
    ['total_system_memory', totalmem()],
    ['total_system_memory_human', human(totalmem())],
    ['maxmemory', maxBytes],
    ['maxmemory_human', human(maxBytes)],
    ['maxmemory_policy', server.config.get('maxmemory-policy')],
    ['mem_fragmentation_ratio', (rss / usedBytes).toFixed(2)],
    ['lazyfree_pending_objects', server.keyspace.dyingCount],
    ['lazyfreed_objects', server.keyspace.shared.stats.lazilyFreed],
  ];
}

function persistenceFacts({ server }: Context): Facts {
  return [
    ['loading', 0],
    ['async_loading', 0],
    ['rdb_changes_since_last_save', server.stats.changes],
    ['rdb_bgsave_in_progress', 0],
    ['rdb_last_save_time', Math.floor(server.startedAtMs / 1000)],
    ['rdb_last_bgsave_status', 'ok'],
    ['aof_enabled', 0],
    ['aof_rewrite_in_progress', 0],
    ['aof_last_write_status', 'ok'],
  ];
}

function statsFacts({ server }: Context): Facts {
  const { stats, clients, keyspace, evictor } = server;
  return [
    ['total_connections_received', clients.totalConnections],
    ['total_commands_processed', stats.commandsProcessed],
    ['instantaneous_ops_per_sec', stats.commandsPerSecond],
    ['total_net_input_bytes', stats.netInputBytes],
    ['total_net_output_bytes', stats.netOutputBytes],
    ['rejected_connections', clients.rejectedConnections],
    ['expired_keys', keyspace.shared.stats.expiredKeys],
    ['expired_subkeys', keyspace.shared.stats.expiredFields],
    ['evicted_keys', keyspace.shared.stats.evictedKeys],
    ['total_eviction_exceeded_time', Math.floor(evictor.exceeded().totalUs / 1000)],
    ['current_eviction_exceeded_time', Math.floor(evictor.exceeded().currentUs / 1000)],
    ['keyspace_hits', keyspace.shared.stats.hits],
    ['keyspace_misses', keyspace.shared.stats.misses],
    ['pubsub_channels', server.pubsub.nameCount('channels')],
    ['pubsub_patterns', server.pubsub.nameCount('patterns')],
    ['pubsubshard_channels', server.pubsub.nameCount('shardChannels')],
    ['tracking_total_keys', server.tracking.keyCount],
    ['tracking_total_items', server.tracking.itemCount],
    ['tracking_total_prefixes', server.tracking.prefixCount],
    ['total_error_replies', stats.errorReplies],
  ];
}

function replicationFacts({ server }: Context): Facts {
  return [
    ['role', 'master'],
    ['connected_slaves', 0],
    ['master_replid', server.runId],
    ['master_repl_offset', 0],
  ];
}

function cpuFacts(): Facts {
  const { system, user } = process.cpuUsage();
  return [
    ['used_cpu_sys', (system / 1e6).toFixed(6)],
    ['used_cpu_user', (user / 1e6).toFixed(6)],
  ];
}

function moduleFacts(): Facts {
  return MODULES.map(({ name, version }) => [
    'module',
    `name=${name},ver=${version},api=1,filters=0,usedby=[],using=[],options=[]`,
  ]);
}

/** Under the names of valkey-search. */
function searchFacts({ server }: Context): Facts {
  const { indexes, fields, documents } = server.search.totals();
  return [
    ['search_number_of_indexes', indexes],
    ['search_number_of_attributes', fields],
    ['search_total_indexed_documents', documents],
  ];
}

function commandFacts({ server }: Context): Facts {
  return everyEntry(server.commands)
    .filter((entry) => entry.calls > 0 || entry.rejectedCalls > 0)
    .map((entry) => [
      `cmdstat_${entry.fullName}`,
      `calls=${entry.calls},usec=${Math.round(entry.totalUs)},usec_per_call=${(entry.totalUs / Math.max(1, entry.calls)).toFixed(2)},rejected_calls=${entry.rejectedCalls},failed_calls=${entry.failedCalls}`,
    ]);
}

/** Percentiles in microseconds. */
function latencyFacts({ server }: Context): Facts {
  const wanted = percentiles(server.config.get('latency-tracking-info-percentiles'));
  return everyEntry(server.commands).flatMap(({ fullName, latencies }) => {
    if (latencies === undefined) return [];
    const shown = wanted.map((percent) => `p${percent}=${(latencies.percentile(percent) / 1000).toFixed(3)}`);
    return [[`latency_percentiles_usec_${fullName}`, shown.join(',')]];
  });
}

function everyEntry(commands: CommandTable): CommandEntry[] {
  return [...commands.all()].flatMap((entry) => [entry, ...(entry.subcommands?.values() ?? [])]);
}

function errorFacts({ server }: Context): Facts {
  return [...server.stats.errorsByCode].map(([code, count]) => [`errorstat_${code}`, `count=${count}`]);
}

function keyspaceFacts({ server }: Context): Facts {
  const facts: [string, string][] = [];
  server.keyspace.forEach((db) => {
    if (db.size > 0) facts.push([`db${db.index}`, `keys=${db.size},expires=${db.expiringCount},avg_ttl=0`]);
  });
  return facts;
}

/** As Redis prints sizes: two decimals and a unit. */
function human(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`;
  let value = bytes;
  let unit = '';
  for (unit of ['K', 'M', 'G', 'T']) {
    value /= 1024;
    if (value < 1024) break;
  }
  return `${value.toFixed(2)}${unit}`;
}

const time = command<undefined>({
  name: 'TIME',
  arity: 1,
  flags: ['loading', 'stale', 'fast'],
  acl: [],
  group: 'server',
  since: '2.6.0',
  complexity: 'O(1)',
  summary: 'Return the current server time',
  syntax: '',
  tips: ['nondeterministic_output'],
  parse: noArguments,
  run: ({ nowMs, reply }) => {
    reply.array(2);
    reply.bulkText(Math.floor(nowMs / 1000).toString());
    reply.bulkText(((nowMs % 1000) * 1000).toString());
  },
});

export const infoCommands: readonly CommandEntry[] = [info, time];
