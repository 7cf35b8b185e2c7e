/** What a framed command asks for, in the terms of access rules: which keys it reads and writes, which channels it uses. */
import type { AccessRequest, ChannelUse, KeyUse } from '../acl/request.js';
import type { ByteSlice } from '../base/byte-slice.js';
import type { CommandEntry } from './command.js';
import { keyPositions } from './command-keys.js';

/** Looked up only if somebody asks: a user may be allowed all keys. */
export function accessRequest(entry: CommandEntry, argv: readonly ByteSlice[]): AccessRequest {
  return {
    command: entry,
    isForEveryone: entry.flags.includes('no_auth'),
    argv,
    get keys() {
      return keyUses(entry, argv);
    },
    get channels() {
      return channelUses(entry, argv);
    },
  };
}

function keyUses(entry: CommandEntry, argv: readonly ByteSlice[]): KeyUse[] {
  return (entry.keys ?? []).flatMap((spec) => {
    if (spec.flags.includes('not_key')) return [];
    const flags = spec.flagsFor?.(argv) ?? spec.flags;
    const reads = flags.includes('access');
    const writes = ['insert', 'delete', 'update'].some((flag) => flags.includes(flag));
    const positions = spec.movable?.(argv) ?? keyPositions(spec, argv.length);
    return positions.map((at) => ({ at, reads, writes }));
  });
}

function channelUses({ channels }: CommandEntry, argv: readonly ByteSlice[]): ChannelUse[] {
  if (channels === undefined) return [];
  const count = channels.last < 0 ? argv.length - channels.first : channels.last - channels.first + 1;
  return Array.from({ length: count }, (_, i) => ({
    at: channels.first + i,
    isPattern: channels.arePatterns === true,
  }));
}
