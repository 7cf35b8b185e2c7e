/**
 * The thread of an attack: what the attacker has to do does not delay the client whose waiting is measured. It stands back for
 * server and client (niceness holds for a thread on Linux): an attacker has a machine of its own, and here they share cores.
 */
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { ATTACKS } from './attacks.js';

const { port, name, untilMs } = workerData;
setPriority(10);
await ATTACKS.get(name)?.(port, untilMs);
parentPort?.postMessage('done');
