/**
 * What a hostile client does for a while: one that never reads, hundreds that send a byte a second, one that sends a gigabyte without a
 * line's end, many that reset in the middle of a reply.
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeCommand } from '../../support/raw-connection.js';

const SLOW_CLIENTS = 200;
const ENDLESS_BYTES = 1024 * 1024 * 1024;
const RESETS_AT_ONCE = 10;

/** A key that holds LARGE_BYTES. */
export const LARGE_KEY = 'large';
export const LARGE_BYTES = 1024 * 1024;

export type Attack = (port: number, untilMs: number) => Promise<void>;

/** By what they are called where they are reported. */
export const ATTACKS: ReadonlyMap<string, Attack> = new Map([
  ['nobody else', (_port, untilMs) => sleep(untilMs - Date.now())],
  ['asks for 1 MiB again and again and never reads', neverReads],
  [`${SLOW_CLIENTS} clients that send a byte a second`, trickles],
  ['sends 1 GiB without a newline', endless],
  ['resets in the middle of a reply', resets],
]);

async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.on('error', () => socket.destroy());
  await new Promise<void>((resolve) => {
    socket.once('connect', resolve);
    socket.once('close', () => resolve());
  });
  return socket;
}

async function neverReads(port: number, untilMs: number): Promise<void> {
  const deaf = await dial(port);
  deaf.pause();
  const request = encodeCommand(['GET', LARGE_KEY]);
  while (Date.now() < untilMs) {
    if (!deaf.destroyed && deaf.writableLength < LARGE_BYTES) deaf.write(request);
    await sleep(1);
  }
  deaf.destroy();
}

async function trickles(port: number, untilMs: number): Promise<void> {
  const slow = await Promise.all(Array.from({ length: SLOW_CLIENTS }, () => dial(port)));
  const request = encodeCommand(['SET', 'slow', 'x'.repeat(100)]);
  for (let at = 0; Date.now() < untilMs; at++) {
    for (const [i, socket] of slow.entries()) {
      socket.write(request.subarray(at % request.length, (at % request.length) + 1));
      if (i % 10 === 9) await sleep(1000 / (SLOW_CLIENTS / 10));
    }
  }
  for (const socket of slow) socket.destroy();
}

async function endless(port: number, untilMs: number): Promise<void> {
  const chunk = Buffer.alloc(256 * 1024, 'x');
  let sentBytes = 0;
  let socket = await dial(port);
  while (Date.now() < untilMs && sentBytes < ENDLESS_BYTES) {
    // Cut off by its limit, it comes again.
    if (socket.destroyed) socket = await dial(port);
    await new Promise<void>((resolve) => socket.write(chunk, () => resolve()));
    sentBytes += chunk.length;
  }
  socket.destroy();
  await sleep(Math.max(0, untilMs - Date.now()));
}

async function resets(port: number, untilMs: number): Promise<void> {
  const request = encodeCommand(['GET', LARGE_KEY]);
  while (Date.now() < untilMs) {
    const victims = await Promise.all(Array.from({ length: RESETS_AT_ONCE }, () => dial(port)));
    for (const socket of victims) socket.write(request);
    await Promise.all(
      victims.map((socket) => new Promise<void>((resolve) => socket.once('readable', resolve).once('close', resolve))),
    );
    for (const socket of victims) socket.resetAndDestroy();
    await sleep(2);
  }
}
