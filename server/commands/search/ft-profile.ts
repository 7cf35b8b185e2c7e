/**
 * FT.PROFILE: runs a search, and tells how it was run and how long its parts took. Valkey GLIDE takes nothing but figures
 * under names, as MemoryDB answers.
 */
import type { PredicatePlan } from '@nearkey/index';
import { searchErrors } from '../../search/search-errors.js';
import type { ArgumentParser } from '../argument-parser.js';
import { command } from '../command.js';
import { isGlide } from '../module-replies.js';
import { writeAnswer } from './ft-search.js';
import { type FtSearchArguments, parseSearchOptions, questionOf } from './ft-search-parser.js';
import { type Fact, type Facts, speaksMaps, writeFact } from './search-reply.js';

interface FtProfileArguments {
  /** Parts of a predicate are left out. */
  readonly isLimited: boolean;
  readonly search: FtSearchArguments;
}

export const ftProfile = command<FtProfileArguments>({
  name: 'FT.PROFILE',
  arity: -5,
  flags: ['readonly'],
  acl: ['search'],
  group: 'search',
  since: '1.0.0',
  complexity: 'That of the search',
  summary: 'Runs a search, and tells how',
  syntax: 'index-name SEARCH [LIMITED] QUERY query [search-option ...]',
  parse: parseFtProfile,
  run: (context, { isLimited, search }) => {
    const { reply, server, client } = context;
    const asMaps = speaksMaps(context);
    const question = questionOf(search);
    const startUs = server.clock.monotonicUs();
    const { plan, filter } = server.search.explain(client.db, search.index, question);
    const plannedUs = server.clock.monotonicUs();
    const answer = server.search.search(client.db, search.index, question);
    const doneUs = server.clock.monotonicUs();
    if (asMaps) reply.map(2);
    else reply.array(2);
    if (asMaps) reply.simple('Results');
    writeAnswer(reply, search, answer, asMaps);
    if (asMaps) reply.simple('Profile');
    const times: Facts = [
      ['Total profile time', milliseconds(doneUs - startUs)],
      ['Parsing time', milliseconds(plannedUs - startUs)],
      ['Pipeline creation time', { double: 0 }],
    ];
    if (isGlide(context)) {
      const counts: Facts = [
        ['Candidates', plan.matchesMax],
        ['Results processed', answer.total],
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
                ['Results processed', answer.total],
              ],
            },
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
  if (!args.flag('SEARCH')) args.fail(searchErrors.profileSubject);
  const isLimited = args.flag('LIMITED');
  if (!args.flag('QUERY')) args.fail(searchErrors.profileSubject);
  return { isLimited, search: parseSearchOptions(args, index, args.bytes()) };
}

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
