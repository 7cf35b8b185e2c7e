/**
 * Everything the server listens on, behind one handler: each address of `bind` by TCP, `tls-port` by TLS, `unixsocket`. TCP is
 * served by the transport that the settings choose, the others by Node's.
 *
 * Ids of connections are unique over all of them: each transport counts from a start of its own.
 */
import { chmodSync, rmSync } from 'node:fs';
import type { Logger } from '../base/logger.js';
import { addressesOf, firstAddress } from '../config/bind-addresses.js';
import type { Config } from '../config/config.js';
import type { DecoderLimits } from '../protocol/request-decoder.js';
import { createTransport } from './create-transport.js';
import { NetTransport } from './net-transport.js';
import { tlsSettings } from './tls-settings.js';
import type { ListenOptions, Transport, TransportHandler } from './transport.js';

/** Frames carry ids in 31 bits. A transport of Node's starts so far from the next, and those of the native one are below. */
const IDS_PER_TRANSPORT = 2 ** 27;

/** A place that cannot be listened on. */
export class ListenError extends Error {
  override readonly name = 'ListenError';

  /**
   * @param setting which names the place
   * @param where address and port, or path
   * @param cause the system's error, with its `code`
   */
  constructor(
    readonly setting: 'port' | 'tls-port' | 'unixsocket',
    readonly where: string,
    cause: unknown,
  ) {
    super(`can't listen on ${where}`, { cause });
  }
}

export class Listeners {
  /** What serves TCP. */
  readonly transportName: string;
  readonly #config: Config;
  readonly #logger: Logger;
  readonly #tcp: Transport;
  readonly #transports: Transport[] = [];
  #nextIds = IDS_PER_TRANSPORT;

  constructor(config: Config, logger: Logger) {
    this.#config = config;
    this.#logger = logger;
    this.#tcp = createTransport({ transport: config.get('transport'), ioThreads: config.get('io-threads') }, logger);
    this.transportName = this.#tcp.name;
  }

  /**
   * Listens everywhere, or nowhere.
   * @returns the TCP port
   * @throws ListenError when a place cannot be had, ConfigError when the settings of TLS cannot be used
   */
  async listen(limits: DecoderLimits, handler: TransportHandler): Promise<number> {
    try {
      const port = await this.#listenTcp(limits, handler);
      await this.#listenTls(limits, handler);
      await this.#listenUnix(limits, handler);
      return port;
    } catch (error) {
      await this.close(0);
      throw error;
    }
  }

  setLimits(limits: DecoderLimits): void {
    for (const transport of this.#transports) transport.setLimits(limits);
  }

  async close(drainMs: number): Promise<void> {
    await Promise.all(this.#transports.map((transport) => transport.close(drainMs)));
  }

  async #listenTcp(limits: DecoderLimits, handler: TransportHandler): Promise<number> {
    let port = this.#config.get('port');
    let listening = 0;
    for (const { host, isOptional } of addressesOf(this.#config.get('bind'))) {
      const transport = listening === 0 ? this.#tcp : this.#another();
      try {
        port = await transport.listen(this.#options(host, port, limits), handler);
        this.#transports.push(transport);
        listening++;
      } catch (error) {
        if (!isOptional || !isNoSuchAddress(error)) throw new ListenError('port', `${host}:${port}`, error);
        this.#logger.notice(`not listening on ${host}: this machine has no such address`);
      }
    }
    return port;
  }

  async #listenTls(limits: DecoderLimits, handler: TransportHandler): Promise<void> {
    const config = this.#config;
    const port = config.get('tls-port');
    if (port === 0) return;
    const transport = this.#another();
    transport.useTls(tlsSettings(config));
    const host = firstAddress(config.get('bind'));
    await transport.listen(this.#options(host, port, limits), handler).catch((error: unknown) => {
      throw new ListenError('tls-port', `${host}:${port}`, error);
    });
    this.#transports.push(transport);
    config.onChange((name) => {
      if (name.startsWith('tls-')) this.#renewTls(transport);
    });
  }

  /** New connections get the new certificate; when it cannot be used, the one before. */
  #renewTls(transport: NetTransport): void {
    try {
      transport.renewTls(tlsSettings(this.#config));
    } catch (error) {
      this.#logger.error('the TLS settings cannot be used; those before stay in force', error);
    }
  }

  async #listenUnix(limits: DecoderLimits, handler: TransportHandler): Promise<void> {
    const path = this.#config.get('unixsocket');
    if (path === '') return;
    rmSync(path, { force: true });
    const transport = this.#another();
    await transport.listen({ ...this.#options('', 0, limits), path }, handler).catch((error: unknown) => {
      throw new ListenError('unixsocket', path, error);
    });
    this.#transports.push(transport);
    const mode = this.#config.get('unixsocketperm');
    if (mode !== '0') chmodSync(path, Number.parseInt(mode, 8));
  }

  #options(host: string, port: number, limits: DecoderLimits): ListenOptions {
    return {
      host,
      port,
      backlog: this.#config.get('tcp-backlog'),
      keepAliveSeconds: this.#config.get('tcp-keepalive'),
      limits,
    };
  }

  #another(): NetTransport {
    const transport = new NetTransport(this.#nextIds);
    this.#nextIds += IDS_PER_TRANSPORT;
    return transport;
  }
}

function isNoSuchAddress(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('code' in error)) return false;
  return error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT';
}
