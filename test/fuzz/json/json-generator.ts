/** Random documents and paths, small enough that paths often lead somewhere. */
import type { SeededRandom } from '../seeded-random.js';
import { type Plain, type PlainFilter, PlainNumber, type PlainStep, type PlainTerm, plainText } from './plain-json.js';

const KEYS = ['a', 'b', 'c', 'key', 'x-1', 'ключ', 'with "quotes"', 'longer than the others '.repeat(12)];
const BARE_KEYS = ['a', 'b', 'c', 'key', 'x-1'];
const STRINGS = ['', 'a', 'b', 'text', 'zwölf', 'line\nbreak "q" \\ \u0001', 'x'.repeat(300), 'y'.repeat(70_000)];
const INTEGERS = [0, 1, 2, 3, -1, -33, 160, 255, -129, 40_000, -2_000_000_000, 5_000_000_000];
const DOUBLES = [0.5, 2, -1.25, 3.25, 100.001, 1e10, 0.1];

export function randomPlain(random: SeededRandom, depth = 4): Plain {
  const kind = random.below(depth > 0 ? 11 : 7);
  if (kind === 0) return null;
  if (kind === 1) return random.chance(0.5);
  if (kind === 2) return random.chance(0.02) ? random.pick(STRINGS) : random.pick(STRINGS.slice(0, 6));
  if (kind <= 4) return new PlainNumber(random.pick(INTEGERS), false);
  if (kind <= 6) return new PlainNumber(random.pick(DOUBLES), true);
  const count = random.below(random.chance(0.05) ? 30 : 5);
  if (kind <= 8) return random.times(count, () => randomPlain(random, depth - 1));
  return new Map(random.times(count, () => [random.pick(KEYS), randomPlain(random, depth - 1)]));
}

export function randomSteps(random: SeededRandom, length = random.between(1, 3), depth = 2): PlainStep[] {
  return random.times(length, () => randomStep(random, depth)).flat();
}

function randomStep(random: SeededRandom, depth: number): PlainStep[] {
  switch (random.below(depth > 0 ? 10 : 8)) {
    case 0:
    case 1:
    case 2:
      return [{ type: 'keys', keys: [random.pick(KEYS)] }];
    case 3:
      return [{ type: 'keys', keys: random.times(random.between(1, 3), () => random.pick(KEYS)) }];
    case 4:
      return [{ type: 'indexes', indexes: random.times(random.between(1, 3), () => random.between(-3, 3)) }];
    case 5:
      return [
        {
          type: 'slice',
          start: bound(random),
          end: bound(random),
          step: random.chance(0.3) ? random.between(1, 3) : undefined,
        },
      ];
    case 6:
      return [{ type: 'all' }];
    case 7:
      return [{ type: 'descend' }, ...randomStep(random, 0).slice(-1)];
    default:
      return [{ type: 'filter', filter: randomFilter(random, depth - 1) }];
  }
}

function bound(random: SeededRandom): number | undefined {
  return random.chance(0.3) ? undefined : random.between(-3, 4);
}

function randomFilter(random: SeededRandom, depth: number): PlainFilter {
  switch (random.below(7)) {
    case 0:
      return { type: 'exists', term: randomPathTerm(random) };
    case 1:
      return { type: 'not', of: randomFilter(random, depth) };
    case 2:
      return { type: 'and', parts: [randomFilter(random, depth), randomFilter(random, depth)] };
    case 3:
      return { type: 'or', parts: [randomFilter(random, depth), randomFilter(random, depth)] };
    default:
      return {
        type: 'compare',
        operator: random.pick(['==', '!=', '<', '<=', '>', '>='] as const),
        left: randomPathTerm(random),
        right: random.chance(0.3) ? randomPathTerm(random) : { value: randomLiteral(random) },
      };
  }
}

function randomPathTerm(random: SeededRandom): PlainTerm {
  return { from: random.chance(0.8) ? 'current' : 'root', steps: randomSteps(random, random.below(3), 0) };
}

function randomLiteral(random: SeededRandom): Plain {
  const value = randomPlain(random, random.chance(0.1) ? 1 : 0);
  return typeof value === 'string' ? random.pick(STRINGS.slice(0, 5)) : value;
}

/** A path as text, in one of the ways to write it. */
export function pathText(random: SeededRandom, steps: readonly PlainStep[]): string {
  return `$${stepsText(random, steps)}`;
}

function stepsText(random: SeededRandom, steps: readonly PlainStep[]): string {
  let text = '';
  let afterDescend = false;
  for (const step of steps) {
    text += step.type === 'descend' ? '..' : stepText(random, step, afterDescend);
    afterDescend = step.type === 'descend';
  }
  return text;
}

function stepText(random: SeededRandom, step: Exclude<PlainStep, { type: 'descend' }>, afterDescend: boolean): string {
  const blank = random.chance(0.2) ? ' ' : '';
  const inBrackets = (text: string): string =>
    `${!afterDescend && random.chance(0.1) ? '.' : ''}[${blank}${text}${blank}]`;
  switch (step.type) {
    case 'keys': {
      const [only = ''] = step.keys;
      if (step.keys.length === 1 && BARE_KEYS.includes(only) && random.chance(0.7))
        return `${afterDescend ? '' : '.'}${only}`;
      return inBrackets(step.keys.map((key) => quoted(random, key)).join(`${blank},`));
    }
    case 'indexes':
      return inBrackets(step.indexes.join(`,${blank}`));
    case 'slice': {
      const { start = '', end = '', step: by } = step;
      return inBrackets(`${start}:${end}${by === undefined ? '' : `:${by}`}`);
    }
    case 'all':
      return random.chance(0.5) ? `${afterDescend ? '' : '.'}*` : inBrackets('*');
    case 'filter':
      return inBrackets(
        `?${random.chance(0.7) ? `(${filterText(random, step.filter)})` : filterText(random, step.filter)}`,
      );
  }
}

function quoted(random: SeededRandom, text: string): string {
  return random.chance(0.5) ? `"${text.replace(/["\\]/g, '\\$&')}"` : `'${text.replace(/['\\]/g, '\\$&')}'`;
}

function filterText(random: SeededRandom, filter: PlainFilter): string {
  switch (filter.type) {
    case 'and':
    case 'or':
      return filter.parts.map((part) => `(${filterText(random, part)})`).join(filter.type === 'and' ? ' && ' : '||');
    case 'not':
      return `!(${filterText(random, filter.of)})`;
    case 'exists':
      return termText(random, filter.term);
    case 'compare':
      return `${termText(random, filter.left)} ${filter.operator} ${termText(random, filter.right)}`;
  }
}

function termText(random: SeededRandom, term: PlainTerm): string {
  if ('value' in term) return typeof term.value === 'string' ? quoted(random, term.value) : literalText(term.value);
  return `${term.from === 'current' ? '@' : '$'}${stepsText(random, term.steps)}`;
}

/** Strings inside are without escapes of JSON. */
function literalText(value: Plain): string {
  if (Array.isArray(value)) return `[${value.map(literalText).join(',')}]`;
  if (value instanceof Map)
    return `{${[...value].map(([k, v]) => `${JSON.stringify(k)}:${literalText(v)}`).join(',')}}`;
  return typeof value === 'string' ? `"${value.replace(/["\\]/g, '\\$&')}"` : plainText(value);
}
