/**
 * Connections opened and dropped at random: each is closed, reset, half-closed or left in the middle of a command or of a reply. Of
 * thousands nothing may be left with the server: no client, no descriptor, no memory.
 */
import { connect, type Socket } from 'node:net';
import type { SeededRandom } from '../fuzz/seeded-random.js';
import { encodeCommand } from '../support/raw-connection.js';

export interface ChurnOptions {
  readonly port: number;
  /** Open at once, at most. */
  readonly connections: number;
  /** Whether to go on, asked between steps. */
  readonly goesOn: (opened: number) => boolean;
  readonly random: SeededRandom;
  /** A key with a large value, whose replies are left half read. */
  readonly largeKey: string;
}

/** Connections opened in one step; the event loop turns between steps. */
const STEP = 50;

/** @returns how many connections were opened; all of them are gone */
export async function churn({ port, connections, goesOn, random, largeKey }: ChurnOptions): Promise<number> {
  const open: Socket[] = [];
  let opened = 0;
  const requests = [
    encodeCommand(['PING']),
    encodeCommand(['GET', largeKey]),
    Buffer.from('*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$100000\r\nhalf'),
    Buffer.from('*2\r\n$4\r\nECHO\r\n'),
    Buffer.from('garbage "\r\n'),
    Buffer.concat([encodeCommand(['MULTI']), encodeCommand(['SET', 'k', 'v'])]),
  ];
  while (goesOn(opened)) {
    const dialled = Array.from({ length: STEP }, () => dial(port));
    open.push(...(await Promise.all(dialled)));
    opened += STEP;
    for (const socket of open.slice(-STEP)) {
      if (random.chance(0.7)) socket.write(random.pick(requests));
      if (random.chance(0.3)) socket.pause();
    }
    // Above the limit as many go as came; below, the number swings.
    const leaving = open.length > connections ? open.length - connections + STEP : random.below(STEP);
    for (let i = 0; i < leaving && open.length > 0; i++) {
      const at = random.below(open.length);
      const [socket] = open.splice(at, 1);
      if (socket !== undefined) leave(socket, random);
    }
  }
  for (const socket of open) leave(socket, random);
  return opened;
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => socket.destroy());
  socket.resume();
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve);
    socket.once('close', () => resolve());
  });
  return socket;
}

function leave(socket: Socket, random: SeededRandom): void {
  const way = random.below(3);
  // Node never lets go of a socket that is reset while its own end is under way, and hangs when the process ends.
  if (way === 0 && socket.readyState === 'open') socket.resetAndDestroy();
  else if (way < 2) socket.destroy();
  else {
    socket.end();
    socket.resume();
  }
}
