/**
 * The argument grammar of the command reference, `key value [NX | XX] [EX seconds | PX milliseconds]`, read into the
 * tree COMMAND DOCS answers, from which redis-cli makes its hints.
 *
 * Grammar: words in capitals and signs are tokens, other words are values; `[ ]` optional, `< >` grouped, `|` one of, and
 * `x [x ...]` or `...` repeated.
 */
import type { ReplyWriter } from '../protocol/reply-writer.js';

export interface SyntaxArgument {
  readonly name: string;
  readonly type: string;
  readonly token?: string;
  readonly optional?: true;
  readonly multiple?: true;
  readonly children?: readonly SyntaxArgument[];
}

/** Types of values by name; what is not here is a string. */
const TYPES: Readonly<Record<string, string>> = {
  key: 'key',
  newkey: 'key',
  source: 'key',
  destination: 'key',
  key1: 'key',
  key2: 'key',
  pattern: 'pattern',
  seconds: 'integer',
  milliseconds: 'integer',
  'unix-time-seconds': 'unix-time',
  'unix-time-milliseconds': 'unix-time',
  count: 'integer',
  offset: 'integer',
  start: 'integer',
  end: 'integer',
  index: 'integer',
  index1: 'integer',
  index2: 'integer',
  db: 'integer',
  cursor: 'integer',
  'destination-db': 'integer',
  increment: 'integer',
  decrement: 'integer',
  protover: 'integer',
  'client-id': 'integer',
};

/** Signs that are tokens, and the names their arguments have. */
const SIGNS: Readonly<Record<string, string>> = { '=': 'equal', '~': 'approximately', '*': 'auto_id', $: 'new_id' };

type Token = '[' | ']' | '<' | '>' | '|' | '...' | { readonly word: string };

/** Reads a grammar into arguments; an empty grammar has none. */
export function describeArguments(syntax: string): readonly SyntaxArgument[] {
  const tokens = [...syntax.matchAll(/\.\.\.|[[\]<>|]|[^\s[\]<>|]+/g)].map(([text]): Token => {
    switch (text) {
      case '[':
      case ']':
      case '<':
      case '>':
      case '|':
      case '...':
        return text;
      default:
        return { word: text };
    }
  });
  const reader = { tokens, at: 0 };
  return readSequence(reader);
}

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
}

/** Elements up to a closing bracket, a bar or the end. */
function readSequence(reader: Reader): SyntaxArgument[] {
  const elements: SyntaxArgument[] = [];
  for (;;) {
    const token = reader.tokens[reader.at];
    if (token === undefined || token === ']' || token === '>' || token === '|') return elements;
    reader.at++;
    if (token === '...') continue;
    if (token === '[' || token === '<') readGroup(reader, token, elements);
    else elements.push(readWord(reader, token.word));
  }
}

function readWord(reader: Reader, word: string): SyntaxArgument {
  const sign = SIGNS[word];
  if (sign !== undefined) return { name: sign, type: 'pure-token', token: word };
  if (!/^[A-Z][A-Z0-9-]*$/.test(word)) return { name: word, type: TYPES[word] ?? 'string' };
  const next = reader.tokens[reader.at];
  if (typeof next === 'object' && !/^[A-Z]/.test(next.word)) {
    reader.at++;
    return { name: next.word, type: TYPES[next.word] ?? 'string', token: word };
  }
  return { name: word.toLowerCase(), type: 'pure-token', token: word };
}

/** A bracketed part: repetition of what stands before it, or an optional or grouped choice. */
function readGroup(reader: Reader, opening: '[' | '<', elements: SyntaxArgument[]): void {
  const choices = [readSequence(reader)];
  while (reader.tokens[reader.at] === '|') {
    reader.at++;
    choices.push(readSequence(reader));
  }
  const repeats = reader.tokens[reader.at - 1] === '...';
  reader.at++;
  const [first = []] = choices;
  if (opening === '[' && repeats && choices.length === 1) {
    const repeated = elements.splice(elements.length - first.length, first.length);
    elements.push({ ...asOne(repeated), multiple: true });
    return;
  }
  const group = choices.length === 1 ? asOne(first) : oneOf(choices.map(asOne));
  elements.push(opening === '[' ? { ...group, optional: true } : group);
}

function asOne(elements: readonly SyntaxArgument[]): SyntaxArgument {
  const [only] = elements;
  if (elements.length === 1 && only !== undefined) return only;
  return { name: elements.map(({ name }) => name).join('_'), type: 'block', children: elements };
}

function oneOf(choices: readonly SyntaxArgument[]): SyntaxArgument {
  return { name: choices.map(({ name }) => name).join('_'), type: 'oneof', children: choices };
}

/** Writes arguments as COMMAND DOCS does. */
export function writeSyntaxArguments(reply: ReplyWriter, syntaxArguments: readonly SyntaxArgument[]): void {
  reply.array(syntaxArguments.length);
  for (const argument of syntaxArguments) {
    const flags = [...(argument.optional ? ['optional'] : []), ...(argument.multiple ? ['multiple'] : [])];
    const facts: [string, () => void][] = [
      ['name', () => reply.bulkText(argument.name)],
      ['type', () => reply.bulkText(argument.type)],
    ];
    if (argument.type === 'key') facts.push(['key_spec_index', () => reply.integer(0)]);
    const { token, children } = argument;
    if (token !== undefined) facts.push(['token', () => reply.bulkText(token)]);
    if (flags.length > 0) {
      facts.push([
        'flags',
        () => {
          reply.array(flags.length);
          for (const flag of flags) reply.simple(flag);
        },
      ]);
    }
    if (children !== undefined) facts.push(['arguments', () => writeSyntaxArguments(reply, children)]);
    reply.map(facts.length);
    for (const [name, write] of facts) {
      reply.bulkText(name);
      write();
    }
  }
}
