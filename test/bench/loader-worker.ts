/** The thread behind `loadInWorker`. */
import { parentPort, workerData } from 'node:worker_threads';
import { load } from './loader.js';

parentPort?.postMessage(await load(workerData.port, workerData.plan));
