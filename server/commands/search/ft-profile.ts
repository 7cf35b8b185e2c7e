/**
 * FT.PROFILE: runs a search or an aggregation, and tells how it was run and how long its parts took. Valkey GLIDE takes nothing but figures
 * under names, as MemoryDB answers.
 */
import { atOnce, type PredicatePlan, type Step } from '@nearkey/index';
import type { ReplyWriter } from '../../protocol/reply-writer.js';
import { searchErrors } from '../../search/search-errors.js';
import type { SearchQuestion } from '../../search/search-service.js';
import type { ArgumentParser } from '../argument-parser.js';
import { type Context, command } from '../command.js';
import { isGlide } from '../module-replies.js';
import { writeRows } from './aggregate-reply.js';
import { aggregateQuestion, type FtAggregateArguments, parseAggregateOptions } from './ft-aggregate-parser.js';
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
  summary: 'Runs a search or an aggregation, and tells how',
  syntax: 'index-name <SEARCH | AGGREGATE> [LIMITED] QUERY query [option ...]',
  parse: parseFtProfile,
  run: (context, { isLimited, subject }) => {
    const { reply, server, client } = context;
    const asMaps = speaksMaps(context);
    const startUs = server.clock.monotonicUs();
    const { plan, filter } = server.search.explain(client.db, subject.index, subject.question);
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
      [
        'Plan',
        {
          pairs: [
            ['Strategy', plan.strategy],
            ['Candidates', plan.matchesMax],
            ['Reason', plan.reason],
          ],
        },
      ],
      ['Iterators profile', describePredicate(filter, isLimited)],
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

export function parseFtProfile(args: ArgumentParser): FtProfileArguments {
  const index = args.bytes();
  const isAggregate = args.flag('AGGREGATE');
  if (!isAggregate && !args.flag('SEARCH')) args.fail(searchErrors.profileSubject);
  const isLimited = args.flag('LIMITED');
  if (!args.flag('QUERY')) args.fail(searchErrors.profileSubject);
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
