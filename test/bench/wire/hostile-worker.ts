/** The thread of an attack: what the attacker has to do does not delay the client whose waiting is measured. */
import { parentPort, workerData } from 'node:worker_threads';
import { ATTACKS } from './attacks.js';

const { port, name, untilMs } = workerData;
await ATTACKS.get(name)?.(port, untilMs);
parentPort?.postMessage('done');
