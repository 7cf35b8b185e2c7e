/**
 * Where the gateway keeps what it keeps when that is not this process: another server that speaks the same commands, by RESP. The
 * cache and the feature store see a `Commander` either way.
 *
 * A store must be there when the gateway starts; one that goes away later fails the calls of that time, and is connected to again.
 */
import type { Commander } from '@nearkey/sdk';
import { commanderFrom } from '@nearkey/sdk';
import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Logger } from './base/logger.js';

const CONNECT_TIMEOUT_MS = 5_000;
/** A call that a store does not answer in this time fails: who waits for an answer goes on without the cache. */
const COMMAND_TIMEOUT_MS = 5_000;
const RECONNECT_MAX_MS = 2_000;

export interface RemoteStore {
  readonly commander: Commander;
  close(): void;
}

export interface RemoteStoreOptions {
  /** `redis://` or, over TLS, `rediss://`, with user, password and database where they are needed. */
  readonly url: string;
  /** The address is that of any node of a cluster. */
  readonly isCluster: boolean;
  readonly logger: Logger;
}

/** @throws an Error with the client's words when the store cannot be reached */
export async function openRemoteStore({ url, isCluster, logger }: RemoteStoreOptions): Promise<RemoteStore> {
  const options: RedisOptions = {
    lazyConnect: true,
    connectionName: 'nearkey-gateway',
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    maxRetriesPerRequest: 1,
    retryStrategy: (attempt) => Math.min(attempt * 50, RECONNECT_MAX_MS),
  };
  const client = isCluster ? clusterOf(new URL(url), options) : new Redis(url, options);
  let failure: string | undefined;
  client.on('error', (error: Error) => {
    failure = error.message;
    logger.warning(`store: ${error.message}`);
  });
  try {
    await client.connect();
  } catch (error) {
    client.disconnect();
    // "Connection is closed." says less than what closed it.
    throw new Error(failure ?? String(error), { cause: error });
  }
  return { commander: commanderFrom(client), close: () => client.disconnect() };
}

function clusterOf(url: URL, options: RedisOptions): Cluster {
  const { lazyConnect, maxRetriesPerRequest, retryStrategy, ...redisOptions } = options;
  return new Cluster([{ host: url.hostname, port: Number(url.port || 6379) }], {
    lazyConnect: true,
    clusterRetryStrategy: (attempt) => Math.min(attempt * 50, RECONNECT_MAX_MS),
    // Managed clusters present certificates for the names of their nodes, which must not be resolved to addresses before.
    dnsLookup: (address, callback) => callback(null, address),
    redisOptions: {
      ...redisOptions,
      ...(url.username === '' ? {} : { username: decodeURIComponent(url.username) }),
      ...(url.password === '' ? {} : { password: decodeURIComponent(url.password) }),
      ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
    },
  });
}
