/**
 * Random expressions, each with a plain evaluation that shares no code with the language: what transforms of feature groups must agree with. A text is
 * UTF-8 in a Buffer. Numbers are whole or a few times halved, so that there is one way of writing each.
 */
import type { SeededRandom } from './seeded-random.js';

type ModelValue = number | Buffer | undefined;

/** Values of a record by feature, as texts. */
export type ModelFeatures = ReadonlyMap<string, string | readonly string[]>;

export interface ModelExpression {
  readonly text: string;
  /** @throws ModelFailure where it cannot be reckoned */
  run(features: ModelFeatures): ModelValue;
}

/** What an expression may read: features that hold whole numbers, and features that hold texts. */
export interface ModelNames {
  readonly numbers: readonly string[];
  readonly texts: readonly string[];
}

class ModelFailure extends Error {}

/** What is served: a text, nothing, or that it failed. */
export function modelOutcome(expression: ModelExpression, features: ModelFeatures): { value?: string; fails?: true } {
  try {
    const value = expression.run(features);
    return value === undefined ? {} : { value: written(value).toString('utf8') };
  } catch (error) {
    if (error instanceof ModelFailure) return { fails: true };
    throw error;
  }
}

export class ExpressionModel {
  constructor(
    private readonly random: SeededRandom,
    private readonly names: ModelNames,
  ) {}

  any(depth = 3): ModelExpression {
    return this.random.chance(0.5) ? this.#number(depth) : this.#text(depth);
  }

  #number(depth: number): ModelExpression {
    const { random } = this;
    if (depth === 0 || random.chance(0.15)) {
      return random.chance(0.7) ? numberProperty(random.pick(this.names.numbers)) : literal(random.below(10));
    }
    const x = this.#number(depth - 1);
    switch (random.below(11)) {
      case 0:
        return ofNumbers(random.pick(sums), x, this.#number(depth - 1));
      case 1:
        return ofNumbers(product, x, literal(random.below(10)));
      case 2:
        return ofNumbers(remainder, x, literal(random.between(2, 5)));
      case 3:
        return ofNumbers(quotient, x, literal(2));
      case 4:
        return ordered(random.pick(orders), ...this.#pair(depth));
      case 5:
        return equal(random.chance(0.5), ...this.#pair(depth));
      case 6:
        return logical(random.chance(0.5), this.any(depth - 1), x);
      case 7:
        return { text: `(!(${x.text}))`, run: (features) => (isTrue(x.run(features)) ? 0 : 1) };
      case 8:
        return call(random.pick(['abs', 'ceil', 'floor', 'exists', 'strlen']), [
          random.chance(0.5) ? x : this.any(depth - 1),
        ]);
      case 9:
        return chosen(this.any(depth - 1), x, this.#number(depth - 1));
      default:
        return ofNumbers(random.pick(sums), textProperty(random.pick(this.names.texts)), x);
    }
  }

  #text(depth: number): ModelExpression {
    const { random } = this;
    if (depth === 0 || random.chance(0.15)) {
      return random.chance(0.7) ? textProperty(random.pick(this.names.texts)) : literal(random.pick(texts));
    }
    const s = this.#text(depth - 1);
    switch (random.below(5)) {
      case 0:
        return call(random.pick(['lower', 'upper', 'to_str']), [s]);
      case 1:
        return call('concat', [s, this.any(depth - 1), this.any(depth - 1)]);
      case 2:
        return call('substr', [s, literal(random.below(4)), literal(random.below(6))]);
      case 3:
        return chosen(this.any(depth - 1), s, this.#text(depth - 1));
      default:
        return call(random.pick(['contains', 'startswith']), [s, literal(random.pick(texts))]);
    }
  }

  /** Of one kind: how kinds compare with each other is no matter of transforms. */
  #pair(depth: number): [ModelExpression, ModelExpression] {
    const make = () => (this.random.chance(0.5) ? this.#number(depth - 1) : literal(this.random.below(10)));
    const texts = () => textProperty(this.random.pick(this.names.texts));
    return this.random.chance(0.5) ? [make(), make()] : [texts(), texts()];
  }
}

const texts = ['', 'x', 'grün', 'null', '🗝'];

interface NumberOperator {
  readonly sign: string;
  readonly reckon: (a: number, b: number) => number;
}

const sums: readonly NumberOperator[] = [
  { sign: '+', reckon: (a, b) => a + b },
  { sign: '-', reckon: (a, b) => a - b },
];
const product: NumberOperator = { sign: '*', reckon: (a, b) => a * b };
const quotient: NumberOperator = { sign: '/', reckon: (a, b) => a / b };
/** Of whole numbers, with the sign of the first. */
const remainder: NumberOperator = {
  sign: '%',
  reckon: (a, b) => Math.sign(a) * (Math.floor(Math.abs(a)) - b * Math.floor(Math.floor(Math.abs(a)) / b)),
};

const orders = [
  { sign: '<', holds: (order: number) => order < 0 },
  { sign: '<=', holds: (order: number) => order <= 0 },
  { sign: '>', holds: (order: number) => order > 0 },
  { sign: '>=', holds: (order: number) => order >= 0 },
] as const;

function literal(value: number | string): ModelExpression {
  const isNumber = typeof value === 'number';
  return { text: isNumber ? String(value) : `'${value}'`, run: () => (isNumber ? value : Buffer.from(value)) };
}

function numberProperty(name: string): ModelExpression {
  return { text: `@${name}`, run: (features) => (features.has(name) ? Number(features.get(name)) : undefined) };
}

function textProperty(name: string): ModelExpression {
  return {
    text: `@${name}`,
    run: (features) => (features.has(name) ? Buffer.from(String(features.get(name))) : undefined),
  };
}

function ofNumbers({ sign, reckon }: NumberOperator, left: ModelExpression, right: ModelExpression): ModelExpression {
  return {
    text: `(${left.text} ${sign} ${right.text})`,
    run: (features) => {
      const [a, b] = [reckonable(left.run(features)), reckonable(right.run(features))];
      return a === undefined || b === undefined ? undefined : reckon(a, b);
    },
  };
}

/** Texts that are reckoned with are values of features: digits, or no number at all. */
function reckonable(value: ModelValue): number | undefined {
  if (!Buffer.isBuffer(value)) return value;
  if (/^\d+$/.test(value.toString())) return Number(value.toString());
  throw new ModelFailure();
}

function ordered(
  { sign, holds }: (typeof orders)[number],
  left: ModelExpression,
  right: ModelExpression,
): ModelExpression {
  return {
    text: `(${left.text} ${sign} ${right.text})`,
    run: (features) => {
      const order = orderOf(left.run(features), right.run(features));
      return order === undefined ? undefined : Number(holds(order));
    },
  };
}

function equal(isWanted: boolean, left: ModelExpression, right: ModelExpression): ModelExpression {
  return {
    text: `(${left.text} ${isWanted ? '==' : '!='} ${right.text})`,
    run: (features) => {
      const [a, b] = [left.run(features), right.run(features)];
      const areEqual = a === undefined || b === undefined ? a === b : orderOf(a, b) === 0;
      return Number(areEqual === isWanted);
    },
  };
}

/** What is no number (NaN) is equal to any. */
function orderOf(a: ModelValue, b: ModelValue): number | undefined {
  if (a === undefined || b === undefined) return undefined;
  return typeof a === 'number' && typeof b === 'number' ? a - b || 0 : Buffer.compare(written(a), written(b));
}

function logical(isAnd: boolean, left: ModelExpression, right: ModelExpression): ModelExpression {
  return {
    text: `(${left.text} ${isAnd ? '&&' : '||'} ${right.text})`,
    // The second is not looked at where the first decides.
    run: (features) => Number(isTrue(left.run(features)) === isAnd ? isTrue(right.run(features)) : !isAnd),
  };
}

function chosen(condition: ModelExpression, a: ModelExpression, b: ModelExpression): ModelExpression {
  return {
    text: `case(${condition.text}, ${a.text}, ${b.text})`,
    run: (features) => (isTrue(condition.run(features)) ? a : b).run(features),
  };
}

function call(name: string, operands: readonly ModelExpression[]): ModelExpression {
  const run = functions[name];
  if (run === undefined) throw new Error(`the model has no ${name}`);
  return {
    text: `${name}(${operands.map(({ text }) => text).join(', ')})`,
    run: (features) => {
      const values = operands.map((operand) => operand.run(features));
      if (name === 'exists') return Number(values[0] !== undefined);
      const present = values.filter((value) => value !== undefined);
      return present.length < values.length ? undefined : run(present);
    },
  };
}

type Present = number | Buffer;

const functions: Readonly<Record<string, (values: readonly Present[]) => ModelValue>> = {
  exists: () => 1,
  abs: rounded(Math.abs),
  ceil: rounded(Math.ceil),
  floor: rounded(Math.floor),
  strlen: ([s]) => bytes(s).length,
  lower: ([s]) => Buffer.from(bytes(s).map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte))),
  upper: ([s]) => Buffer.from(bytes(s).map((byte) => (byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte))),
  to_str: ([s]) => bytes(s),
  concat: (values) => Buffer.concat(values.map(written)),
  substr: ([s, offset, count]) => bytes(s).subarray(Number(offset), Number(offset) + Number(count)),
  startswith: ([s, part]) => Number(bytes(s).subarray(0, bytes(part).length).equals(bytes(part))),
  contains: ([s, part]) => {
    const [whole, wanted] = [bytes(s), bytes(part)];
    const places = Array.from({ length: whole.length + 1 }, (_, at) => whole.subarray(at, at + wanted.length));
    return places.filter((place) => place.equals(wanted)).length;
  },
};

/** A text there is no number: NaN, unless it spells one. */
function rounded(round: (x: number) => number): (values: readonly Present[]) => ModelValue {
  return ([x]) => {
    if (typeof x === 'number') return round(x);
    return /^\d+$/.test(bytes(x).toString()) ? round(Number(bytes(x).toString())) : Number.NaN;
  };
}

function bytes(value: Present | undefined): Buffer {
  return value === undefined ? Buffer.alloc(0) : written(value);
}

function isTrue(value: ModelValue): boolean {
  if (value === undefined) return false;
  return Buffer.isBuffer(value) ? value.length > 0 : value !== 0;
}

function written(value: Present): Buffer {
  if (Buffer.isBuffer(value)) return value;
  return Buffer.from(Number.isNaN(value) ? 'nan' : String(value === 0 ? 0 : value));
}
