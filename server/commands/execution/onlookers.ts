/** Who is told of commands that run, without having asked for their reply: clients that track what they read, and monitors. */
import { ByteSlice } from '../../base/byte-slice.js';
import type { Client } from '../../client/client.js';
import type { CommandEntry, ServerFacilities } from '../command.js';
import { keysOf } from '../command-keys.js';
import { frameSlices } from './frame.js';

const REDACTED = ByteSlice.fromText('(redacted)');

/**
 * Remembers what a tracking client has read.
 * @param caller a script reads on behalf of who called it
 */
export function noteReading(
  { tracking }: ServerFacilities,
  caller: Client,
  entry: CommandEntry,
  buffer: Buffer,
  words: Int32Array,
  base: number,
): void {
  if (caller.tracking === undefined || entry.keys === undefined || !entry.flags.includes('readonly')) return;
  if (!entry.runsOthers) tracking.remember(caller, keysOf(entry.keys, frameSlices(buffer, words, base)));
}

/** @param source `lua`, or the client's address */
export function showToMonitors(
  { clock, monitors }: ServerFacilities,
  source: string,
  db: number,
  entry: CommandEntry,
  buffer: Buffer,
  words: Int32Array,
  base: number,
): void {
  if (entry.flags.includes('admin')) return;
  monitors.feed(clock.nowMs(), db, source, withoutSecrets(entry, frameSlices(buffer, words, base)));
}

/** The arguments as logs may show them. */
export function withoutSecrets(entry: CommandEntry, argv: readonly ByteSlice[]): readonly ByteSlice[] {
  const secrets = entry.secrets?.(argv) ?? [];
  return secrets.length === 0 ? argv : argv.map((arg, place) => (secrets.includes(place) ? REDACTED : arg));
}
