/** A client as CLIENT LIST, CLIENT INFO and ACL LOG tell it: a line in Redis's field order. What has no counterpart is 0 or -1. */
import type { Client } from '../client/client.js';

export function describeClient(client: Client, nowMs: number): string {
  const { transaction } = client;
  const flags = [
    client.monitors ? 'O' : '',
    client.subscriptions === undefined ? '' : 'P',
    transaction?.open ? 'x' : '',
    client.blocked ? 'b' : '',
    client.tracking === undefined ? '' : 't',
    client.tracking?.redirectBroken ? 'R' : '',
    client.tracking?.mode === 'bcast' ? 'B' : '',
    transaction?.watchFailed ? 'd' : '',
    client.closing ? 'c' : '',
    client.noEvict ? 'e' : '',
    client.noTouch ? 'T' : '',
  ].join('');
  const outputBytes = client.link.outputBytes();
  const fields: [string, string | number][] = [
    ['id', client.id],
    ['addr', client.address],
    ['laddr', client.localAddress],
    ['fd', -1],
    ['name', client.name],
    ['age', Math.floor((nowMs - client.connectedAtMs) / 1000)],
    ['idle', Math.floor((nowMs - client.lastInteractionMs) / 1000)],
    ['flags', flags === '' ? 'N' : flags],
    ['db', client.db],
    ['sub', client.subscriptions?.channels.size ?? 0],
    ['psub', client.subscriptions?.patterns.size ?? 0],
    ['ssub', client.subscriptions?.shardChannels.size ?? 0],
    ['multi', transaction?.open ? transaction.queued.length : -1],
    ['qbuf', client.link.queryBytes()],
    ['qbuf-free', 0],
    ['argv-mem', 0],
    ['multi-mem', transaction?.queuedBytes ?? 0],
    ['rbs', 0],
    ['rbp', 0],
    ['obl', 0],
    ['oll', outputBytes > 0 ? 1 : 0],
    ['omem', outputBytes],
    ['tot-mem', client.link.queryBytes() + outputBytes],
    ['events', outputBytes > 0 ? 'rw' : 'r'],
    ['cmd', client.lastCommand],
    ['user', client.userName],
    ['redir', client.tracking?.redirectTo ?? -1],
    ['resp', client.protocol],
    ['lib-name', client.libraryName],
    ['lib-ver', client.libraryVersion],
  ];
  return fields.map(([name, value]) => `${name}=${value}`).join(' ');
}
