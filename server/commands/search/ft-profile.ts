/**
 * FT.PROFILE: runs a search, an aggregation or a hybrid of words and nearness, and tells how it was run and how long its parts took. Valkey GLIDE takes nothing but figures
 * under names, as MemoryDB answers.
 */
import { atOnce, type PredicatePlan, type QueryPlan, type Step } from '@nearkey/index';
import { ByteSlice } from '../../base/byte-slice.js';
import type { ReplyWriter } from '../../protocol/reply-writer.js';
import { searchErrors } from '../../search/search-errors.js';
import type { SearchQuestion } from '../../search/search-service.js';
import type { ArgumentParser } from '../argument-parser.js';
import { type Context, command } from '../command.js';
import { isGlide } from '../module-replies.js';
import { writeRows } from './aggregate-reply.js';
import { aggregateQuestion, type FtAggregateArguments, parseAggregateOptions } from './ft-aggregate-parser.js';
import { writeHybrid } from './ft-hybrid.js';
import { type FtHybridArguments, parseHybridOptions } from './ft-hybrid-parser.js';
import { writeAnswer } from './ft-search.js';
import { type FtSearchArguments, parseSearchOptions, questionOf } from './ft-search-parser.js';
import { type Fact, type Facts, speaksMaps, writeFact } from './search-reply.js';

interface FtProfileArguments {
  /** Parts of a predicate are left out. */
  readonly isLimited: boolean;
  readonly subject: Subject;
}

/** What is run. */
interface Subject {
  readonly index: string;
  /** The query, to be explained. */
  readonly question: SearchQuestion;
  /** What is near, of a hybrid: it is a query of its own. */
  readonly near?: SearchQuestion;
  readonly run: (context: Context) => Answered;
}

interface Answered {
  readonly processed: number;
  /** What rows went through behind the index. */
  readonly processors: readonly string[];
  readonly write: (reply: ReplyWriter, asMaps: boolean) => void;
}

export const ftProfile = command<FtProfileArguments>({
  name: 'FT.PROFILE',
  arity: -5,
  flags: ['readonly'],
  acl: ['search'],
  group: 'search',
  since: '1.0.0',
  complexity: 'That of the search',
  summary: 'Runs a search, an aggregation or a hybrid, and tells how',
  syntax: 'index-name <SEARCH | AGGREGATE | HYBRID> [LIMITED] QUERY query [option ...]',
  parse: parseFtProfile,
  run: (context, { isLimited, subject }) => {
    const { reply, server, client } = context;
    const asMaps = speaksMaps(context);
    const startUs = server.clock.monotonicUs();
    const { plan, filter } = server.search.explain(client.db, subject.index, subject.question);
    const near = subject.near && server.search.explain(client.db, subject.index, subject.near);
    const plannedUs = server.clock.monotonicUs();
    const answer = subject.run(context);
    const doneUs = server.clock.monotonicUs();
    if (asMaps) reply.map(2);
    else reply.array(2);
    if (asMaps) reply.simple('Results');
    answer.write(reply, asMaps);
    if (asMaps) reply.simple('Profile');
    const times: Facts = [
      ['Total profile time', milliseconds(doneUs - startUs)],
      ['Parsing time', milliseconds(plannedUs - startUs)],
      ['Pipeline creation time', { double: 0 }],
    ];
    if (isGlide(context)) {
      const counts: Facts = [
        ['Candidates', plan.matchesMax],
        ['Results processed', answer.processed],
      ];
      writeFact(reply, { pairs: [...times, ...counts] }, asMaps);
      return;
    }
    const shard: Facts = [
      ...times,
      ['Warning', 'None'],
      ['Plan', describePlan(plan)],
      ['Iterators profile', describePredicate(filter, isLimited)],
      ...(near === undefined ? [] : describeNear(near, isLimited)),
      [
        'Result processors profile',
        {
          list: [
            {
              pairs: [
                ['Type', 'Index'],
                ['Time', milliseconds(doneUs - plannedUs)],
                ['Results processed', answer.processed],
              ],
            },
            ...answer.processors.map((type): Fact => ({ pairs: [['Type', type]] })),
          ],
        },
      ],
    ];
    writeFact(
      reply,
      {
        pairs: [
          ['Shards', { list: [{ pairs: shard }] }],
          ['Coordinator', { pairs: [] }],
        ],
      },
      asMaps,
    );
  },
});

const SUBJECTS = ['SEARCH', 'AGGREGATE', 'HYBRID'] as const;

export function parseFtProfile(args: ArgumentParser): FtProfileArguments {
  const index = args.bytes();
  const kind = SUBJECTS.find((word) => args.flag(word));
  if (kind === undefined) args.fail(searchErrors.profileSubject);
  const isLimited = args.flag('LIMITED');
  if (!args.flag('QUERY')) args.fail(searchErrors.profileSubject);
  if (kind === 'HYBRID') return { isLimited, subject: hybridSubject(parseHybridOptions(args, index)) };
  const isAggregate = kind === 'AGGREGATE';
  const query = args.bytes();
  const subject = isAggregate
    ? aggregateSubject(parseAggregateOptions(args, index, query))
    : searchSubject(parseSearchOptions(args, index, query));
  return { isLimited, subject };
}

function searchSubject(search: FtSearchArguments): Subject {
  const question = questionOf(search);
  return {
    index: search.index,
    question,
    run: ({ server, client }) => {
      const answer = server.search.search(client.db, search.index, question);
      const write = (reply: ReplyWriter, asMaps: boolean): void => writeAnswer(reply, search, answer, asMaps);
      return { processed: answer.total, processors: [], write };
    },
  };
}

/** All rows are read at once, with a cursor, too. */
function aggregateSubject(aggregate: FtAggregateArguments): Subject {
  const question = aggregateQuestion(aggregate);
  const count = Number.POSITIVE_INFINITY;
  return {
    index: aggregate.index,
    question: { ...question, offset: 0, count: 0, sortBy: undefined, columns: undefined },
    run: ({ server, client }) => {
      const { aggregating } = server.search.aggregate(client.db, aggregate.index, question, { count, idleMsMax: 0 });
      atOnce(aggregating.fill(count));
      const rows = aggregating.take(count);
      const { total } = aggregating;
      const write = (reply: ReplyWriter, asMaps: boolean): void => writeRows(reply, total, rows, asMaps);
      return { processed: total, processors: aggregate.steps.map(({ kind }) => PROCESSORS[kind]), write };
    },
  };
}

/** All rows are read at once. */
function hybridSubject({ index, question, wish }: FtHybridArguments): Subject {
  const count = Number.POSITIVE_INFINITY;
  const words = { ...question, offset: 0, count: 0, sortBy: undefined, columns: undefined };
  return {
    index,
    question: words,
    near: { ...words, query: ByteSlice.fromText(wish.near) },
    run: ({ server, client }) => {
      const startUs = server.clock.monotonicUs();
      const aggregating = server.search.hybrid(client.db, index, question, wish);
      atOnce(aggregating.fill(count));
      const rows = aggregating.take(count);
      const ms = (server.clock.monotonicUs() - startUs) / 1000;
      const { total } = aggregating;
      const write = (reply: ReplyWriter, asMaps: boolean): void => writeHybrid(reply, total, rows, ms, asMaps);
      return {
        processed: total,
        processors: ['Hybrid Merger', ...question.steps.map(({ kind }) => PROCESSORS[kind])],
        write,
      };
    },
  };
}

/** By names that RediSearch has for them. */
const PROCESSORS = {
  load: 'Loader',
  apply: 'Projector',
  filter: 'Filter',
  group: 'Grouper',
  sort: 'Sorter',
  limit: 'Pager/Limiter',
} as const satisfies Record<Step['kind'], string>;

function milliseconds(us: number): Fact {
  return { double: us / 1000 };
}

function describePlan({ strategy, matchesMax, reason }: QueryPlan['plan']): Fact {
  return {
    pairs: [
      ['Strategy', strategy],
      ['Candidates', matchesMax],
      ['Reason', reason],
    ],
  };
}

function describeNear({ plan, filter }: QueryPlan, isLimited: boolean): Facts {
  return [
    ['Vector plan', describePlan(plan)],
    ['Vector iterators profile', describePredicate(filter, isLimited)],
  ];
}

/** One predicate with those below it, by names that RediSearch has for them. */
function describePredicate({ predicate, matchesMax, children }: PredicatePlan, isLimited: boolean): Fact {
  const below = isLimited ? [] : children.map((child) => describePredicate(child, isLimited));
  return {
    pairs: [
      ['Type', TYPES[predicate.kind]],
      ...termOf(predicate),
      ['Estimated number of matches', matchesMax],
      ...(children.length === 0
        ? []
        : [
            [
              'Child iterators',
              isLimited ? `The number of iterators in the union is ${children.length}` : { list: below },
            ] as const,
          ]),
    ],
  };
}

const TYPES = {
  all: 'WILDCARD',
  none: 'EMPTY',
  and: 'INTERSECT',
  near: 'INTERSECT',
  or: 'UNION',
  not: 'NOT',
  optional: 'OPTIONAL',
  weighted: 'WEIGHT',
  text: 'TEXT',
  phrase: 'EXACT',
  tag: 'TAG',
  numeric: 'NUMERIC',
  geo: 'GEO',
  geoshape: 'GEOSHAPE',
  missing: 'MISSING',
  keys: 'ID-LIST',
  'vector-range': 'VECTOR',
} as const satisfies Record<PredicatePlan['predicate']['kind'], string>;

function termOf(predicate: PredicatePlan['predicate']): Facts {
  switch (predicate.kind) {
    case 'text':
      return [['Term', predicate.text]];
    case 'phrase':
      return [['Term', predicate.words.join(' ')]];
    case 'tag':
      return [['Term', predicate.terms.map(({ text }) => text).join(' | ')]];
    case 'numeric':
      return [['Term', `${predicate.min} - ${predicate.max}`]];
    default:
      return [];
  }
}
