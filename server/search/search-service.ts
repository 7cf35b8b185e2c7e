/**
 * The search indexes of a server, tied to its keyspace: which documents belong to which index, kept true under every
 * write before the writer hears its reply. What the FT.* commands ask.
 */
import { type HybridList, type Misspelling, scorerNames, type VectorEngine, type WordList } from '@nearkey/index';
import { ByteSlice } from '../base/byte-slice.js';
import type { Clock } from '../base/clock.js';
import type { Random } from '../base/random.js';
import type { Scheduler } from '../base/scheduler.js';
import type { Config } from '../config/config.js';
import type { Keyspace } from '../keyspace/keyspace.js';
import {
  type AggregateWish,
  type Aggregating,
  type HybridWish,
  listAlone,
  startAggregate,
  startHybrid,
} from './aggregate-executor.js';
import { BackfillRunner } from './backfill.js';
import { type Cursor, Cursors } from './cursors.js';
import type { Dictionaries } from './dictionaries.js';
import { extendIndex, type IndexDeclaration, type IndexDefinition } from './index-definition.js';
import { IndexMaintainer } from './index-maintainer.js';
import { SearchCatalog } from './search-catalog.js';
import { searchErrorFor } from './search-errors.js';
import {
  type Explained,
  executeSearch,
  executeSearchInSlices,
  executeSearchLater,
  executeSpellCheck,
  explainSearch,
  type PreparedSearch,
  prepareSearch,
  type SearchAnswer,
  type SearchRequest,
  type SearchWish,
} from './search-executor.js';
import { ServedIndex } from './served-index.js';
import { type Outcome, SliceRunner } from './slice-runner.js';

export interface SearchQuestion extends SearchWish {
  /** Undefined: `search-default-timeout-ms`. */
  readonly timeoutMs: number | undefined;
}

/** What FT.SPELLCHECK asks. */
export interface SpellQuestion {
  readonly query: ByteSlice;
  readonly distanceMax: number;
  /** Names of lists of words to suggest, and of words that are right. */
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

export interface AggregateQuestion extends AggregateWish {
  /** Of each reading. Undefined: `search-default-timeout-ms`. */
  readonly timeoutMs: number | undefined;
}

export interface SearchServiceOptions {
  readonly keyspace: Keyspace;
  readonly config: Config;
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** What indexes vectors; without one, the engine library's choice. */
  readonly engine?: VectorEngine;
}

/** A day. */
const UNLIMITED_MS = 86_400_000;

export class SearchService {
  readonly #keyspace: Keyspace;
  readonly #config: Config;
  readonly #clock: Clock;
  readonly #engine: VectorEngine | undefined;
  readonly #catalog: SearchCatalog;
  readonly #maintainer: IndexMaintainer;
  readonly #backfills: BackfillRunner;
  readonly #random: Random;
  readonly cursors: Cursors;
  /** What runs long searches. */
  readonly slices: SliceRunner;

  constructor({ keyspace, config, clock, scheduler, random, engine }: SearchServiceOptions) {
    this.#engine = engine;
    this.#keyspace = keyspace;
    this.#config = config;
    this.#clock = clock;
    this.#catalog = new SearchCatalog(keyspace);
    this.#maintainer = new IndexMaintainer(this.#catalog);
    this.#backfills = new BackfillRunner(keyspace, clock, scheduler);
    this.#random = random;
    this.cursors = new Cursors(clock, scheduler, random);
    this.slices = new SliceRunner(keyspace, clock, scheduler);
    keyspace.events.subscribe(this.#maintainer);
  }

  /** Makes an index, and starts to fill it with what is there. @throws ReplyError */
  create(db: number, definition: IndexDefinition): void {
    this.#maintainer.bringUpToDate();
    const max = this.#config.get('search-max-indexes');
    if (this.#catalog.size >= max) throw searchErrorFor.tooManyIndexes(max);
    const served = new ServedIndex(definition, this.#engine);
    const indexed = this.#catalog.add(db, served);
    if (!definition.skipInitialScan && indexed.database.size > 0) this.#backfills.start(indexed, served);
  }

  /**
   * Adds fields to an index, and starts to index again what is there.
   * @throws ReplyError when there is no such index, or a field is refused
   */
  alter(db: number, name: string, fields: IndexDeclaration['fields'], skipInitialScan: boolean): IndexDefinition {
    const served = this.index(db, name);
    served.alter(extendIndex(served.definition, fields));
    const indexed = this.#catalog.at(db);
    if (indexed !== undefined && (!skipInitialScan || served.backfill !== undefined)) {
      this.#backfills.start(indexed, served, true);
    }
    return served.definition;
  }

  /** @throws ReplyError when the alias is taken, or there is no such index */
  addAlias(db: number, alias: string, name: string): void {
    this.#catalog.addAlias(db, alias, name, false);
  }

  /** Gives the alias to an index, whoever's it was. @throws ReplyError when an index is named so, or there is no such index */
  moveAlias(db: number, alias: string, name: string): void {
    this.#catalog.addAlias(db, alias, name, true);
  }

  /** @throws ReplyError when there is no such alias */
  removeAlias(db: number, alias: string): void {
    this.#catalog.removeAlias(db, alias);
  }

  /** Aliases of a database, each with the index it names. */
  aliases(db: number): ReadonlyMap<string, string> {
    return this.#catalog.at(db)?.aliases ?? new Map();
  }

  /** How a query would be run. @throws ReplyError when there is no such index, or the query is refused */
  explain(db: number, name: string, question: SearchQuestion): Explained {
    return explainSearch(this.index(db, name), this.#request(question));
  }

  /** Whether there is an index of that name, or alias. */
  has(db: number, name: string): boolean {
    return this.#catalog.at(db)?.find(name) !== undefined;
  }

  /** Lists of words by name. */
  get dictionaries(): Dictionaries {
    return this.#catalog.dictionaries;
  }

  /** The words of a query that no document holds. @throws ReplyError when there is no such index or list, or the query is refused */
  misspellings(db: number, name: string, { query, distanceMax, include, exclude }: SpellQuestion): Misspelling[] {
    const served = this.index(db, name);
    const lists = (names: readonly string[]): WordList[] => names.map((list) => this.#dictionary(db, list));
    const options = { distanceMax, include: lists(include), exclude: lists(exclude) };
    return executeSpellCheck(served, query, this.#config.get('search-max-query-bytes'), options);
  }

  #dictionary(db: number, name: string): WordList {
    const list = this.dictionaries.get(db, name);
    if (list === undefined) throw searchErrorFor.noSuchDictionary(name);
    return list;
  }

  /** Forgets an index; its documents stay. @throws ReplyError when there is none of that name */
  drop(db: number, name: string): void {
    this.cursors.forget(this.#catalog.get(db, name));
    this.#catalog.drop(db, name);
  }

  /** An index, true to what the database holds now. @throws ReplyError when there is none of that name */
  index(db: number, name: string): ServedIndex {
    const served = this.#catalog.get(db, name);
    this.#catalog.at(db)?.prepareForSearch(this.#keyspace.shared.nowMs);
    return served;
  }

  /** Drops the indexes that were to go when they lie idle, and have; their documents stay. To be called now and then. */
  dropIdle(nowMs: number): void {
    for (const indexed of this.#catalog.databases()) {
      const db = indexed.database.index;
      for (const served of [...indexed.all()]) {
        const { name, idleSecondsMax } = served.definition;
        if (idleSecondsMax === undefined || served.idleMs(nowMs) < idleSecondsMax * 1000) continue;
        this.drop(db, name);
        this.#keyspace.events.effect(db, ['FT.DROPINDEX', ByteSlice.fromLatin1(name)]);
      }
    }
  }

  /** Over all databases. */
  totals(): { readonly indexes: number; readonly fields: number; readonly documents: number } {
    const all = this.#catalog.databases().flatMap((indexed) => [...indexed.all()]);
    return {
      indexes: all.length,
      fields: all.reduce((sum, { definition }) => sum + definition.fields.length, 0),
      documents: all.reduce((sum, { index }) => sum + index.size, 0),
    };
  }

  /** Names of a database's indexes, in the order they were created. */
  names(db: number): string[] {
    return Array.from(this.#catalog.at(db)?.all() ?? [], ({ definition }) => definition.name);
  }

  /** @throws ReplyError when there is no such index, or the query is refused or out of time */
  search(db: number, name: string, question: SearchQuestion): SearchAnswer {
    return executeSearch(this.#prepare(db, name, question));
  }

  /**
   * The same beside this thread, or in turns of it, where that is better: a function that answers from what there is when it is
   * called, which is at once, or a promise of one, which rejects with a ReplyError.
   */
  searchLater(db: number, name: string, question: SearchQuestion): Outcome<() => SearchAnswer> {
    const search = this.#prepare(db, name, question);
    const later = executeSearchLater(search);
    if (later !== undefined) return { later };
    const work = executeSearchInSlices(search);
    return work === undefined ? { value: () => executeSearch(search) } : this.slices.begin(work);
  }

  #prepare(db: number, name: string, question: SearchQuestion): PreparedSearch {
    const served = this.index(db, name);
    const search = prepareSearch(served, this.#keyspace.database(db), this.#request(question));
    served.uses++;
    return search;
  }

  /**
   * Starts an aggregation; nothing is read yet. The cursor is not kept: `cursors` does.
   * @throws ReplyError when there is no such index, or the query or a step is refused
   */
  aggregate(
    db: number,
    name: string,
    question: AggregateQuestion,
    reading: Pick<Cursor, 'count' | 'idleMsMax'>,
  ): Cursor {
    const served = this.index(db, name);
    served.uses++;
    const { steps, query, parameters, words = {}, scorer, scores, timeoutMs } = question;
    const page = { offset: 0, count: 0, sortBy: undefined, columns: undefined };
    const request = this.#request({ query, parameters, words, scorer, scores, timeoutMs, ...page });
    const { shouldStop, grantTime } = this.#grants(request);
    const aggregating = startAggregate(
      served,
      this.#keyspace.database(db),
      { ...request, shouldStop },
      steps,
      this.#random,
    );
    return { ...reading, served, aggregating, grantTime };
  }

  /** The same with what words find and what is near a vector, fused. Its queries and steps are refused alike. */
  hybrid(db: number, name: string, question: AggregateQuestion, wish: HybridWish): Aggregating {
    const served = this.index(db, name);
    served.uses++;
    const request = this.#hybridRequest(question);
    return startHybrid(served, this.#keyspace.database(db), request, wish, question.steps, this.#random);
  }

  /** The two lists, not fused, to be read apart. Nothing is read yet, and the cursors are not kept. Steps other than LOAD are left out. */
  hybridLists(
    db: number,
    name: string,
    question: AggregateQuestion,
    wish: HybridWish,
    reading: Pick<Cursor, 'count' | 'idleMsMax'>,
  ): { readonly words: Cursor; readonly near: Cursor } {
    const served = this.index(db, name);
    served.uses++;
    const database = this.#keyspace.database(db);
    const steps = question.steps.filter(({ kind }) => kind === 'load');
    const list = (alone: HybridList): Cursor => {
      const request = this.#hybridRequest(question);
      const { shouldStop, grantTime } = this.#grants(request);
      const own = listAlone(wish, alone);
      const aggregating = startHybrid(served, database, { ...request, shouldStop }, own, steps, this.#random);
      return { ...reading, served, aggregating, grantTime };
    };
    return { words: list('words'), near: list('near') };
  }

  #hybridRequest({ query, parameters, words = {}, scorer, tanhFactor, timeoutMs }: AggregateQuestion): SearchRequest {
    const page = { offset: 0, count: 0, sortBy: undefined, columns: undefined };
    return this.#request({ query, parameters, words, scorer, tanhFactor, scores: 'wanted', timeoutMs, ...page });
  }

  /** Time that is granted anew for each reading. */
  #grants({ budgetMs }: SearchRequest): { readonly shouldStop: () => boolean; readonly grantTime: () => void } {
    const untilUs = (): number => this.#clock.monotonicUs() + budgetMs * 1000;
    let deadlineUs = untilUs();
    return {
      shouldStop: () => this.#clock.monotonicUs() > deadlineUs,
      grantTime: () => {
        deadlineUs = untilUs();
      },
    };
  }

  /** @returns the number of the cursor. @throws ReplyError when the index has too many */
  openCursor(cursor: Cursor): number {
    return this.cursors.open(cursor, this.#config.get('search-index-cursor-limit'));
  }

  #request(question: SearchQuestion): SearchRequest {
    const budgetMs = question.timeoutMs ?? (this.#config.get('search-default-timeout-ms') || UNLIMITED_MS);
    const deadlineUs = this.#clock.monotonicUs() + budgetMs * 1000;
    const queryBytesMax = this.#config.get('search-max-query-bytes');
    const shouldStop = (): boolean => this.#clock.monotonicUs() > deadlineUs;
    const { query, parameters, offset, count, sortBy, columns, words, restrictions = [] } = question;
    const { scores, payload } = question;
    const scorer = question.scorer ?? scorerNames.find((name) => name === this.#config.get('search-default-scorer'));
    // Written out: of what is spread V8 makes a shape of its own each time.
    return {
      query,
      parameters,
      offset,
      count,
      sortBy,
      columns,
      words,
      restrictions,
      scorer,
      scores,
      payload,
      queryBytesMax,
      expansionsMax: this.#config.get('search-max-prefix-expansions'),
      tanhFactor: question.tanhFactor ?? this.#config.get('search-bm25std-tanh-factor'),
      shouldStop,
      budgetMs,
    };
  }

  /** Ends background work. */
  close(): void {
    this.#backfills.stop();
    this.slices.stop();
    this.cursors.close();
  }
}
