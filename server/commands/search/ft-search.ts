/** FT.SEARCH: documents by words, by filter, by nearness to a vector, or all of these. */
import { decodeText, Excerpts, type Explanation } from '@nearkey/index';
import { ByteSlice } from '../../base/byte-slice.js';
import { distanceBytes, formatDouble } from '../../base/double.js';
import type { ReplyWriter } from '../../protocol/reply-writer.js';
import { declaredField, nameText } from '../../search/index-definition.js';
import type { SearchAnswer, SearchRow } from '../../search/search-executor.js';
import { command } from '../command.js';
import { type FtSearchArguments, parseFtSearch, questionOf, type ReturnedField } from './ft-search-parser.js';
import { speaksMaps } from './search-reply.js';

export const ftSearch = command<FtSearchArguments>({
  name: 'FT.SEARCH',
  arity: -3,
  flags: ['readonly'],
  acl: ['search'],
  group: 'search',
  since: '1.0.0',
  complexity: 'O(log N) for the nearest of N vectors, O(N) for N documents that pass a filter',
  summary: 'Searches an index by words, by filter and by nearness to a vector',
  syntax:
    'index-name query [NOCONTENT] [VERBATIM] [NOSTOPWORDS] [WITHSCORES] [WITHPAYLOADS] [WITHSORTKEYS] [FILTER field min max [FILTER field min max ...]] [GEOFILTER field longitude latitude radius <M | KM | MI | FT> [GEOFILTER field longitude latitude radius <M | KM | MI | FT> ...]] [INKEYS count key [key ...]] [INFIELDS count field [field ...]] [RETURN count identifier [AS property] [identifier [AS property] ...]] [SUMMARIZE [FIELDS count field [field ...]] [FRAGS count] [LEN words] [SEPARATOR separator]] [HIGHLIGHT [FIELDS count field [field ...]] [TAGS open close]] [SLOP slop] [TIMEOUT milliseconds] [INORDER] [LANGUAGE language] [EXPANDER expander] [SCORER scorer] [EXPLAINSCORE] [PAYLOAD payload] [SORTBY field [ASC | DESC]] [LIMIT offset count] [PARAMS count name value [name value ...]] [DIALECT dialect]',
  parse: parseFtSearch,
  run: (context, parsed) => {
    const { client, reply, server } = context;
    const maps = speaksMaps(context);
    const question = questionOf(parsed);
    if (!context.mayFinishLater) {
      writeAnswer(reply, parsed, server.search.search(client.db, parsed.index, question), maps);
      return;
    }
    const outcome = server.search.searchLater(client.db, parsed.index, question);
    if ('value' in outcome) {
      writeAnswer(reply, parsed, outcome.value(), maps);
      return;
    }
    // Arguments are views over what the client sent, which others reuse before the answer is there.
    parsed.returned = parsed.returned?.map(keptField);
    return outcome.later.then((answer) => (writer) => writeAnswer(writer, parsed, answer(), maps));
  },
});

function keptField({ name, as }: ReturnedField): ReturnedField {
  const kept = ByteSlice.of(name.copy());
  return { name: kept, as: as === name ? kept : ByteSlice.of(as.copy()) };
}

/** @param maps whether in RESP3's maps */
export function writeAnswer(reply: ReplyWriter, parsed: FtSearchArguments, answer: SearchAnswer, maps: boolean): void {
  const writer = new RowWriter(reply, parsed, columnsOf(answer, parsed), answer);
  if (maps) writer.writeMaps();
  else writer.writeArrays();
}

/** Where a pair of the reply comes from: the nth distance, or a field of the document. */
interface Column {
  readonly title: ByteSlice;
  readonly distance: number | undefined;
  readonly field: ByteSlice;
  /** The field's alias. */
  readonly alias: string;
}

/** The columns RETURN asks for; undefined for every field there is. */
function columnsOf({ definition, distanceNames }: SearchAnswer, { returned }: FtSearchArguments): Column[] | undefined {
  return returned?.map(({ name, as }: ReturnedField): Column => {
    const text = nameText(name);
    const distance = distanceNames.indexOf(text);
    if (distance >= 0) return { title: as, distance, field: name, alias: text };
    const declared = declaredField(definition, text);
    const field = declared === undefined ? name : ByteSlice.fromLatin1(declared.field.identifier);
    return { title: as, distance: undefined, field, alias: text };
  });
}

interface DistanceColumn extends Column {
  readonly distance: number;
}

function isDistance(column: Column): column is DistanceColumn {
  return column.distance !== undefined;
}

interface Pair {
  readonly title: ByteSlice;
  readonly value: ByteSlice | number;
}

class RowWriter {
  readonly #excerpts: Excerpts | undefined;
  readonly #payloadField: ByteSlice | undefined;
  /** The columns, where all of them are distances. */
  readonly #distances: readonly DistanceColumn[] | undefined;

  constructor(
    private readonly reply: ReplyWriter,
    private readonly parsed: FtSearchArguments,
    private readonly columns: readonly Column[] | undefined,
    private readonly answer: SearchAnswer,
  ) {
    const { highlight, summarize, words } = parsed;
    const { filter, definition } = answer;
    const isAsked = highlight !== undefined || summarize !== undefined;
    this.#excerpts = isAsked ? new Excerpts(filter, definition.schema, words.language) : undefined;
    const payload = parsed.withPayloads ? definition.payloadField : undefined;
    this.#distances = columns?.every(isDistance) ? columns : undefined;
    this.#payloadField = payload === undefined ? undefined : ByteSlice.fromLatin1(payload);
  }

  /** `[total, key, score?, payload?, sort key?, [field, value ...]?, key ...]` */
  writeArrays(): void {
    const { reply, parsed, answer } = this;
    reply.array(1 + answer.rows.length * (1 + this.#extras()));
    reply.integer(answer.total);
    for (const row of answer.rows) {
      reply.bulkLatin1(row.key);
      if (parsed.withScores) this.#writeScore(row, (score) => reply.bulkText(formatDouble(score)));
      if (parsed.withPayloads) this.#writePayload(row);
      if (parsed.withSortKeys) this.#writeSortKey(row);
      if (parsed.withContent) this.#writeContent(row, false);
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
    reply.map(2 + this.#extras());
    reply.simple('id');
    reply.bulkLatin1(row.key);
    if (parsed.withScores) {
      reply.simple('score');
      this.#writeScore(row, (score) => reply.double(score));
    }
    if (parsed.withPayloads) {
      reply.simple('payload');
      this.#writePayload(row);
    }
    if (parsed.withSortKeys) {
      reply.simple('sortkey');
      this.#writeSortKey(row);
    }
    if (parsed.withContent) {
      reply.simple('extra_attributes');
      this.#writeContent(row, true);
    }
    reply.simple('values');
    reply.array(0);
  }

  /** What a row has beside its key. */
  #extras(): number {
    const { withScores, withPayloads, withSortKeys, withContent } = this.parsed;
    return Number(withScores) + Number(withPayloads) + Number(withSortKeys) + Number(withContent);
  }

  #writeScore({ score = 0, explanation }: SearchRow, write: (score: number) => void): void {
    if (explanation !== undefined) this.reply.array(2);
    write(score);
    if (explanation !== undefined) writeExplanation(this.reply, explanation);
  }

  #writePayload({ fields }: SearchRow): void {
    const payload = this.#payloadField === undefined ? undefined : fields?.get(this.#payloadField);
    if (payload === undefined) this.reply.nil();
    else this.reply.bulk(payload);
  }

  #writeSortKey({ sortKey }: SearchRow): void {
    if (sortKey === undefined) this.reply.nil();
    else this.reply.bulkText(typeof sortKey === 'number' ? `#${formatDouble(sortKey)}` : `$${sortKey}`);
  }

  #writeContent(row: SearchRow, asMap: boolean): void {
    const { reply } = this;
    if (this.#distances !== undefined) {
      this.#writeDistances(row, this.#distances, asMap);
      return;
    }
    const pairs = this.#pairs(row);
    this.#beginPairs(pairs.length, asMap);
    for (const { title, value } of pairs) {
      reply.bulk(title);
      reply.bulk(typeof value === 'number' ? distanceBytes(value) : value);
    }
  }

  /** Most searches ask for no more: counted and written where they are, since what gathers them would be garbage. */
  #writeDistances({ distances }: SearchRow, columns: readonly DistanceColumn[], asMap: boolean): void {
    const { reply } = this;
    let pairs = 0;
    for (const { distance } of columns) if (distances[distance] !== undefined) pairs++;
    this.#beginPairs(pairs, asMap);
    for (const { title, distance } of columns) {
      const value = distances[distance];
      if (value === undefined) continue;
      reply.bulk(title);
      reply.bulk(distanceBytes(value));
    }
  }

  #beginPairs(count: number, asMap: boolean): void {
    if (asMap) this.reply.map(count);
    else this.reply.array(count * 2);
  }

  /** A column without a value is left out. */
  #pairs(row: SearchRow): Pair[] {
    const pairs: Pair[] = [];
    if (this.columns === undefined) {
      for (const [i, name] of this.answer.distanceNames.entries()) {
        addDistance(pairs, ByteSlice.fromText(name), row.distances[i]);
      }
      row.fields?.forEach((field, value) => {
        const shown = this.parsed.withAllValues ? this.#valueOf(row, field) : value;
        pairs.push({ title: field, value: this.#excerptOf(aliasOf(this.answer, field), shown ?? value) });
      });
      return pairs;
    }
    for (const { title, distance, field, alias } of this.columns) {
      if (distance !== undefined) {
        addDistance(pairs, title, row.distances[distance]);
        continue;
      }
      const value = this.#valueOf(row, field);
      if (value !== undefined) pairs.push({ title, value: this.#excerptOf(alias, value) });
    }
    return pairs;
  }

  #valueOf({ fields }: SearchRow, field: ByteSlice): ByteSlice | undefined {
    if (this.parsed.withAllValues && fields?.getAll !== undefined) return fields.getAll(field);
    return fields?.get(field);
  }

  /** What HIGHLIGHT and SUMMARIZE make of the value of a TEXT field; the value itself of others. */
  #excerptOf(alias: string, value: ByteSlice): ByteSlice {
    const { highlight, summarize } = this.parsed;
    if (
      this.#excerpts === undefined ||
      !this.answer.definition.schema.textFields.some((field) => field.alias === alias)
    ) {
      return value;
    }
    const tags = highlight?.fields?.has(alias) === false ? undefined : highlight?.what;
    const summary = summarize?.fields?.has(alias) === false ? undefined : summarize?.what;
    return ByteSlice.fromText(this.#excerpts.of(alias, decodeText(value.view()), tags, summary));
  }
}

/** The alias of a field of a document that is declared; empty for others. */
function aliasOf({ definition }: SearchAnswer, field: ByteSlice): string {
  const name = field.latin1();
  return definition.schema.textFields.find(({ identifier }) => identifier === name)?.alias ?? '';
}

/** A text, or behind it those that explain it. */
function writeExplanation(reply: ReplyWriter, { text, children }: Explanation): void {
  if (children.length > 0) reply.array(2);
  reply.bulkText(text);
  if (children.length === 0) return;
  reply.array(children.length);
  for (const child of children) writeExplanation(reply, child);
}

function addDistance(pairs: Pair[], title: ByteSlice, distance: number | undefined): void {
  if (distance !== undefined) pairs.push({ title, value: distance });
}
