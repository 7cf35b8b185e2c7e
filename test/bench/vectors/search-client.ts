/**
 * A process of many connections that search, one question under way on each: the leanest a client can be, which prepares what
 * it sends and counts the lines of what it gets. Tells searches a second, their latency, and its own CPU time for each.
 */
import { connect } from 'node:net';
import { encodeCommand } from '../../support/raw-connection.js';
import { quantile } from '../statistics.js';
import { K, readDataSet } from './data-set.js';

export interface SearchLoad {
  readonly port: number;
  readonly folder: string;
  readonly ef: number;
  readonly clients: number;
  readonly warmUpMs: number;
  readonly seconds: number;
}

export interface SearchFigures {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly clientCpuUs: number;
}

const LF = 10;
/** `*n`, `:total`, and for each row a key, `*2`, the name of the distance and the distance. */
const LINES = 2 + K * 7;

function requests({ folder, ef }: SearchLoad): Buffer[] {
  const set = readDataSet(folder);
  const query = `*=>[KNN ${K} @v $q EF_RUNTIME ${ef} AS s]`;
  return Array.from({ length: set.queries }, (_, at) => {
    const { buffer, byteOffset, byteLength } = set.query(at);
    const vector = new Uint8Array(buffer, byteOffset, byteLength);
    return encodeCommand([
      'FT.SEARCH',
      'idx',
      query,
      'PARAMS',
      '2',
      'q',
      vector,
      'RETURN',
      '1',
      's',
      'LIMIT',
      '0',
      String(K),
      'DIALECT',
      '2',
    ]);
  });
}

/** Ends the process when it has measured. */
function run(load: SearchLoad): void {
  const questions = requests(load);
  const latenciesMs: number[] = [];
  let asked = 0;
  let isMeasuring = false;
  const client = (): void => {
    const socket = connect({ port: load.port, host: '127.0.0.1', noDelay: true });
    let lines = 0;
    let askedAtMs = 0;
    const ask = (): void => {
      askedAtMs = performance.now();
      socket.write(questions[asked++ % questions.length] ?? '');
    };
    socket.on('connect', ask);
    socket.on('data', (chunk) => {
      for (let at = 0; at < chunk.length; at++) if (chunk[at] === LF) lines++;
      if (lines > LINES) throw new Error(`an answer of ${lines} lines: ${chunk.toString('latin1', 0, 100)}`);
      if (lines < LINES) return;
      lines = 0;
      if (isMeasuring) latenciesMs.push(performance.now() - askedAtMs);
      ask();
    });
  };
  for (let n = 0; n < load.clients; n++) client();
  setTimeout(() => {
    isMeasuring = true;
    const cpu = process.cpuUsage();
    const startedAtMs = performance.now();
    setTimeout(() => {
      const { user, system } = process.cpuUsage(cpu);
      const seconds = (performance.now() - startedAtMs) / 1000;
      const count = latenciesMs.length;
      latenciesMs.sort((a, b) => a - b);
      const figures: SearchFigures = {
        perSecond: count / seconds,
        p50Ms: quantile(latenciesMs, 0.5),
        p99Ms: quantile(latenciesMs, 0.99),
        clientCpuUs: (user + system) / count,
      };
      process.send?.(figures, () => process.exit());
    }, load.seconds * 1000);
  }, load.warmUpMs);
}

process.once('message', run);
