/** A data set in a server: loaded over one pipelined connection, searched by many, and what that does to who only reads a key. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { encodeCommand, RawConnection } from '../../support/raw-connection.js';
import { parseReply } from '../../support/reply-tree.js';
import { type PingLatency, pingWhile } from '../ping-probe.js';
import type { Subject } from '../subject.js';
import { type DataSet, FILTERS, type FilterName, K } from './data-set.js';
import type { SearchFigures, SearchLoad } from './search-client.js';
import type { TrialOrder } from './search-trial.js';

const IN_FLIGHT = 128;
const DOCUMENTS_A_WRITE = 32;
const LF = 10;
const MINUS = 45;
const REPLY_TIMEOUT_MS = 60_000;
const PROBE = ['GET', 'probe'];

/** @returns seconds from the first HSET to the last reply */
export async function loadSet({ port }: Subject, set: DataSet): Promise<number> {
  const connection = await RawConnection.open({ port, timeoutMs: REPLY_TIMEOUT_MS });
  const graph = ['TYPE', 'FLOAT32', 'DIM', String(set.dim), 'DISTANCE_METRIC', 'COSINE'];
  const fields = ['tag', 'TAG', 'v', 'VECTOR', 'HNSW', String(graph.length), ...graph];
  await connection.call('FT.CREATE', 'idx', 'PREFIX', '1', 'd:', 'SCHEMA', ...fields);
  await connection.call('SET', 'probe', 'value');
  connection.close();
  return pour(port, set);
}

/** Sends every document over one connection, a bounded number of them unanswered; the leanest client there can be. */
function pour(port: number, set: DataSet): Promise<number> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const startedAtMs = performance.now();
  let sent = 0;
  let answered = 0;
  const send = (): void => {
    while (sent < set.documents && sent - answered <= IN_FLIGHT - DOCUMENTS_A_WRITE) {
      const until = Math.min(set.documents, sent + DOCUMENTS_A_WRITE);
      const parts: Uint8Array[] = [];
      for (; sent < until; sent++) parts.push(document(set, sent));
      socket.write(Buffer.concat(parts));
    }
  };
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', send);
    socket.on('data', (chunk) => {
      if (chunk.includes(MINUS)) reject(new Error(`HSET is answered ${chunk.toString('latin1', 0, 200)}`));
      for (const byte of chunk) if (byte === LF) answered++;
      if (answered < set.documents) {
        send();
        return;
      }
      socket.destroy();
      resolve((performance.now() - startedAtMs) / 1000);
    });
  });
}

function document(set: DataSet, at: number): Uint8Array {
  const { buffer, byteOffset, byteLength } = set.vector(at);
  const names: FilterName[] = ['all', 'p1', 'p10', 'p50'];
  const tags = names.filter((name) => FILTERS[name] === undefined || set.passes(at, name));
  return encodeCommand(['HSET', `d:${at}`, 'tag', tags.join(','), 'v', new Uint8Array(buffer, byteOffset, byteLength)]);
}

/** The part of the true neighbours that the server finds. */
export async function recallOf({ port }: Subject, set: DataSet, ef: number): Promise<number> {
  const connection = await RawConnection.open({ port, timeoutMs: REPLY_TIMEOUT_MS });
  let hits = 0;
  for (let at = 0; at < set.queries; at++) {
    const { buffer, byteOffset, byteLength } = set.query(at);
    const vector = new Uint8Array(buffer, byteOffset, byteLength);
    const query = `*=>[KNN ${K} @v $q EF_RUNTIME ${ef}]`;
    const reply = parseReply(await connection.call('FT.SEARCH', 'idx', query, 'PARAMS', '2', 'q', vector, 'NOCONTENT'));
    const ids = reply.items.slice(1).map(({ text }) => Number(text?.slice(2)));
    hits += set.hits('all', at, ids);
  }
  connection.close();
  return hits / (set.queries * K);
}

/** Searches by many clients in a process of their own. */
export async function searchLoad(load: SearchLoad): Promise<SearchFigures> {
  const child = fork(new URL('./search-client.js', import.meta.url));
  child.send(load);
  const [figures]: SearchFigures[] = await once(child, 'message');
  if (figures === undefined) throw new Error('the clients have told nothing');
  return figures;
}

/** How long GET takes another client, asked once a millisecond. */
export function probeWhile({ port }: Subject, until: Promise<unknown>): Promise<PingLatency> {
  return pingWhile(port, until, PROBE);
}

/** Searches a second in this process's place by so many processes at once, one thread each. */
export async function ratesTogether(order: TrialOrder, processes: number): Promise<number[]> {
  const children = Array.from({ length: processes }, () => fork(new URL('./search-trial.js', import.meta.url)));
  for (const child of children) {
    const ready = once(child, 'message');
    child.send(order);
    await ready;
  }
  const told = children.map((child) => once(child, 'message'));
  for (const child of children) child.send({});
  return (await Promise.all(told)).map(([figures]) => Number(figures.perSecond));
}
