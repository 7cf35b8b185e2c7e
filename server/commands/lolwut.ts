/** LOLWUT: a piece of computer art, different for every seed, and the version. */
import type { Random } from '../base/random.js';
import { type CommandEntry, command } from './command.js';
import { COMPATIBLE_REDIS_VERSION } from './connection.js';

const COLUMNS = 64;
const ROWS = 16;
/** How many numbers shape the art of a version in Redis. */
const SHAPING_NUMBERS: ReadonlyMap<number | undefined, number> = new Map([
  [5, 3],
  [6, 2],
]);
/** Most hops of the walk. */
const HOPS = 6;

/**
 * A small world: points strewn over a plane, and a greedy walk over them, nearest neighbour by nearest neighbour, as a
 * search in a graph goes.
 */
export function smallWorld(random: Random): string {
  const grid = Array.from({ length: ROWS }, () => Array.from({ length: COLUMNS }, () => ' '));
  const points = Array.from({ length: COLUMNS }, () => ({ x: random.below(COLUMNS), y: random.below(ROWS) }));
  const put = (x: number, y: number, char: string): void => {
    const row = grid[y];
    if (row !== undefined) row[x] = char;
  };
  for (const { x, y } of points) put(x, y, '.');
  let at = { x: 0, y: random.below(ROWS) };
  put(at.x, at.y, '@');
  for (let hop = 0; hop < HOPS; hop++) {
    const ahead = points.filter(({ x }) => x > at.x);
    const distance = ({ x, y }: { x: number; y: number }): number => (x - at.x) ** 2 + 4 * (y - at.y) ** 2;
    const next = ahead.sort((a, b) => distance(a) - distance(b)).at(Math.min(hop, ahead.length - 1));
    if (next === undefined) break;
    for (let x = at.x + 1; x < next.x; x++) {
      put(x, Math.round(at.y + ((next.y - at.y) * (x - at.x)) / (next.x - at.x)), '-');
    }
    put(next.x, next.y, 'o');
    at = next;
  }
  put(at.x, at.y, '*');
  return grid.map((row) => row.join('').trimEnd()).join('\n');
}

const lolwut = command<undefined>({
  name: 'LOLWUT',
  arity: -1,
  flags: ['readonly', 'fast'],
  acl: [],
  group: 'server',
  since: '5.0.0',
  complexity: '',
  summary: 'Display some computer art and the Redis version',
  syntax: '[VERSION version]',
  parse: (args) => {
    // Every version shows the same art; numbers that shape it in Redis are read and change nothing.
    const version = args.remaining > 1 && args.option('VERSION') ? args.integer() : undefined;
    for (let left = SHAPING_NUMBERS.get(version) ?? 0; left > 0 && args.remaining > 0; left--) args.integer();
    args.rest();
  },
  run: ({ reply, server }) => {
    const caption = `A greedy walk through a small world. Nearkey ${server.version}, Redis ver. ${COMPATIBLE_REDIS_VERSION}`;
    reply.verbatim('txt', `${smallWorld(server.random)}\n\n${caption}\n`);
  },
});

export const lolwutCommands: readonly CommandEntry[] = [lolwut];
