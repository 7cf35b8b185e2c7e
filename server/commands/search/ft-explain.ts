/** FT.EXPLAIN and FT.EXPLAINCLI: how a query is understood, and how it would be run, in one text or line by line. */
import type { CommandEntry, Context } from '../command.js';
import { command } from '../command.js';
import { type FtSearchArguments, parseFtSearch, questionOf } from './ft-search-parser.js';

const described = {
  arity: -3,
  flags: ['readonly'],
  acl: ['search'],
  group: 'search',
  since: '1.0.0',
  complexity: 'O(N) for N words of the index, where the query has wildcards',
  syntax: 'index-name query [PARAMS count name value [name value ...]] [DIALECT dialect]',
  parse: parseFtSearch,
} as const;

const ftExplain = command<FtSearchArguments>({
  ...described,
  name: 'FT.EXPLAIN',
  summary: 'Tells how a query is understood',
  run: (context, parsed) => context.reply.bulkText(`${linesOf(context, parsed).join('\n')}\n`),
});

const ftExplainCli = command<FtSearchArguments>({
  ...described,
  name: 'FT.EXPLAINCLI',
  summary: 'Tells how a query is understood, line by line',
  run: (context, parsed) => {
    const lines = [...linesOf(context, parsed), ''];
    context.reply.array(lines.length);
    for (const line of lines) context.reply.bulkText(line);
  },
});

/** The query; and behind one that asks for the nearest vectors, the way they would be looked for. */
function linesOf({ server, client }: Context, parsed: FtSearchArguments): string[] {
  const { lines, plan } = server.search.explain(client.db, parsed.index, questionOf(parsed));
  if (plan.strategy === 'filter') return [...lines];
  return [...lines, `PLAN {${plan.strategy} of at most ${plan.matchesMax} documents: ${plan.reason}}`];
}

export const explainCommands: readonly CommandEntry[] = [ftExplain, ftExplainCli];
