/**
 * The composition root: builds the parts of a server from its settings and wires them. No part is built elsewhere, and
 * nothing here starts by itself: `listen` opens ports and timers, `close` ends them.
 */
import type { Commander } from '@nearkey/sdk';
import { AccessControl, AclError } from './acl/access-control.js';
import { loadAclFile } from './acl/acl-file.js';
import { BackgroundWork } from './background-work.js';
import { ByteSlice } from './base/byte-slice.js';
import type { Clock } from './base/clock.js';
import type { Logger } from './base/logger.js';
import { type Random, systemEntropy } from './base/random.js';
import { type Scheduler, systemScheduler } from './base/scheduler.js';
import { splitText } from './base/split-words.js';
import { BlockedClients } from './client/blocked-clients.js';
import { ClientRegistry } from './client/client-registry.js';
import { Pause } from './client/pause.js';
import { WatchList, watchName } from './client/transaction.js';
import { aclCommands } from './commands/acl.js';
import { aclCommandsOf } from './commands/acl-categories.js';
import { bitfieldCommands } from './commands/bitfield.js';
import { bitmapCommands } from './commands/bitmap.js';
import { clientCommands } from './commands/client.js';
import { clusterCommands } from './commands/cluster.js';
import type { ServerFacilities, ServerStats } from './commands/command.js';
import { CommandTable, type Rename, RenameError } from './commands/command-table.js';
import { LocalCommander } from './commands/commander.js';
import { configCommands } from './commands/config.js';
import { COMPATIBLE_REDIS_VERSION, connectionCommands } from './commands/connection.js';
import { debugCommands } from './commands/debug.js';
import { dumpCommands } from './commands/dump.js';
import { Executor } from './commands/execute-command.js';
import { expiryCommands } from './commands/expiry.js';
import { functionCommands } from './commands/functions.js';
import { genericCommands } from './commands/generic.js';
import { geoCommands } from './commands/geo.js';
import { geoSearchCommands } from './commands/geo-search.js';
import { hashCommands } from './commands/hash.js';
import { hashCounterCommands } from './commands/hash-counter.js';
import { hashExpiryCommands } from './commands/hash-expiry.js';
import { hashLifetimeCommands } from './commands/hash-lifetime.js';
import { hashScanCommands } from './commands/hash-scan.js';
import { hyperLogLogCommands } from './commands/hyperloglog.js';
import { infoCommands } from './commands/info.js';
import { introspectionCommands } from './commands/introspection.js';
import { jsonCommands } from './commands/json/json.js';
import { latencyCommands } from './commands/latency.js';
import { lcsCommands } from './commands/lcs.js';
import { listCommands } from './commands/list.js';
import { listMoveCommands } from './commands/list-move.js';
import { listPopCommands } from './commands/list-pop.js';
import { lolwutCommands } from './commands/lolwut.js';
import { memoryCommands } from './commands/memory.js';
import { processCommands } from './commands/process.js';
import { pubSubCommands } from './commands/pub-sub.js';
import { scriptingCommands } from './commands/scripting.js';
import { searchCommands } from './commands/search/search.js';
import { setCommands } from './commands/set.js';
import { setAlgebraCommands } from './commands/set-algebra.js';
import { setRandomCommands } from './commands/set-random.js';
import { slowLogCommands } from './commands/slow-log.js';
import { sortCommands } from './commands/sort.js';
import { sortedSetCommands } from './commands/sorted-set.js';
import { sortedSetBlockCommands } from './commands/sorted-set-block.js';
import { sortedSetCombineCommands } from './commands/sorted-set-combine.js';
import { sortedSetPopCommands } from './commands/sorted-set-pop.js';
import { sortedSetRangeCommands } from './commands/sorted-set-range.js';
import { sortedSetScanCommands } from './commands/sorted-set-scan.js';
import { streamCommands } from './commands/stream.js';
import { streamClaimCommands } from './commands/stream-claim.js';
import { streamGroupCommands } from './commands/stream-group.js';
import { streamInfoCommands } from './commands/stream-info.js';
import { streamPendingCommands } from './commands/stream-pending.js';
import { streamReadCommands } from './commands/stream-read.js';
import { stringCommands } from './commands/string.js';
import { stringCounterCommands } from './commands/string-counter.js';
import { stringManyCommands } from './commands/string-many.js';
import { stringRangeCommands } from './commands/string-range.js';
import { transactionCommands } from './commands/transactions.js';
import { vectorSetCommands } from './commands/vector-set/vector-set.js';
import type { Config } from './config/config.js';
import { ConfigError } from './config/config-error.js';
import { LatencyMonitor } from './diagnostics/latency-monitor.js';
import { SlowLog } from './diagnostics/slow-log.js';
import { configuredLimits } from './keyspace/configured-limits.js';
import { Evictor } from './keyspace/evictor.js';
import { Keyspace } from './keyspace/keyspace.js';
import { changesValue, wakesWaiters } from './keyspace/keyspace-events.js';
import { configuredLazyFree } from './keyspace/lazy-free.js';
import { MemoryGauge } from './keyspace/memory-gauge.js';
import { KeyspaceNotifications } from './messages/keyspace-notifications.js';
import { Monitors } from './messages/monitors.js';
import { PubSub } from './messages/pub-sub.js';
import { Tracking } from './messages/tracking.js';
import { Dispatcher } from './net/dispatcher.js';
import { Listeners } from './net/listeners.js';
import type { DecoderLimits } from './protocol/request-decoder.js';
import { FunctionService } from './scripting/function-service.js';
import { ScriptService } from './scripting/script-service.js';
import { createVectorEngine } from './search/create-vector-engine.js';
import { SearchService } from './search/search-service.js';

/** Offsets of a frame are 32-bit, and a command may hold more than one argument. */
const ARGUMENT_BYTES_MAX = 2 ** 30;

export { ListenError } from './net/listeners.js';

export interface ServerOptions {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly version: string;
  /** 40 hexadecimal digits that name this run. */
  readonly runId: string;
  /** Gives background work its turns; by default the event loop. */
  readonly scheduler?: Scheduler;
  /** Bytes nobody can foresee; by default the operating system's. */
  readonly entropy?: (bytes: number) => Buffer;
}

export interface NearkeyServer {
  /** Commands from inside the process. */
  readonly commander: Commander;
  readonly facilities: ServerFacilities;
  readonly executor: Executor;
  /** Opens the RESP port. @returns the port. @throws the system's error when it cannot */
  listen(): Promise<number>;
  /** Accepts nothing more, lets replies leave for at most `drainMs`, ends connections and timers. */
  close(drainMs: number): Promise<void>;
}

/** Every group of commands, in the order of the documentation. */
export const commandGroups = [
  connectionCommands,
  clientCommands,
  aclCommands,
  transactionCommands,
  stringCommands,
  stringManyCommands,
  stringRangeCommands,
  stringCounterCommands,
  lcsCommands,
  bitmapCommands,
  bitfieldCommands,
  hyperLogLogCommands,
  hashCommands,
  hashCounterCommands,
  hashScanCommands,
  listCommands,
  listPopCommands,
  listMoveCommands,
  hashExpiryCommands,
  hashLifetimeCommands,
  streamCommands,
  streamReadCommands,
  streamGroupCommands,
  streamPendingCommands,
  streamClaimCommands,
  streamInfoCommands,
  sortedSetCommands,
  sortedSetRangeCommands,
  sortedSetPopCommands,
  sortedSetBlockCommands,
  sortedSetCombineCommands,
  sortedSetScanCommands,
  geoCommands,
  geoSearchCommands,
  setCommands,
  setRandomCommands,
  setAlgebraCommands,
  genericCommands,
  sortCommands,
  expiryCommands,
  debugCommands,
  dumpCommands,
  pubSubCommands,
  slowLogCommands,
  latencyCommands,
  processCommands,
  lolwutCommands,
  infoCommands,
  configCommands,
  clusterCommands,
  memoryCommands,
  introspectionCommands,
  scriptingCommands,
  functionCommands,
  jsonCommands,
  vectorSetCommands,
  searchCommands,
] as const;

/** Builds a server that is not listening yet. */
export function createServer(options: ServerOptions): NearkeyServer {
  const { config, clock, random, logger } = options;
  const scheduler = options.scheduler ?? systemScheduler;
  const engine = createVectorEngine(config, logger, scheduler);
  const keyspace = new Keyspace({
    databases: config.get('databases'),
    random,
    limits: configuredLimits(config),
    lazyFree: configuredLazyFree(config),
    vectorEngine: engine,
    nowMs: clock.nowMs(),
  });
  const watchList = new WatchList();
  watchForTransactions(keyspace, watchList);
  const memory = new MemoryGauge(keyspace, config);
  const blocked = new BlockedClients(clock, scheduler, (db, key) => keyspace.database(db).typeName(key));
  watchForBlocked(keyspace, blocked);
  const listeners = new Listeners(config, logger);
  config.onChange(() => listeners.setLimits(decoderLimits(config)));
  const clients = new ClientRegistry();
  const facilities: ServerFacilities = {
    keyspace,
    config,
    clock,
    random,
    watchList,
    blocked,
    clients,
    ...messaging(clients, keyspace, config, scheduler),
    slowLog: new SlowLog(),
    latency: new LatencyMonitor(),
    pause: new Pause(),
    ...commandsAndUsers(config),
    entropy: options.entropy ?? systemEntropy,
    logger,
    stats: noStatistics(),
    ...scripting(options, memory),
    search: new SearchService({ keyspace, config, clock, scheduler, random, engine }),
    memory,
    evictor: new Evictor(keyspace, memory, config, clock),
    version: options.version,
    runId: options.runId,
    startedAtMs: clock.nowMs(),
    transportName: listeners.transportName,
    vectorEngineName: engine.name,
    port: 0,
    httpPort: 0,
    shutDown: undefined,
  };
  const executor = new Executor(facilities, (name, failure) => logger.error(`${name} failed`, failure));
  const dispatcher = new Dispatcher(facilities, executor, scheduler);
  const background = new BackgroundWork(facilities, dispatcher, scheduler);
  return {
    commander: new LocalCommander(executor, clock),
    facilities,
    executor,
    async listen() {
      facilities.port = await listeners.listen(decoderLimits(config), dispatcher);
      background.start();
      return facilities.port;
    },
    async close(drainMs) {
      background.stop();
      facilities.search.close();
      dispatcher.closeAll();
      blocked.close();
      await listeners.close(drainMs);
    },
  };
}

/** @throws ConfigError */
function commandsAndUsers(config: Config): Pick<ServerFacilities, 'commands' | 'access'> {
  const commands = configuredCommands(config);
  return { commands, access: configuredAccess(commands, config) };
}

/**
 * The commands under the names that the settings give them.
 * @throws ConfigError
 */
function configuredCommands(config: Config): CommandTable {
  const renames = linesOf(config.get('rename-command')).map((line): Rename => {
    const [from, to, ...rest] = wordsOf(line, 'rename-command');
    if (from === undefined || to === undefined || rest.length > 0) {
      throw new ConfigError('\'rename-command\' takes a command and its new name, "" for none');
    }
    return { from, to };
  });
  try {
    return new CommandTable(commandGroups, renames);
  } catch (error) {
    if (error instanceof RenameError) throw new ConfigError(error.message);
    throw error;
  }
}

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/** @param directive for what is said of a mistake */
function wordsOf(line: string, directive: string): string[] {
  const words = splitText(Buffer.from(line, 'utf8').toString('latin1'));
  if (words === undefined) throw new ConfigError(`unbalanced quotes in '${directive}'`);
  return words;
}

/**
 * The users of the settings or of the ACL file.
 * @throws ConfigError
 */
function configuredAccess(commands: CommandTable, config: Config): AccessControl {
  const access = new AccessControl(aclCommandsOf(commands), config);
  const [users, file] = [config.get('user'), config.get('aclfile')];
  if (users !== '' && file !== '') throw new ConfigError("users are either in 'aclfile' or in 'user', not in both");
  try {
    for (const line of linesOf(users)) {
      const [name = '', ...rules] = wordsOf(line, 'user');
      access.setUser(name, rules);
    }
    if (file !== '') loadAclFile(access, file);
  } catch (error) {
    if (error instanceof AclError) throw new ConfigError(error.message);
    throw error;
  }
  return access;
}

/** What tells clients something without having been asked, each part listening to what it tells of. */
function messaging(
  clients: ClientRegistry,
  keyspace: Keyspace,
  config: Config,
  scheduler: Scheduler,
): Pick<ServerFacilities, 'pubsub' | 'tracking' | 'monitors'> {
  const pubsub = new PubSub();
  const tracking = new Tracking(clients, config, scheduler);
  const monitors = new Monitors();
  clients.onForget((client) => {
    pubsub.forget(client);
    tracking.disable(client);
    monitors.remove(client);
  });
  tracking.listenTo(keyspace.events);
  new KeyspaceNotifications(pubsub, config).listenTo(keyspace.events);
  return { pubsub, tracking, monitors };
}

function scripting(
  { config, clock, logger }: ServerOptions,
  memory: MemoryGauge,
): Pick<ServerFacilities, 'scripts' | 'functions'> {
  const isMemoryFull = (): boolean => memory.isFull;
  const shared = { config, clock, logger, compatibleVersion: COMPATIBLE_REDIS_VERSION, isMemoryFull };
  return { scripts: new ScriptService(shared), functions: new FunctionService(shared) };
}

/** What a connection may send. */
function decoderLimits(config: Config): DecoderLimits {
  return {
    bulkBytesMax: Math.min(config.get('proto-max-bulk-len'), ARGUMENT_BYTES_MAX),
    queryBufferBytesMax: config.get('client-query-buffer-limit'),
  };
}

function noStatistics(): ServerStats {
  return {
    commandsProcessed: 0,
    commandsPerSecond: 0,
    changes: 0,
    netInputBytes: 0,
    netOutputBytes: 0,
    errorReplies: 0,
    errorsByCode: new Map(),
  };
}

/** A change of a watched key fails the transactions that watch it. */
function watchForTransactions(keyspace: Keyspace, watchList: WatchList): void {
  /** Keys that are not there stay untouched when their database goes. */
  const touchKeysOf = (watchedDb: number, heldBy: readonly number[]): void => {
    const prefix = `${watchedDb}:`;
    for (const name of watchList.names()) {
      if (!name.startsWith(prefix)) continue;
      const key = ByteSlice.fromLatin1(name.slice(prefix.length));
      if (heldBy.some((db) => keyspace.database(db).typeName(key) !== undefined)) watchList.touch(name);
    }
  };
  keyspace.events.subscribe({
    interest: watchList.interest,
    keyChanged(db, event, key) {
      if (changesValue(event)) watchList.touch(watchName(db, key.latin1()));
    },
    databaseFlushing: (db) => touchKeysOf(db, [db]),
    databasesSwapped(a, b) {
      touchKeysOf(a, [a, b]);
      touchKeysOf(b, [a, b]);
    },
  });
}

/** A change of a key that clients wait for may serve them. */
function watchForBlocked(keyspace: Keyspace, blocked: BlockedClients): void {
  keyspace.events.subscribe({
    interest: blocked.interest,
    keyChanged(db, event, key) {
      if (wakesWaiters(event)) blocked.keyChanged(db, key);
    },
    databaseFlushed: (db) => blocked.databaseChanged(db),
    databasesSwapped(a, b) {
      blocked.databaseChanged(a);
      blocked.databaseChanged(b);
    },
  });
}
