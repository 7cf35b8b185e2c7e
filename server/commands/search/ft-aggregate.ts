/** FT.AGGREGATE: what a query finds, sent through steps that group, reckon, sort and filter. */
import type { Cursor } from '../../search/cursors.js';
import { type Context, command, type RunResult } from '../command.js';
import { writeRows } from './aggregate-reply.js';
import {
  aggregateQuestion,
  type CursorOptions,
  type FtAggregateArguments,
  parseFtAggregate,
} from './ft-aggregate-parser.js';
import { speaksMaps } from './search-reply.js';

export const ftAggregate = command<FtAggregateArguments>({
  name: 'FT.AGGREGATE',
  arity: -3,
  flags: ['readonly'],
  acl: ['search'],
  group: 'search',
  since: '1.1.0',
  complexity: 'O(N) for N documents that the query finds, and what the steps take',
  summary: 'Sends what a query finds through steps that group, reckon, sort and filter',
  syntax:
    'index-name query [VERBATIM] [ADDSCORES] [SCORER scorer] [LOAD <* | count field [AS name] [field [AS name] ...]>] [TIMEOUT milliseconds] [GROUPBY count property [property ...] [REDUCE function count [argument ...] [AS name] [REDUCE function count [argument ...] [AS name] ...]]] [SORTBY count property [ASC | DESC] [property [ASC | DESC] ...] [MAX count]] [APPLY expression AS name] [LIMIT offset count] [FILTER expression] [WITHCURSOR [COUNT rows] [MAXIDLE milliseconds]] [PARAMS count name value [name value ...]] [DIALECT dialect]',
  parse: parseFtAggregate,
  run: (context, parsed) => {
    const { client, server } = context;
    const { cursor } = parsed;
    const reading = readingOf(context, cursor);
    const started = server.search.aggregate(client.db, parsed.index, aggregateQuestion(parsed), reading);
    return readCursor(context, started, reading.count, (left) => {
      if (cursor === undefined) return undefined;
      return left ? server.search.openCursor(started) : 0;
    });
  },
});

/** How the rows of an aggregation are read: bit by bit, or all at once. */
export function readingOf({ server }: Context, cursor: CursorOptions | undefined): Pick<Cursor, 'count' | 'idleMsMax'> {
  const idleMsLimit = server.config.get('search-cursor-max-idle');
  return {
    count: cursor?.count ?? Number.POSITIVE_INFINITY,
    idleMsMax: Math.min(cursor?.idleMsMax ?? idleMsLimit, Number(idleMsLimit)),
  };
}

/**
 * Reads so many rows, now or in turns to come, and answers with them.
 * @param numberOf the cursor's number in the reply, given whether rows are left
 */
export function readCursor(
  context: Context,
  { aggregating, grantTime }: Cursor,
  count: number,
  numberOf: (left: boolean) => number | undefined,
): RunResult {
  const { reply, server, mayFinishLater } = context;
  const asMaps = speaksMaps(context);
  grantTime();
  const reading: Reading = { aggregating, count, asMaps, numberOf };
  const outcome = server.search.slices.begin(aggregating.fill(count), mayFinishLater);
  if ('value' in outcome) {
    finish(reading)(reply);
    return;
  }
  return outcome.later.then(() => finish(reading));
}

interface Reading extends Pick<Cursor, 'aggregating'> {
  readonly count: number;
  readonly asMaps: boolean;
  readonly numberOf: (left: boolean) => number | undefined;
}

function finish({ aggregating, count, asMaps, numberOf }: Reading): (reply: Context['reply']) => void {
  return (reply) => {
    const rows = aggregating.take(count);
    const id = numberOf(!aggregating.isExhausted);
    writeRows(reply, aggregating.total, rows, asMaps, id);
  };
}
