/** FT.HYBRID: what words find and what is near a vector, fused into one list. */
import type { ResultRow } from '@nearkey/index';
import { formatDouble } from '../../base/double.js';
import type { ReplyWriter } from '../../protocol/reply-writer.js';
import { command } from '../command.js';
import { writePairs } from './aggregate-reply.js';
import { readingOf } from './ft-aggregate.js';
import { type FtHybridArguments, parseFtHybrid } from './ft-hybrid-parser.js';
import { speaksMaps } from './search-reply.js';

export const ftHybrid = command<FtHybridArguments>({
  name: 'FT.HYBRID',
  arity: -7,
  flags: ['readonly'],
  acl: ['search'],
  group: 'search',
  since: '8.4.0',
  complexity: 'O(N + M) for N documents that the words find and M that are measured',
  summary: 'Searches by words and by nearness to a vector, and fuses both',
  syntax:
    'index-name SEARCH query [SCORER scorer [BM25STD_TANH_FACTOR factor]] [YIELD_SCORE_AS name] VSIM field vector [KNN count [K k] [EF_RUNTIME ef]] [RANGE count [RADIUS radius] [EPSILON epsilon]] [YIELD_SCORE_AS name] [FILTER query] [COMBINE <RRF | LINEAR> count [CONSTANT constant] [ALPHA alpha] [BETA beta] [WINDOW window] [YIELD_SCORE_AS name]] [LOAD <* | count field [field ...]>] [GROUPBY count property [property ...]] [APPLY expression AS name] [FILTER expression] [SORTBY count property [ASC | DESC] | NOSORT] [LIMIT offset count] [PARAMS count name value [name value ...]] [TIMEOUT milliseconds] [WITHCURSOR [COUNT rows] [MAXIDLE milliseconds]]',
  parse: parseFtHybrid,
  run: (context, { index, question, wish, cursor }) => {
    const { client, reply, server, mayFinishLater } = context;
    if (cursor !== undefined) {
      const { words, near } = server.search.hybridLists(client.db, index, question, wish, readingOf(context, cursor));
      writeCursors(reply, server.search.openCursor(words), server.search.openCursor(near), speaksMaps(context));
      return undefined;
    }
    const asMaps = speaksMaps(context);
    const startUs = server.clock.monotonicUs();
    const aggregating = server.search.hybrid(client.db, index, question, wish);
    const outcome = server.search.slices.begin(aggregating.fill(Number.POSITIVE_INFINITY), mayFinishLater);
    const write = (writer: ReplyWriter): void => {
      const rows = aggregating.take(Number.POSITIVE_INFINITY);
      writeHybrid(writer, aggregating.total, rows, (server.clock.monotonicUs() - startUs) / 1000, asMaps);
    };
    if ('later' in outcome) return outcome.later.then(() => write);
    write(reply);
    return undefined;
  },
});

/** The numbers by which FT.CURSOR reads either list. */
function writeCursors(reply: ReplyWriter, words: number, near: number, asMaps: boolean): void {
  if (asMaps) reply.map(3);
  else reply.array(6);
  reply.simple('SEARCH');
  reply.integer(words);
  reply.simple('VSIM');
  reply.integer(near);
  reply.simple('warnings');
  reply.array(0);
}

/** Facts in turn, or as a map; rows are maps or flat pairs. */
export function writeHybrid(
  reply: ReplyWriter,
  total: number,
  rows: readonly ResultRow[],
  ms: number,
  asMaps: boolean,
): void {
  const pairs = (count: number): void => (asMaps ? reply.map(count) : reply.array(count * 2));
  pairs(4);
  reply.simple('total_results');
  reply.integer(total);
  reply.simple('results');
  reply.array(rows.length);
  for (const row of rows) {
    pairs(row.length);
    writePairs(reply, row);
  }
  reply.simple('warnings');
  reply.array(0);
  reply.simple('execution_time');
  if (asMaps) reply.double(ms);
  else reply.bulkLatin1(formatDouble(ms));
}
