/** FT.SEARCH: documents by filter, by nearness to a vector, or both. */
import { ByteSlice } from '../../base/byte-slice.js';
import { formatDistance, formatDouble } from '../../base/double.js';
import type { ReplyWriter } from '../../protocol/reply-writer.js';
import { declaredField, nameText } from '../../search/index-definition.js';
import type { SearchAnswer, SearchRow } from '../../search/search-executor.js';
import { command } from '../command.js';
import { type FtSearchArguments, parseFtSearch, type ReturnedField } from './ft-search-parser.js';
import { speaksMaps } from './search-reply.js';

export const ftSearch = command<FtSearchArguments>({
  name: 'FT.SEARCH',
  arity: -3,
  flags: ['readonly'],
  acl: ['search'],
  group: 'search',
  since: '1.0.0',
  complexity: 'O(log N) for the nearest of N vectors, O(N) for N documents that pass a filter',
  summary: 'Searches an index by filter and by nearness to a vector',
  syntax:
    'index-name query [NOCONTENT] [WITHSCORES] [WITHSORTKEYS] [RETURN count identifier [AS property] [identifier [AS property] ...]] [SORTBY field [ASC | DESC]] [LIMIT offset count] [PARAMS count name value [name value ...]] [TIMEOUT milliseconds] [DIALECT dialect]',
  parse: parseFtSearch,
  run: (context, parsed) => {
    const { client, reply, server } = context;
    const maps = speaksMaps(context);
    const question = { ...parsed, columns: columnNames(parsed) };
    const later = context.mayFinishLater ? server.search.searchLater(client.db, parsed.index, question) : undefined;
    if (later === undefined) {
      writeAnswer(reply, parsed, server.search.search(client.db, parsed.index, question), maps);
      return;
    }
    // Arguments are views over what the client sent, which others reuse before the answer is there.
    const kept = { ...parsed, returned: parsed.returned?.map(keptField) };
    return later.then((answer) => (writer) => writeAnswer(writer, kept, answer(), maps));
  },
});

function columnNames({ withContent, returned }: FtSearchArguments): string[] | undefined {
  return withContent ? returned?.map(({ name }) => nameText(name)) : [];
}

function keptField({ name, as }: ReturnedField): ReturnedField {
  return { name: ByteSlice.of(name.copy()), as: ByteSlice.of(as.copy()) };
}

function writeAnswer(reply: ReplyWriter, parsed: FtSearchArguments, answer: SearchAnswer, maps: boolean): void {
  const writer = new RowWriter(reply, parsed, columnsOf(answer, parsed), answer);
  if (maps) writer.writeMaps();
  else writer.writeArrays();
}

/** Where a pair of the reply comes from: the nth distance, or a field of the hash. */
interface Column {
  readonly title: ByteSlice;
  readonly distance: number | undefined;
  readonly field: ByteSlice;
}

/** The columns RETURN asks for; undefined for every field there is. */
function columnsOf({ definition, distanceNames }: SearchAnswer, { returned }: FtSearchArguments): Column[] | undefined {
  return returned?.map(({ name, as }: ReturnedField): Column => {
    const text = nameText(name);
    const distance = distanceNames.indexOf(text);
    if (distance >= 0) return { title: as, distance, field: name };
    const declared = declaredField(definition, text);
    const field = declared === undefined ? name : ByteSlice.fromLatin1(declared.field.identifier);
    return { title: as, distance: undefined, field };
  });
}

type Pair = readonly [title: ByteSlice, value: ByteSlice | number];

class RowWriter {
  constructor(
    private readonly reply: ReplyWriter,
    private readonly parsed: FtSearchArguments,
    private readonly columns: readonly Column[] | undefined,
    private readonly answer: SearchAnswer,
  ) {}

  /** `[total, key, score?, payload?, sort key?, [field, value ...]?, key ...]` */
  writeArrays(): void {
    const { reply, parsed, answer } = this;
    const extras = [parsed.withScores, parsed.withPayloads, parsed.withSortKeys, parsed.withContent];
    reply.array(1 + answer.rows.length * (1 + extras.filter(Boolean).length));
    reply.integer(answer.total);
    for (const row of answer.rows) {
      reply.bulkLatin1(row.key);
      if (parsed.withScores) reply.bulkText(formatDouble(SCORE));
      if (parsed.withPayloads) reply.nil();
      if (parsed.withSortKeys) this.#writeSortKey(row);
      if (!parsed.withContent) continue;
      const pairs = this.#pairs(row);
      reply.array(pairs.length * 2);
      this.#writePairs(pairs);
    }
  }

  /** A map with a list of maps, as Redis answers. */
  writeMaps(): void {
    const { reply, answer } = this;
    reply.map(5);
    reply.simple('attributes');
    reply.array(0);
    reply.simple('format');
    reply.simple('STRING');
    reply.simple('results');
    reply.array(answer.rows.length);
    for (const row of answer.rows) this.#writeRowMap(row);
    reply.simple('total_results');
    reply.integer(answer.total);
    reply.simple('warning');
    reply.array(0);
  }

  #writeRowMap(row: SearchRow): void {
    const { reply, parsed } = this;
    const extras = [parsed.withScores, parsed.withPayloads, parsed.withSortKeys, parsed.withContent];
    reply.map(2 + extras.filter(Boolean).length);
    reply.simple('id');
    reply.bulkLatin1(row.key);
    if (parsed.withScores) {
      reply.simple('score');
      reply.double(SCORE);
    }
    if (parsed.withPayloads) {
      reply.simple('payload');
      reply.nil();
    }
    if (parsed.withSortKeys) {
      reply.simple('sortkey');
      this.#writeSortKey(row);
    }
    if (parsed.withContent) {
      const pairs = this.#pairs(row);
      reply.simple('extra_attributes');
      reply.map(pairs.length);
      this.#writePairs(pairs);
    }
    reply.simple('values');
    reply.array(0);
  }

  #writeSortKey({ sortKey }: SearchRow): void {
    if (sortKey === undefined) this.reply.nil();
    else this.reply.bulkText(typeof sortKey === 'number' ? `#${formatDouble(sortKey)}` : `$${sortKey}`);
  }

  #writePairs(pairs: readonly Pair[]): void {
    for (const [title, value] of pairs) {
      this.reply.bulk(title);
      if (typeof value === 'number') this.reply.bulkLatin1(formatDistance(value));
      else this.reply.bulk(value);
    }
  }

  /** A column without a value is left out. */
  #pairs(row: SearchRow): Pair[] {
    const pairs: Pair[] = [];
    if (this.columns === undefined) {
      for (const [i, name] of this.answer.distanceNames.entries()) {
        addDistance(pairs, ByteSlice.fromText(name), row.distances[i]);
      }
      row.hash?.forEach((field, value) => {
        pairs.push([field, value]);
      });
      return pairs;
    }
    for (const { title, distance, field } of this.columns) {
      if (distance !== undefined) {
        addDistance(pairs, title, row.distances[distance]);
        continue;
      }
      const value = row.hash?.get(field);
      if (value !== undefined) pairs.push([title, value]);
    }
    return pairs;
  }
}

/** Relevance of text: no field has any, so every document is as relevant as the next. */
const SCORE = 1;

function addDistance(pairs: Pair[], title: ByteSlice, distance: number | undefined): void {
  if (distance !== undefined) pairs.push([title, distance]);
}
