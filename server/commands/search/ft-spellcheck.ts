/** FT.SPELLCHECK: what the unknown words of a query may have been meant to be. */
import type { Misspelling } from '@nearkey/index';
import { formatDouble } from '../../base/double.js';
import type { ReplyWriter } from '../../protocol/reply-writer.js';
import { nameText } from '../../search/index-definition.js';
import { searchErrorFor, searchErrors } from '../../search/search-errors.js';
import type { SpellQuestion } from '../../search/search-service.js';
import type { ArgumentParser } from '../argument-parser.js';
import { command } from '../command.js';
import { readDialect } from './option-parser.js';
import { speaksMaps } from './search-reply.js';

const DISTANCE_MAX = 4;

interface FtSpellCheckArguments extends SpellQuestion {
  readonly index: string;
}

export const ftSpellCheck = command<FtSpellCheckArguments>({
  name: 'FT.SPELLCHECK',
  arity: -3,
  flags: ['readonly'],
  acl: ['search'],
  group: 'search',
  since: '1.4.0',
  complexity: 'O(N) for each word of the query that is unknown, N being the words of the index',
  summary: 'Suggests other words for those of a query that no document holds',
  syntax:
    'index-name query [DISTANCE distance] [TERMS <INCLUDE | EXCLUDE> dictionary [TERMS <INCLUDE | EXCLUDE> dictionary ...]] [DIALECT dialect]',
  parse: parseFtSpellCheck,
  run: (context, { index, ...question }) => {
    const found = context.server.search.misspellings(context.client.db, index, question);
    if (speaksMaps(context)) writeMaps(context.reply, found);
    else writeArrays(context.reply, found);
  },
});

export function parseFtSpellCheck(args: ArgumentParser): FtSpellCheckArguments {
  const index = args.bytes().latin1();
  const query = args.bytes();
  const include: string[] = [];
  const exclude: string[] = [];
  let distanceMax = 1;
  while (args.remaining > 0) {
    if (args.flag('DISTANCE')) distanceMax = args.integer(searchErrors.spellDistance);
    else if (args.flag('TERMS')) readTerms(args, include, exclude);
    else if (args.flag('DIALECT')) readDialect(args);
    else args.fail(searchErrorFor.unexpectedArgument(nameText(args.bytes())));
    if (distanceMax < 1 || distanceMax > DISTANCE_MAX) args.fail(searchErrors.spellDistance);
  }
  return { index, query, distanceMax, include, exclude };
}

function readTerms(args: ArgumentParser, include: string[], exclude: string[]): void {
  const lists = args.flag('INCLUDE') ? include : args.flag('EXCLUDE') ? exclude : undefined;
  if (lists === undefined || args.remaining === 0) args.fail(searchErrors.spellTerms);
  else lists.push(args.bytes().latin1());
}

function writeMaps(reply: ReplyWriter, found: readonly Misspelling[]): void {
  reply.map(1);
  reply.simple('results');
  reply.map(found.length);
  for (const { word, suggestions } of found) {
    reply.bulkText(word);
    reply.array(suggestions.length);
    for (const suggestion of suggestions) {
      reply.map(1);
      reply.bulkText(suggestion.word);
      reply.double(suggestion.score);
    }
  }
}

function writeArrays(reply: ReplyWriter, found: readonly Misspelling[]): void {
  reply.array(found.length);
  for (const { word, suggestions } of found) {
    reply.array(3);
    reply.simple('TERM');
    reply.bulkText(word);
    reply.array(suggestions.length);
    for (const suggestion of suggestions) {
      reply.array(2);
      reply.bulkText(formatDouble(suggestion.score));
      reply.bulkText(suggestion.word);
    }
  }
}
