/**
 * The braces of `@field:{a | b}`. Values are separated by `|` whatever the field's SEPARATOR is, and trimmed. A
 * backslash makes the next character literal; without one, everything but `|`, `}` and `*` stands for itself, so that
 * UUIDs and model names need no escapes. A value may be quoted, or be a `$parameter`; neither has wildcards. `w'a?c*'` is a
 * pattern.
 */
import type { TagTerm } from './predicate.js';
import type { Scanner } from './scanner.js';
import type { QueryScope } from './scope.js';
import { parseQuoted } from './text-clause.js';

/** Called after the opening brace; reads past the closing one. `{}` has no terms, and matches nothing. */
export function parseTagTerms(scanner: Scanner, scope: QueryScope): TagTerm[] {
  const terms: TagTerm[] = [];
  scanner.skipBlanks();
  if (scanner.take('}')) return terms;
  for (;;) {
    scanner.skipBlanks();
    scope.countTerm(scanner.at);
    terms.push(parseTerm(scanner, scope));
    scanner.skipBlanks();
    if (scanner.take('}')) return terms;
    scanner.expect('|', "Missing closing TAG bracket, '}'");
  }
}

function parseTerm(scanner: Scanner, scope: QueryScope): TagTerm {
  const { at, next } = scanner;
  if (next === '"' || next === "'") return { match: 'exact', text: parseQuoted(scanner) };
  if (next === '$') {
    const parameter = scanner.match(/\$\w+/y) ?? scanner.fail('Missing parameter name');
    return { match: 'exact', text: scope.textOf(parameter, at) };
  }
  if (scanner.sees("w'") || scanner.sees('w"')) {
    scanner.takeAny();
    return { match: 'wildcard', text: scope.textOf(parseQuoted(scanner, true), at) };
  }
  return parseBare(scanner, scope.limits.tagAffixCharsMin);
}

function parseBare(scanner: Scanner, affixCharsMin: number): TagTerm {
  const start = scanner.at;
  const leadingStar = scanner.take('*');
  let trailingStar = false;
  let text = '';
  /** Length of the text up to its last character that is not an unescaped blank. */
  let kept = 0;
  while (!scanner.done && !scanner.sees('|') && !scanner.sees('}')) {
    if (trailingStar && !/\s/.test(scanner.next)) scanner.fail("Invalid wildcard '*' markers", start);
    if (scanner.take('*')) {
      trailingStar = true;
      continue;
    }
    const isEscaped = scanner.take('\\');
    const character = scanner.takeAny();
    text += character;
    if (isEscaped || !/\s/.test(character)) kept = text.length;
  }
  text = text.slice(0, kept);
  if (!leadingStar && !trailingStar) {
    if (text === '') scanner.fail('Missing OR term', start);
    return { match: 'exact', text };
  }
  if (text.length < affixCharsMin) {
    scanner.fail(`Tag string \`${scanner.text.slice(start, scanner.at)}\` is too short for prefix wildcard.`, start);
  }
  return { match: leadingStar ? (trailingStar ? 'infix' : 'suffix') : 'prefix', text };
}
