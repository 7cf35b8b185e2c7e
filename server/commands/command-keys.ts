/** Which of a command's arguments are keys, by its key specifications. */
import type { ByteSlice } from '../base/byte-slice.js';
import type { KeySpec } from './command.js';

/** Argument positions a key specification covers in a command of `argc` arguments. */
export function keyPositions(spec: KeySpec, argc: number): number[] {
  const last = spec.last < 0 ? argc + spec.last : spec.last;
  const positions: number[] = [];
  for (let position = spec.first; position <= last; position += spec.step) positions.push(position);
  return positions;
}

/** The keys a command names: no sharded channels, which are found in the same way. */
export function keysOf(specs: readonly KeySpec[], argv: readonly ByteSlice[]): ByteSlice[] {
  return specs.flatMap((spec) => {
    if (spec.flags.includes('not_key')) return [];
    const positions = spec.movable?.(argv) ?? keyPositions(spec, argv.length);
    return positions.flatMap((position) => argv[position] ?? []);
  });
}
