/**
 * Words of a query, in whatever dress:
 *
 *     word  wo*  *rd  *or*  w'w?rd*'  %word%  %%word%%  "words in a row"  $parameter
 *
 * A word is read as the index reads text: folded, cut at punctuation (a hyphen between two letters is punctuation, not
 * a negation), without stop words; and found by its stem and its sound, too, unless it is quoted. A backslash makes the next character part of the word,
 * in quotes, too.
 */
import { QueryError } from '../errors.js';
import { Analyzer } from '../text/analyzer.js';
import { soundMark, stemMark } from '../text/marks.js';
import { soundOf } from '../text/sound.js';
import { fold } from '../text/tokenizer.js';
import type { Predicate, TextPredicate, TextScope } from './predicate.js';
import type { Scanner } from './scanner.js';
import type { QueryScope } from './scope.js';

const letter = String.raw`(?:\\.|[^\s\p{Cc},.<>{}[\]"':;!@#$%^&*()\-+=~/\\|?])`;
/** Letters, and punctuation between two of them. */
const bareWord = new RegExp(`${letter}+(?:[-,./&+#?!;^]${letter}+)*`, 'suy');
const parameter = /\$\w+/y;

/** Punctuation that says nothing outside words. */
export const idlePunctuation = /[,./?!;<>^&#+]+/y;

/** Whether a word begins here, in any of its dresses but a leading star. */
export function seesWord(scanner: Scanner): boolean {
  return /^(?:[\p{L}\p{N}\p{M}_"'%$\\]|[^\s\p{Cc}\p{P}\p{S}])/u.test(scanner.text.slice(scanner.at, scanner.at + 2));
}

/** What the words of one query are read with. */
export class TextReader {
  readonly #scope: QueryScope;
  readonly #analyzer: Analyzer;

  constructor(scope: QueryScope) {
    this.#scope = scope;
    this.#analyzer = new Analyzer(scope.schema.text);
  }

  /** Reads a word or a phrase; undefined when it holds nothing but stop words. */
  parse(scanner: Scanner, scope: TextScope): Predicate | undefined {
    const { at, next } = scanner;
    if (this.#scope.schema.textFields.length === 0) failText(at);
    if (next === '"' || next === "'") return this.#phrase(this.#words(parseQuoted(scanner, true)), scope, at);
    if (next === '%') return this.#parseFuzzy(scanner, scope);
    if (next === '*') return this.#parseSuffix(scanner, scope);
    if (scanner.sees("w'") || scanner.sees('w"')) {
      scanner.takeAny();
      const pattern = this.#scope.textOf(parseQuoted(scanner, true), at);
      return this.#leaf({ match: 'wildcard', text: fold(pattern) }, scope, at);
    }
    return this.#parseBare(scanner, scope);
  }

  #parseBare(scanner: Scanner, scope: TextScope): Predicate | undefined {
    const { at } = scanner;
    const words = this.#wordsOf(scanner);
    const last = scanner.take('*') ? words.pop() : undefined;
    const children = words.flatMap((word) => this.#word(word, scope, at) ?? []);
    if (last !== undefined) children.push(this.#leaf({ match: 'prefix', text: last }, scope, at));
    const [first] = children;
    return children.length > 1 ? { kind: 'and', children } : first;
  }

  #parseSuffix(scanner: Scanner, scope: TextScope): Predicate {
    const { at } = scanner;
    scanner.takeAny();
    const [text, ...more] = this.#wordsOf(scanner);
    if (text === undefined || more.length > 0) return scanner.fail("Invalid wildcard '*' markers", at);
    return this.#leaf({ match: scanner.take('*') ? 'infix' : 'suffix', text }, scope, at);
  }

  #parseFuzzy(scanner: Scanner, scope: TextScope): Predicate {
    const { at } = scanner;
    const markers = scanner.match(/%+/y) ?? '';
    const distance = markers.length;
    if (distance > this.#scope.limits.fuzzyDistanceMax) scanner.fail("Invalid fuzzy '%' markers", at);
    const [text, ...more] = scanner.sees('%') || scanner.done ? [] : this.#wordsOf(scanner);
    if (text === undefined) return scanner.fail('Empty fuzzy token', at);
    if (more.length > 0 || scanner.match(/%+/y) !== markers) scanner.fail("Invalid fuzzy '%' markers", at);
    return this.#leaf({ match: 'fuzzy', text, distance }, scope, at);
  }

  /** The folded words of a bare word or a parameter. */
  #wordsOf(scanner: Scanner): string[] {
    const { at } = scanner;
    const name = scanner.match(parameter);
    if (name !== undefined) return this.#words(this.#scope.textOf(name, at));
    const raw = scanner.match(bareWord) ?? scanner.fail('Expected a word');
    return raw.includes('\\') ? [fold(raw.replace(/\\(.)/gsu, '$1'))] : this.#words(raw);
  }

  /** The words of a text; the empty text is one empty word. */
  #words(text: string): string[] {
    return text === '' ? [''] : this.#analyzer.words(text);
  }

  #isStopWord(word: string): boolean {
    return !this.#scope.text.noStopWords && this.#analyzer.isStopWord(word);
  }

  #word(word: string, scope: TextScope, at: number): Predicate | undefined {
    if (this.#isStopWord(word)) return undefined;
    return this.#leaf({ match: 'word', text: word, alternatives: this.#alternatives(word, scope) }, scope, at);
  }

  /** As RediSearch expands a word: its stem as the mark of longer words, and as a word of its own. */
  #alternatives(word: string, scope: TextScope): string[] {
    const { verbatim, language, synonymsOf } = this.#scope.text;
    if (verbatim) return [];
    const fields = this.#scope.textFieldsOf(scope);
    const stem = fields.some(({ noStem }) => !noStem) ? this.#analyzer.stem(word, language) : undefined;
    const stems = stem === undefined ? [] : [stemMark + stem, ...(stem === word ? [] : [stem])];
    const sound = fields.some(({ phonetic }) => phonetic !== undefined) ? soundOf(word) : undefined;
    return [...stems, ...(sound === undefined ? [] : [soundMark + sound]), ...synonymsOf(word)];
  }

  #phrase(words: readonly string[], scope: TextScope, at: number): Predicate | undefined {
    const kept = words.filter((word) => !this.#isStopWord(word));
    const [first, second] = kept;
    if (first === undefined) return undefined;
    if (second === undefined) return this.#leaf({ match: 'word', text: first }, scope, at);
    this.requireOffsets(at);
    for (const _word of kept) this.#scope.countTerm(at);
    return { kind: 'phrase', scope, words: kept, slop: 0, inOrder: true };
  }

  /** Phrases, SLOP and INORDER ask for positions. */
  requireOffsets(at: number): void {
    if (!this.#scope.schema.text.hasOffsets) throw new QueryError('text', 'Index does not support offsets', at);
  }

  #leaf(
    leaf: Pick<TextPredicate, 'match' | 'text'> & Partial<Pick<TextPredicate, 'alternatives' | 'distance'>>,
    scope: TextScope,
    at: number,
  ): TextPredicate {
    this.#scope.countTerm(at);
    return { kind: 'text', scope, alternatives: [], distance: 0, ...leaf };
  }
}

/** Reads past the closing quote. @param keepsEscapes for patterns and phrases, which have a use for them */
export function parseQuoted(scanner: Scanner, keepsEscapes = false): string {
  const start = scanner.at;
  const quote = scanner.takeAny();
  let text = '';
  while (!scanner.take(quote)) {
    if (scanner.done) scanner.fail(`Missing closing quote, ${quote}`, start);
    if (scanner.take('\\') && keepsEscapes && !scanner.sees(quote)) text += '\\';
    text += scanner.takeAny();
  }
  return text;
}

/** What `$phonetic` says of the words of a predicate. */
export function withSounds(predicate: Predicate, isWanted: boolean, scope: QueryScope, at: number): Predicate {
  switch (predicate.kind) {
    case 'text': {
      if (scope.textFieldsOf(predicate.scope).every(({ phonetic }) => phonetic === undefined)) {
        throw new QueryError('text', `field does not support phonetics (offset ${at})`, at);
      }
      if (isWanted) return predicate;
      return { ...predicate, alternatives: predicate.alternatives.filter((word) => !word.startsWith(soundMark)) };
    }
    case 'and':
    case 'or':
    case 'near':
      return { ...predicate, children: predicate.children.map((child) => withSounds(child, isWanted, scope, at)) };
    case 'not':
    case 'optional':
    case 'weighted':
      return { ...predicate, child: withSounds(predicate.child, isWanted, scope, at) };
    default:
      return predicate;
  }
}

export function failText(at: number): never {
  throw new QueryError('text', `Index does not have any text field (text term at offset ${at})`, at);
}
